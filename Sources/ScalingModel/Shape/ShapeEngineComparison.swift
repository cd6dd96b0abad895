import Optimization
import Quantities
import Training

extension EngineContext {
    /// The same limits with one engine of its own and nothing reported yet; masters start from nothing.
    func alone(_ engine: Engine) -> EngineContext {
        EngineContext(
            engine: engine, solver: solver, timeLimit: timeLimit, stop: stop, mastersStart: .cold)
    }
}

extension Planner {
    /// The difference of two engines' answers over all shapes; nil where they agree.
    static func difference(_ enumerated: PlanningAnswer, _ masters: PlanningAnswer) -> EngineError? {
        let (left, right) = (enumerated.objectives, masters.objectives)
        let isDirect = enumerated.bounds.isLower
        func isClose(_ one: Double, _ other: Double) -> Bool {
            abs(one - other) <= EngineSearch.tolerance * max(abs(one), abs(other))
        }
        var isSame = true
        if enumerated.certificate.isOptimal, masters.certificate.isOptimal {
            isSame = left.count == right.count && zip(left, right).allSatisfy(isClose)
        }
        func passes(_ bound: Double?, _ value: Double?) -> Bool {
            guard let bound, let value, !isClose(bound, value) else { return false }
            return isDirect ? bound > value : bound < value
        }
        if passes(masters.bounds.value, left.first) || passes(enumerated.bounds.value, right.first) {
            isSame = false
        }
        if enumerated.certificate.isOptimal != masters.certificate.isOptimal,
            enumerated.isProvedInfeasible && !right.isEmpty || masters.isProvedInfeasible && !left.isEmpty
        {
            isSame = false
        }
        guard !isSame else { return nil }
        return .disagreement(
            enumerate: "\(left) (optimal: \(enumerated.certificate.isOptimal))",
            mip: "\(right) (optimal: \(masters.certificate.isOptimal))")
    }
}

extension PlanningAnswer {
    /// Whether every shape was searched and none has a plan.
    fileprivate var isProvedInfeasible: Bool {
        plans.isEmpty && certificate.shapes?.open == 0 && certificate.account.open == 0
    }

    /// What the question asks, of each plan.
    fileprivate var objectives: [Double] {
        plans.map { plan in
            switch (question.given, question.objective) {
            case (.gpusAndFlop, _): plan.total.value
            case (.flopAndTime(let flop, _), .utilization):
                flop / (Double(plan.gpusGiven) * plan.total.value * question.machine.compute.peak.value)
            case (.flopAndTime, _): Double(plan.gpusGiven)
            case (.gpusAndTime, _):
                question.effectiveCompute.flop(
                    reducible: question.value(of: plan.run.shape).reducible(flop: plan.run.flop))
            }
        }
    }

    /// The proved bound, and whether it lies below.
    fileprivate var bounds: (value: Double?, isLower: Bool) {
        switch certificate.bound {
        case .leastSeconds(let value), .fewestGPUs(let value): (value, true)
        case .highestUtilization(let value), .largestFlop(let value), .largestEffectiveFlop(let value):
            (value, false)
        case nil: (nil, true)
        }
    }
}
