import Quantities
import Training
import TransformerModel

/// Predictions beside measured steps.
public struct StepValidation: Sendable {
    /// Errors of some of the rows.
    public struct Group: Sendable {
        /// What they have in common.
        public let name: String
        /// Errors of all rows.
        public let errors: ErrorStatistics
        /// Errors of the complete rows; nil where there are none.
        public let completeErrors: ErrorStatistics?
        /// Mean rank correlation of the group's sweeps of at least five plans.
        public let rankCorrelation: Double?
        /// Mean selection regret of the group's sweeps of at least three plans.
        public let selectionRegret: Double?
        /// Share of the rows, all of which ran, that are predicted to fit into memory.
        public let fitting: Double
    }

    /// What was measured.
    public let measured: MeasuredSteps
    /// Predictions in the same order.
    public let predictions: [StepPrediction]
    /// Predicted seconds in the same order.
    public let seconds: [Double]
    /// All rows but those that their source doubts, as all groups and sweeps; nil where there are none.
    public let overall: Group?
    /// Rows that their source doubts.
    public let doubtful: Group?
    /// Rows on machines that several groups used: where leaving one group out still leaves something to fit.
    public let sharedMachines: Group?
    /// Rows on machines that one group alone used.
    public let singleMachines: Group?
    /// By group, in the order of the table.
    public let groups: [Group]
    /// By group and machine, in the order of the table.
    public let machines: [Group]
    /// By software, whether the model has experts, and the machine's architecture: what an answer can be compared with.
    public let classes: [Group]
    /// The same of any software; by format of the products too, and by accelerators too.
    public let otherClasses: [Group]
    /// Sweeps of at least three plans.
    public let sweeps: [SweepStatistics]

    /// Predicts every case.
    /// - Parameters:
    ///   - measured: what to compare with.
    ///   - constants: of the step model.
    public init(_ measured: MeasuredSteps, constants: StepConstants = .fitted) {
        let predictions = measured.cases.map {
            StepPrediction(
                id: $0.ids.first ?? "", group: $0.group, inputs: $0.inputs, constants: constants)
        }
        self.init(measured, predictions: predictions, seconds: predictions.map(\.step.total.value))
    }

    /// Takes predicted times from elsewhere, as those of fits without the row's group.
    /// - Parameters:
    ///   - measured: what to compare with.
    ///   - predictions: one for each case.
    ///   - seconds: predicted times in the same order.
    init(_ measured: MeasuredSteps, predictions: [StepPrediction], seconds: [Double]) {
        self.measured = measured
        self.predictions = predictions
        self.seconds = seconds
        let errors = zip(seconds, measured.cases).map { $0 / $1.measured - 1 }
        let trusted = measured.cases.indices.filter { !measured.cases[$0].isDoubtful }
        let sweeps = SweepStatistics.sweeps(
            trusted.map { measured.cases[$0] }, predicted: trusted.map { seconds[$0] },
            fits: trusted.map { predictions[$0].fits })
        self.sweeps = sweeps
        func group(_ name: String, _ indices: [Int]) -> Group? {
            guard let all = ErrorStatistics(indices.map { errors[$0] }) else { return nil }
            let ids = Set(indices.map { predictions[$0].id })
            let own = sweeps.filter { sweep in sweep.plans.contains { ids.contains($0.id) } }
            let fitting = indices.count { predictions[$0].fits }
            return Group(
                name: name, errors: all,
                completeErrors: ErrorStatistics(
                    indices.filter { measured.cases[$0].isComplete }.map { errors[$0] }),
                rankCorrelation: Self.mean(own.compactMap(\.rankCorrelation)),
                selectionRegret: Self.mean(own.compactMap(\.selectionRegret)),
                fitting: Double(fitting) / Double(indices.count))
        }
        func groups(_ name: (MeasuredSteps.Case) -> String) -> [Group] {
            var order: [String] = []
            var members: [String: [Int]] = [:]
            for index in trusted {
                let name = name(measured.cases[index])
                if members[name] == nil { order.append(name) }
                members[name, default: []].append(index)
            }
            return order.compactMap { group($0, members[$0] ?? []) }
        }
        let single = measured.singleGroupMachines
        func isSingle(_ index: Int) -> Bool { single.contains(measured.cases[index].inputs.machine.name) }
        overall = group("all", trusted)
        doubtful = group(
            "doubted by their source", measured.cases.indices.filter { measured.cases[$0].isDoubtful })
        sharedMachines = group("machines of several groups", trusted.filter { !isSingle($0) })
        singleMachines = group("machines of one group", trusted.filter(isSingle))
        self.groups = groups(\.group)
        machines = groups { "\($0.group) \($0.inputs.machine.name)" }
        classes = groups { $0.inputs.classes[1] }
        otherClasses = [0, 2, 3].flatMap { depth in groups { $0.inputs.classes[depth] } }
    }

    /// Mean rank correlation over sweeps of at least five plans.
    public var rankCorrelation: Double? { Self.mean(sweeps.compactMap(\.rankCorrelation)) }
    /// Mean selection regret over sweeps of at least three plans.
    public var selectionRegret: Double? { Self.mean(sweeps.compactMap(\.selectionRegret)) }
    /// The worst selection regret.
    public var worstRegret: Double? { sweeps.compactMap(\.selectionRegret).max() }

    private static func mean(_ numbers: [Double]) -> Double? {
        numbers.isEmpty ? nil : numbers.reduce(0, +) / Double(numbers.count)
    }
}

extension MeasuredSteps {
    /// Machines that occur in one group alone.
    public var singleGroupMachines: Set<String> {
        var groups: [String: Set<String>] = [:]
        for entry in cases { groups[entry.inputs.machine.name, default: []].insert(entry.group) }
        return Set(groups.filter { $0.value.count == 1 }.keys)
    }
}
