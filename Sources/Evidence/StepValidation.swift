import TransformerCost

/// Predictions beside measured steps.
public struct StepValidation: Sendable {
    /// Rows of one group on one machine.
    public struct Group: Sendable {
        /// Group and machine.
        public let name: String
        /// Errors of all rows.
        public let errors: ErrorStatistics
        /// Errors of the complete rows; nil where there are none.
        public let completeErrors: ErrorStatistics?
        /// Mean rank correlation of the group's sweeps of at least five plans.
        public let rankCorrelation: Double?
        /// Mean selection regret of the group's sweeps of at least three plans.
        public let selectionRegret: Double?
    }

    /// What was measured.
    public let measured: MeasuredSteps
    /// Predictions in the same order.
    public let predictions: [StepPrediction]
    /// All rows.
    public let overall: ErrorStatistics?
    /// By group and machine, in the order of the table.
    public let groups: [Group]
    /// Sweeps of at least three plans.
    public let sweeps: [SweepStatistics]

    /// Predicts every case.
    public init(_ measured: MeasuredSteps, constants: StepConstants = .fitted) {
        let predictions = measured.cases.map {
            StepPrediction(
                id: $0.ids.first ?? "", group: $0.group, inputs: $0.inputs, constants: constants)
        }
        self.init(measured, predictions: predictions)
    }

    init(_ measured: MeasuredSteps, predictions: [StepPrediction]) {
        self.measured = measured
        self.predictions = predictions
        let seconds = predictions.map { $0.step.total.value }
        let errors = zip(seconds, measured.cases).map { $0 / $1.measured - 1 }
        overall = ErrorStatistics(errors)
        let sweeps = SweepStatistics.sweeps(measured.cases, predicted: seconds)
        self.sweeps = sweeps
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for (index, entry) in measured.cases.enumerated() {
            let name = "\(entry.group) \(entry.inputs.machine.name)"
            if members[name] == nil { order.append(name) }
            members[name, default: []].append(index)
        }
        groups = order.compactMap { name in
            guard let indices = members[name], let all = ErrorStatistics(indices.map { errors[$0] }) else {
                return nil
            }
            let ids = Set(indices.map { predictions[$0].id })
            let own = sweeps.filter { sweep in sweep.plans.contains { ids.contains($0.id) } }
            return Group(
                name: name, errors: all,
                completeErrors: ErrorStatistics(
                    indices.filter { measured.cases[$0].isComplete }.map { errors[$0] }),
                rankCorrelation: Self.mean(own.compactMap(\.rankCorrelation)),
                selectionRegret: Self.mean(own.compactMap(\.selectionRegret)))
        }
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
