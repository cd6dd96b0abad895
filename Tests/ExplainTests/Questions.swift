import Files
import Optimization
import Quantities
import ScalingModel
import Training

/// Questions with answers of different kinds.
enum Questions {
    static func machine(_ name: String = "h100-sxm") throws -> Accelerator {
        try HardwareCatalogue.entry(name).machine
    }

    static func fast(gpus: Int = 4096, flop: Double = 1e25, machine name: String = "h100-sxm") throws
        -> PlanningQuestion
    {
        PlanningQuestion(machine: try machine(name), given: .gpusAndFlop(gpus: gpus, flop: flop))
    }

    /// Many plans of one question, from the best on.
    static func plans(_ question: PlanningQuestion, count: Int) throws -> [PricedPlan] {
        var question = question
        question.wanted = count
        return try Planner(question).answer().plans
    }
}
