import Files
import Training
import TransformerModel

/// A fit with the comparisons that say what it is worth.
public struct CalibrationRun: Sendable {
    /// What is fitted.
    public enum Extent: Hashable, Sendable {
        /// Calibrations of some machines; constants stay.
        case machines([String])
        /// All constants, the software and the calibrations of all architectures together.
        case everything
    }

    /// One number, before and after.
    public struct Outcome: Sendable {
        /// The number with its prior.
        public let number: FittedNumber
        /// As it was; nil where no machine of the table has it.
        public let old: Double?
        /// As fitted.
        public let value: Double
        /// Its distance from the prior, in standard deviations.
        public let shift: Double
        /// Whether any row depends on it.
        public let isDetermined: Bool
    }

    /// Predictions as they were before.
    public let before: StepValidation
    /// Predictions as fitted.
    public let fitted: StepValidation
    /// Predictions each by a fit without the row's like.
    public let crossValidated: StepValidation?
    /// Numbers in the order of their priors.
    public let outcomes: [Outcome]
    /// What the fit found.
    public let fit: StepFit.Fit
    /// Machines that were fitted.
    public let machines: [String]
    /// Rows that could not be priced.
    public var failures: [MeasuredSteps.Failure] { before.measured.failures }

    /// Fits.
    /// - Parameters:
    ///   - tables: measured steps.
    ///   - extent: what is fitted.
    ///   - validation: whether to cross-validate.
    ///   - machines: that take the place of the catalogue's of the same name.
    ///   - overrides: `key=value` texts for every machine of the catalogue.
    ///   - progress: called with the name of each group that was left out, when it is done.
    /// - Throws: `ScenarioError` where no row is on a machine that is to be fitted.
    public init(
        _ tables: EvidenceTables, extent: Extent, validation: StepFit.CrossValidation = .none,
        machines: [Accelerator] = [], overrides: [String] = [], progress: (String) -> Void = { _ in }
    ) throws(ScenarioError) {
        let inference = tables.inference(machines: machines, overrides: overrides)
        var measured = MeasuredSteps(tables.steps, inference: inference)
        let present = Dictionary(
            measured.cases.map { ($0.inputs.machine.name, $0.inputs.machine) },
            uniquingKeysWith: { first, _ in first })
        let numbers: [FittedNumber]
        switch extent {
        case .everything:
            numbers =
                ConstantPriors.all + SoftwarePriors.all + MachinePriors.all(of: Array(present.values))
            self.machines = present.keys.sorted()
        case .machines(let names):
            var machines: [Accelerator] = []
            for name in names {
                guard let machine = present[name] else {
                    throw ScenarioError(
                        place: "--hardware \(name)",
                        reason: "no row of the table that can be priced is on it; the table has "
                            + present.keys.sorted().joined(separator: ", "))
                }
                machines.append(machine)
            }
            measured = measured.on(Set(names))
            numbers = machines.flatMap { MachinePriors.numbers(of: $0) }
            self.machines = names
        }
        guard !measured.cases.isEmpty else {
            throw ScenarioError(place: "--measured", reason: "no row of the table can be priced")
        }
        let problem = StepFit(measured, numbers: numbers)
        let fit = problem.fit()
        self.fit = fit
        let before = StepValidation(measured)
        self.before = before
        fitted = StepValidation(
            measured, predictions: before.predictions, seconds: problem.seconds(fit.setting))
        let determined = problem.determined(fit)
        outcomes = numbers.enumerated().map { index, number in
            Outcome(
                number: number, old: problem.base.value(of: number),
                value: number.value(at: fit.point[index]), shift: fit.point[index],
                isDetermined: determined[index])
        }
        switch validation {
        case .none: crossValidated = nil
        case .leaveOneGroupOut, .leaveOneSoftwareOut:
            let seconds = problem.crossValidated(without: validation, progress: progress)
            crossValidated = StepValidation(measured, predictions: before.predictions, seconds: seconds)
        }
    }
}
