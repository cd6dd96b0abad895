import CostModel
import Hardware
import Quantities
import Workload

/// The widths of the published tables, and their frontier: one answer for each width.
public enum PublishedWidths {
    /// Every k·2^i with odd k ≤ 15 and i ≥ 11 from 12288 to 128·12288, ascending.
    public static let all = RoundNumber.friendly(in: 12288...(128 * 12288), leastExponent: 11)

    /// Utilization at which a curve ends.
    public static let leastUtilization = 0.001

    /// The fewest accelerators that train each width's law compute in time, ascending in width.
    ///
    /// The curve ends after the first point whose utilization is at most ``leastUtilization``, or before the
    /// first width that no number of accelerators serves.
    /// - Parameters:
    ///   - machine: the machine.
    ///   - laws: shape and batch; the width is set here.
    ///   - preset: which plans are legal.
    ///   - time: the longest run.
    ///   - settings: overlap, recomputation and accounting.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public static func frontier(
        machine: Accelerator, laws: WorkloadLaws, preset: SpacePreset, time: Seconds,
        settings: ModelSettings = ModelSettings()
    ) throws(PlanningError) -> [PlanningAnswer] {
        var answers: [PlanningAnswer] = []
        for width in all {
            let answer = try point(
                width: width, machine: machine, laws: laws, preset: preset, time: time, settings: settings)
            guard let best = answer.best else { break }
            answers.append(answer)
            if best.utilization <= leastUtilization { break }
        }
        return answers
    }

    /// The answer for one width at its law compute.
    static func point(
        width: Int, machine: Accelerator, laws: WorkloadLaws, preset: SpacePreset, time: Seconds,
        settings: ModelSettings
    ) throws(PlanningError) -> PlanningAnswer {
        var laws = laws
        laws.fixedWidth = width
        let flop: Double
        do { flop = laws.lawFlop(of: try laws.shape(width: width)) } catch {
            throw PlanningError("\(error)")
        }
        let question = PlanningQuestion(
            machine: machine, given: .flopAndTime(flop: flop, time: time), laws: laws, settings: settings,
            preset: preset)
        return try Planner(question).answer()
    }
}
