import Foundation
import Training
import TransformerModel

/// Fits constants and calibrations to measured steps.
///
/// Residual of a row: `w · ln(predicted/measured) / 0.08` with weight `w = min(1, 4/√rows of its group)`, half
/// way between equal rows and equal groups; soft-L1 loss; z² for each parameter. Layouts, and with them what is
/// recomputed, are fixed before by memory. Nothing is fitted to a row, a group or a model.
public struct StepFit: Sendable {
    /// A row with everything that no fitted number changes.
    struct Prepared: Sendable {
        let job: TrainingJob
        let layout: TrainingLayout
        let machine: Accelerator
        let stages: StageTable
        let spreads: StepSpreads
        let measured: Double
        let group: String

        func seconds(_ setting: FittedSetting) -> Double {
            var machine = machine
            if let calibration = setting.calibrations[machine.name] { machine.calibration = calibration }
            let model = TransformerStepModel(job: job, machine: machine, constants: setting.constants)
            let costs = model.costs(of: layout)
            return model.step(layout, costs: costs, stages: stages, spreads: spreads).total.value
        }
    }

    /// A relative error that counts as one residual.
    static let scale = 0.08
    /// Rows of a group from which on its rows weigh less.
    static let fullWeightRows = 16.0

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
    public init(_ measured: MeasuredSteps, numbers: [FittedNumber], constants: StepConstants = .fitted) {
        self.numbers = numbers
        var calibrations: [String: Calibration] = [:]
        cases = measured.cases.map { entry in
            let (layout, machine) = (entry.inputs.layout, entry.inputs.machine)
            calibrations[machine.name] = machine.calibration ?? .assumed
            return Prepared(
                job: entry.inputs.job, layout: layout, machine: machine,
                stages: StageTable(layout, model: entry.inputs.job.model),
                spreads: StepSpreads(layout, placement: LayoutPlacement(on: machine)),
                measured: entry.measured, group: entry.group)
        }
        base = FittedSetting(constants: constants, calibrations: calibrations)
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

    /// Fits to all rows but those of one group.
    /// - Parameter group: left out; nil: none.
    /// - Returns: the best point found.
    public func fit(without group: String? = nil) async -> Fit {
        let used = cases.filter { $0.group != group }
        let rows = Dictionary(grouping: used, by: \.group).mapValues { Double($0.count) }
        let weights = used.map { min(1, (Self.fullWeightRows / (rows[$0.group] ?? 1)).squareRoot()) }
        let problem = PenalizedLeastSquares { [self] point in
            let setting = setting(at: point)
            return zip(used, weights).map { entry, weight in
                weight * log(entry.seconds(setting) / entry.measured) / Self.scale
            }
        }
        let found = await problem.minimum(from: [Double](repeating: 0, count: numbers.count))
        return Fit(
            point: found.point, setting: setting(at: found.point), objective: found.objective,
            iterations: found.iterations)
    }

    /// Predicted times of all rows, in order.
    public func seconds(_ setting: FittedSetting) -> [Double] { cases.map { $0.seconds(setting) } }

    /// Predicted times of all rows, each by a fit that has not seen its group: everything that is fitted is
    /// fitted again without it.
    /// - Parameter progress: called with the name of each group when it is done.
    /// - Returns: seconds in the order of the rows.
    public func crossValidated(progress: (String) -> Void = { _ in }) async -> [Double] {
        var seconds = [Double](repeating: 0, count: cases.count)
        var done: Set<String> = []
        for entry in cases where done.insert(entry.group).inserted {
            let found = await fit(without: entry.group)
            for (index, other) in cases.enumerated() where other.group == entry.group {
                seconds[index] = other.seconds(found.setting)
            }
            progress(entry.group)
        }
        return seconds
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
