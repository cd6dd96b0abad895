import Optimization

extension Planner {
    /// Answers the question on the calling thread, or says why the engine asked for could not.
    /// - Returns: the best plans with their certificate, or why there is none.
    /// - Throws: ``EngineError`` where the engine has no solver, its solver failed, or two engines disagree.
    public func checkedAnswer() throws(EngineError) -> PlanningAnswer {
        let answer = answer()
        if let failure = answer.certificate.failure { throw failure }
        return answer
    }

    /// The answer with what the engines reported; an engine that failed leaves no plan.
    func completed(_ answer: PlanningAnswer, _ engines: EngineContext) -> PlanningAnswer {
        var certificate = answer.certificate
        engines.complete(&certificate)
        guard let failure = certificate.failure else {
            return PlanningAnswer(
                question: answer.question, plans: answer.plans, certificate: certificate,
                infeasibility: answer.infeasibility, notes: answer.notes)
        }
        return PlanningAnswer(
            question: answer.question, plans: [], certificate: certificate,
            infeasibility: [failure.description], notes: [])
    }
}
