import Optimization

extension Planner {
    /// The answer with what the engines reported.
    /// - Throws: what failed.
    func completed(
        _ answer: PlanningAnswer, _ engines: EngineContext
    ) throws(EngineError) -> PlanningAnswer {
        var certificate = answer.certificate
        try engines.complete(&certificate)
        return PlanningAnswer(
            question: answer.question, plans: answer.plans, certificate: certificate,
            infeasibility: answer.infeasibility, notes: answer.notes)
    }
}
