import Foundation
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// An answer as the store keeps it: decisions and what was proved, no prices.
///
/// Prices are computed anew from the decisions; the step time is kept to notice that a price has changed.
struct StoredAnswer<Question: KeptQuestion>: Codable, Hashable, Sendable {
    let plans: [Question.Record]
    let certificate: Certificate
    let infeasibility: [String]
    let notes: [String]

    init(_ answer: Question.Answer) {
        plans = answer.plans.map { answer.question.record($0, run: .kept) }
        certificate = answer.certificate
        infeasibility = answer.infeasibility
        notes = answer.notes
    }

    /// The answer with prices computed anew.
    /// - Throws: where a plan is no answer to the question or the certificate contradicts it.
    func answer(to question: Question) throws -> Question.Answer {
        let priced = try plans.map { try question.recalled($0) }
        if let best = priced.first, !isBelow(certificate.bound, best, question) {
            throw RecordFault.otherPrice
        }
        return Question.Answer(
            question: question, plans: priced, certificate: certificate, infeasibility: infeasibility,
            notes: notes)
    }

    /// Whether a proved bound does not contradict the best plan, to a relative 1e-9.
    private func isBelow(
        _ bound: Certificate.ProvedBound?, _ best: Question.Priced, _ question: Question
    ) -> Bool {
        switch bound {
        case .leastSeconds(let seconds): seconds <= best.total.value * (1 + 1e-9)
        case .fewestGPUs(let gpus): gpus <= Double(best.gpusGiven) * (1 + 1e-9)
        case .highestUtilization(let share): share >= question.utilization(of: best) * (1 - 1e-9)
        case .largestFlop(let flop): flop >= best.flop * (1 - 1e-9)
        case .largestEffectiveFlop(let flop): flop >= question.effectiveFlop(of: best) * (1 - 1e-9)
        case nil: true
        }
    }

    // MARK: Text

    /// The answer as one line of JSON with sorted names.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads what ``text()`` wrote.
    init(text: String) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "infinite", negativeInfinity: "-infinite", nan: "nan")
        self = try decoder.decode(Self.self, from: Data(text.utf8))
        guard isSound else { throw RecordFault.illegal("its counts or words are none of a search") }
    }

    /// Whether counts can be added up and words be printed.
    private var isSound: Bool {
        let (account, shapes) = (certificate.account, certificate.shapes ?? ShapeAccount())
        let counts = [
            account.spaceSize, account.evaluated, account.expandedNodes, account.unneeded, account.unsettled,
            shapes.grid, shapes.searched,
        ]
        let rules = account.pruned.map { $0 } + shapes.discarded.map { $0 }
        let words = [certificate.engine, certificate.engines?.reason ?? ""] + infeasibility + notes
        return (counts + rules.map(\.value)).allSatisfy { (0...Int.max / 200).contains($0) }
            && rules.count < 100 && (words + rules.map(\.key)).allSatisfy { Shown.isLine($0) }
    }
}
