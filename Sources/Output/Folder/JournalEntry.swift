import Optimization
import Planning
import Quantities
import ScalingModel

/// One finished cell as a journal keeps it: the decisions, what was proved, and what it cost.
///
/// Prices are not kept but computed anew from the plan; the step time is, to notice that a price has changed.
struct JournalEntry<Record: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    let cell: Int
    let plan: Record?
    let reason: String?
    let optimal: Bool
    let spaceSize: Int
    let start: SearchEffort.Start?
    let seconds: Double?
    let evaluated: Int?
    let expandedNodes: Int?

    init<Question: SweepQuestion>(_ point: SweepPoint<Question>, of question: Question)
    where Question.Record == Record {
        cell = point.cell.index
        plan = point.plan.map { question.record($0, run: .asAsked) }
        reason = point.plan == nil ? point.reason : nil
        optimal = point.certificate.isOptimal
        spaceSize = point.certificate.account.spaceSize
        start = point.effort?.start
        seconds = point.effort?.seconds.value
        evaluated = point.effort?.evaluated
        expandedNodes = point.effort?.expandedNodes
    }

    /// Whether its words are one line that no terminal obeys.
    var isPrintable: Bool { Shown.isLine(reason ?? "") }

    /// Whether two entries give the same answer; effort may differ.
    func hasSameAnswer(as other: JournalEntry) -> Bool {
        cell == other.cell && plan == other.plan && reason == other.reason && optimal == other.optimal
            && spaceSize == other.spaceSize
    }

    /// What was proved, without the counts of a search that is not repeated.
    var certificate: Certificate {
        Certificate.recorded(isOptimal: optimal, spaceSize: spaceSize)
    }

    var effort: SearchEffort? {
        guard let start, let seconds, let evaluated, let expandedNodes else { return nil }
        return SearchEffort(
            start: start, seconds: Seconds(seconds), evaluated: evaluated, expandedNodes: expandedNodes)
    }
}
