import ArgumentParser
import Optimization
import ScalingModel

/// Limits on the decisions of a plan.
struct FixOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Allow only given values of a decision, e.g. tensor=8, tensor<=8 or zero_bubble=no; repeatable.",
            valueName: "decision=value"))
    var fix: [String] = []

    func limits() throws -> PlanLimits { try Self.limits(fix) }

    /// Limits as `--fix` puts them.
    /// - Throws: `InputError` that names the option.
    static func limits(_ texts: [String]) throws -> PlanLimits {
        do { return try PlanLimits(reading: texts) } catch { throw InputError("--fix: \(error)") }
    }
}
