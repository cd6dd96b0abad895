import Foundation
import Quantities
import Training
import TransformerModel

/// Fits constants, calibrations and conducts of software to measured steps.
///
/// Residual of a row: `ln(predicted/measured) / scale`; soft-L1 loss, whatever the row's weight; z² for each
/// parameter. Scale, weights and centres are ``Rules``. Rows that their source doubts are not fitted. Layouts, and with them
/// what is recomputed, are fixed before by memory. Nothing is fitted to a row, a group or a model.
public struct StepFit: Sendable {
    /// A row with everything that no fitted number changes.
    struct Prepared: Sendable {
        let job: TrainingJob
        let layout: TrainingLayout
        let machine: Accelerator
        let software: String
        let stages: StageTable
        let spreads: StepSpreads
        let measured: Double
        /// Rows of the table that it stands for.
        let rows: Int
        let group: String
        let isDoubtful: Bool
        /// The step over its closed form, at the numbers before the fit: what playing its schedule adds.
        var playing = 1.0

        /// The predicted time, its schedule played.
        func seconds(_ setting: FittedSetting) -> Double {
            let (model, costs, form) = form(setting)
            return model.played(form, layout, costs: costs, stages: stages, spreads: spreads).total.value
        }

        /// Nearly the same, for the many times that a fit asks: what playing adds is as before.
        func quickSeconds(_ setting: FittedSetting) -> Double { playing * form(setting).step.total.value }

        /// The step in closed form, and what prices it.
        private func form(
            _ setting: FittedSetting
        ) -> (model: TransformerStepModel, costs: BlockCosts, step: StepBreakdown) {
            var machine = machine
            var job = job
            if let calibration = setting.calibrations[machine.name] { machine.calibration = calibration }
            if let conduct = setting.conducts[software] { job.conduct = conduct }
            let model = TransformerStepModel(job: job, machine: machine, constants: setting.constants)
            let costs = model.costs(of: layout)
            return (model, costs, model.step(layout, costs: costs, stages: stages, spreads: spreads))
        }

        /// The same with what playing adds at some numbers.
        func playing(at setting: FittedSetting) -> Prepared {
            var prepared = self
            prepared.playing = seconds(setting) / quickSeconds(setting)
            return prepared
        }
    }

    /// Rows of a group from which on its rows weigh less.
    static let fullWeightRows = 16.0

    /// What is fitted by.
    public let rules: Rules
    /// What may be moved.
    public let numbers: [FittedNumber]
    /// What is set before, and stays where no number moves it.
    public let base: FittedSetting
    let cases: [Prepared]

    /// Prepares a fit.
    /// - Parameters:
    ///   - measured: the steps.
    ///   - numbers: what may be moved.
    ///   - constants: what is not moved of them stays.
    ///   - rules: those of a fit to published steps, or of an anchor.
    public init(
        _ measured: MeasuredSteps, numbers: [FittedNumber], constants: StepConstants = .fitted,
        rules: Rules = .published
    ) {
        self.rules = rules
        var calibrations: [String: Calibration] = [:]
        var conducts: [String: SoftwareConduct] = [:]
        let rows = measured.cases.map { entry in
            let (layout, machine) = (entry.inputs.layout, entry.inputs.machine)
            calibrations[machine.name] = machine.calibration ?? .assumed
            conducts[entry.inputs.software.name] = entry.inputs.software.conduct
            return Prepared(
                job: entry.inputs.job, layout: layout, machine: machine,
                software: entry.inputs.software.name,
                stages: StageTable(layout, model: entry.inputs.job.model),
                spreads: StepSpreads(layout, placement: LayoutPlacement(on: machine)),
                measured: entry.measured, rows: entry.ids.count, group: entry.group,
                isDoubtful: entry.isDoubtful)
        }
        let base = FittedSetting(constants: constants, calibrations: calibrations, conducts: conducts)
        self.base = base
        cases = rows.map { $0.playing(at: base) }
        switch rules.centre {
        case .prior: self.numbers = numbers
        case .present(let reach):
            self.numbers = numbers.map { $0.centred(at: base.value(of: $0), reach: reach) }
        }
    }

    /// What a fit found.
    public struct Fit: Sendable {
        /// Parameters, one for each number, in standard deviations of its prior.
        public let point: [Double]
        /// Constants and calibrations.
        public let setting: FittedSetting
        /// Sum of losses and penalties.
        public let objective: Double
        /// Iterations done.
        public let iterations: Int
    }

    /// Fits to all rows but those of one group or software.
    /// - Parameter left: left out; nil: none.
    /// - Returns: the best point found.
    public func fit(without left: LeftOut? = nil) -> Fit {
        let used = cases.enumerated()
            .filter { !$0.element.isDoubtful && left?.holds($0.element, at: $0.offset) != true }
            .map(\.element)
        let weights = weights(of: used)
        let scale = rules.scale
        let affected = numbers.map { number in
            used.indices.filter {
                number.matters(machine: used[$0].machine.name, software: used[$0].software)
            }
        }
        let problem = PenalizedLeastSquares(weights: weights, affected: affected) { [self] point in
            let setting = setting(at: point)
            return { row in
                log(used[row].quickSeconds(setting) / used[row].measured) / scale
            }
        }
        let found = problem.minimum(from: [Double](repeating: 0, count: numbers.count))
        return Fit(
            point: found.point, setting: setting(at: found.point), objective: found.objective,
            iterations: found.iterations)
    }

    private func weights(of used: [Prepared]) -> [Double] {
        switch rules.weighing {
        case .betweenRowsAndGroups:
            let rows = Dictionary(grouping: used, by: \.group).mapValues { Double($0.count) }
            return used.map { min(1, (Self.fullWeightRows / (rows[$0.group] ?? 1)).squareRoot()) }
        case .rows: return used.map { Double($0.rows) }
        }
    }

    /// Predicted times of all rows, in order.
    public func seconds(_ setting: FittedSetting) -> [Double] { cases.map { $0.seconds(setting) } }

    /// The predicted time of one row.
    func seconds(_ setting: FittedSetting, ofRow index: Int) -> Double { cases[index].seconds(setting) }

    /// Rows that a fit has not seen.
    public enum LeftOut: Hashable, Sendable {
        /// Those of a group.
        case group(String)
        /// Those of a software.
        case software(String)
        /// Those with some numbers in the order of the rows, from 0.
        case rows(Set<Int>)

        /// Its name.
        var name: String {
            switch self {
            case .group(let name), .software(let name): name
            case .rows(let numbers):
                "rows " + numbers.sorted().map { "\($0 + 1)" }.joined(separator: ", ")
            }
        }

        func holds(_ row: Prepared, at index: Int) -> Bool {
            switch self {
            case .group(let name): row.group == name
            case .software(let name): row.software == name
            case .rows(let numbers): numbers.contains(index)
            }
        }
    }

    /// Predicted times of all rows, each by a fit that has not seen its like: everything that is fitted is fitted again
    /// without it.
    /// - Parameters:
    ///   - kind: what a row's like are.
    ///   - progress: called with the name of each part that was left out, when it is done.
    /// - Returns: seconds in the order of the rows.
    public func crossValidated(
        without kind: CrossValidation = .leaveOneGroupOut, progress: (String) -> Void = { _ in }
    ) -> [Double] {
        var seconds = [Double](repeating: 0, count: cases.count)
        var done: Set<LeftOut> = []
        for entry in cases {
            let left = kind == .leaveOneSoftwareOut ? LeftOut.software(entry.software) : .group(entry.group)
            guard done.insert(left).inserted else { continue }
            let found = fit(without: left)
            for (index, other) in cases.enumerated() where left.holds(other, at: index) {
                seconds[index] = other.seconds(found.setting)
            }
            progress(left.name)
        }
        return seconds
    }

    /// What is left out in turn, to see what a fit says of what it has not seen.
    public enum CrossValidation: Hashable, Sendable {
        /// Nothing.
        case none
        /// Each group of rows.
        case leaveOneGroupOut
        /// Each software.
        case leaveOneSoftwareOut
    }

    /// Numbers that some row depends on; the others stay at their priors and are not worth writing down.
    public func determined(_ fit: Fit) -> [Bool] {
        let before = seconds(fit.setting)
        return numbers.indices.map { index in
            var point = fit.point
            point[index] += 0.5
            return zip(seconds(setting(at: point)), before).contains { abs($0 / $1 - 1) > 1e-5 }
        }
    }

    private func setting(at point: [Double]) -> FittedSetting {
        var setting = base
        setting.put(numbers, at: point)
        return setting
    }
}
