import CostModel
import Foundation
import Search
import Strategy

/// An answer as the store keeps it: decisions and what was proved, no prices.
///
/// Prices are computed anew from the decisions; the step time is kept to notice that a price has changed.
struct StoredAnswer: Codable, Hashable, Sendable {
    let plans: [Layout]
    let certificate: Certificate
    let infeasibility: [String]
    let notes: [String]

    /// A plan with its factors by network level.
    struct Layout: Codable, Hashable, Sendable {
        let tensorModel: [Int]
        let tensorFeedForward: [Int]
        let pipeline: [Int]
        let expert: [Int]
        let data: [Int]
        let microbatches: Int
        let interleave: Int
        let schedule: PipelineSchedule
        let memoryBinds: Bool
        let flop: Double
        let stepSeconds: Double

        init(_ priced: PricedPlan) {
            let (plan, placement) = (priced.plan, priced.plan.placement)
            tensorModel = placement.tensorModel
            tensorFeedForward = placement.tensorFeedForward
            pipeline = placement.pipeline
            expert = placement.expert
            data = placement.data
            microbatches = plan.microbatches
            interleave = plan.interleave
            schedule = plan.schedule
            memoryBinds = priced.binding == "memory"
            flop = priced.run.flop
            stepSeconds = priced.price.step
        }

        var decisions: Plan {
            Plan(
                placement: Placement(
                    tensorModel: tensorModel, tensorFeedForward: tensorFeedForward, pipeline: pipeline,
                    expert: expert, data: data),
                microbatches: microbatches, interleave: interleave, schedule: schedule)
        }
    }

    init(_ answer: PlanningAnswer) {
        plans = answer.plans.map(Layout.init)
        certificate = answer.certificate
        infeasibility = answer.infeasibility
        notes = answer.notes
    }

    /// The answer with prices computed anew.
    /// - Throws: where a plan is no answer to the question or the certificate contradicts it.
    func answer(to question: PlanningQuestion) throws -> PlanningAnswer {
        let planner = try Planner(question)
        let priced = try plans.map { layout in
            let plan = try planner.recalled(
                layout.decisions, flop: layout.flop, step: layout.stepSeconds,
                memoryBinds: layout.memoryBinds)
            guard plan.run.flop == layout.flop else { throw PointReader.Fault.otherPrice }
            return plan
        }
        if let best = priced.first, !isBelow(certificate.bound, best) { throw PointReader.Fault.otherPrice }
        return PlanningAnswer(
            question: question, plans: priced, certificate: certificate, infeasibility: infeasibility,
            notes: notes)
    }

    /// Whether a proved bound does not contradict the best plan, to a relative 1e-9.
    private func isBelow(_ bound: Certificate.ProvedBound?, _ best: PricedPlan) -> Bool {
        switch bound {
        case .leastSeconds(let seconds): seconds <= best.total.value * (1 + 1e-9)
        case .fewestGPUs(let gpus): gpus <= Double(best.gpus) * (1 + 1e-9)
        case .highestUtilization(let share): share >= best.utilization * (1 - 1e-9)
        case .largestFlop(let flop): flop >= best.run.flop * (1 - 1e-9)
        // Of a searched shape, which is not kept.
        case .largestEffectiveFlop: false
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
    }
}
