import Foundation
import Optimization
import Quantities
import ScalingModel
import Training

/// An answer as the store keeps it: decisions and what was proved, no prices.
///
/// Prices are computed anew from the decisions; the step time is kept to notice that a price has changed.
struct StoredAnswer: Codable, Hashable, Sendable {
    let plans: [RecordedPlan]
    let certificate: Certificate
    let infeasibility: [String]
    let notes: [String]

    init(_ answer: PlanningAnswer) {
        let choice = answer.question.shape
        plans = answer.plans.map { RecordedPlan($0, choice: choice, run: .kept) }
        certificate = answer.certificate
        infeasibility = answer.infeasibility
        notes = answer.notes
    }

    /// The answer with prices computed anew.
    /// - Throws: where a plan is no answer to the question or the certificate contradicts it.
    func answer(to question: PlanningQuestion) throws -> PlanningAnswer {
        let planner = try Planner(question)
        let priced = try plans.map { try planner.recalled($0) }
        if let best = priced.first, !isBelow(certificate.bound, best, question) {
            throw PointReader.Fault.otherPrice
        }
        return PlanningAnswer(
            question: question, plans: priced, certificate: certificate, infeasibility: infeasibility,
            notes: notes)
    }

    /// Whether a proved bound does not contradict the best plan, to a relative 1e-9.
    private func isBelow(
        _ bound: Certificate.ProvedBound?, _ best: PricedPlan, _ question: PlanningQuestion
    ) -> Bool {
        switch bound {
        case .leastSeconds(let seconds): seconds <= best.total.value * (1 + 1e-9)
        case .fewestGPUs(let gpus): gpus <= Double(best.gpusGiven) * (1 + 1e-9)
        case .highestUtilization(let share): share >= utilization(best, question) * (1 - 1e-9)
        case .largestFlop(let flop): flop >= best.run.flop * (1 - 1e-9)
        case .largestEffectiveFlop(let flop): flop >= effectiveFlop(best, question) * (1 - 1e-9)
        case nil: true
        }
    }

    /// The utilization that was bounded: where the shape is free, that by effective compute.
    private func utilization(_ plan: PricedPlan, _ question: PlanningQuestion) -> Double {
        guard question.shape != .law else { return plan.utilization }
        return plan.utilization * effectiveFlop(plan, question) / plan.run.flop
    }

    private func effectiveFlop(_ plan: PricedPlan, _ question: PlanningQuestion) -> Double {
        let reducible = question.value(of: plan.run.shape).reducible(flop: plan.run.flop)
        return question.effectiveCompute.flop(reducible: reducible)
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
        guard isSound else { throw PointReader.Fault.illegal("its counts or words are none of a search") }
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
