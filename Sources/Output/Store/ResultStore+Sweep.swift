import Optimization
import Planning
import Reports

extension ResultStore {
    /// The points of a sweep that are kept.
    /// - Parameters:
    ///   - sweep: the questions.
    ///   - cells: some of its cells.
    /// - Returns: points in the order of the cells.
    /// - Throws: ``StoreError`` where the file cannot be read.
    public func points<Question: KeptQuestion>(
        of sweep: Sweep<Question>, cells: [SweepCell]
    ) throws(StoreError) -> [SweepPoint<Question>] {
        var points: [SweepPoint<Question>] = []
        for cell in cells {
            guard let answer = try answer(to: sweep.question(cell)) else { continue }
            points.append(
                sweep.point(
                    cell,
                    CellAnswer(
                        plan: answer.plans.first, infeasibility: answer.infeasibility,
                        certificate: answer.certificate)))
        }
        return points
    }

    /// Keeps the proved points of a sweep.
    /// - Parameters:
    ///   - points: of the sweep.
    ///   - sweep: the questions.
    /// - Throws: ``StoreError`` where the file cannot be written.
    public func keep<Question: KeptQuestion>(
        _ points: [SweepPoint<Question>], of sweep: Sweep<Question>
    ) throws(StoreError) {
        var answers: [Question.Answer] = []
        for point in points {
            let question = sweep.question(point.cell)
            let found = point.plan ?? point.tooLate
            // A stored point that is read back from a journal may lack the plan that was too late.
            if found == nil, point.cell.gpus != nil, point.reason.hasPrefix("takes ") { continue }
            let notes = found.map(question.answerNotes) ?? []
            answers.append(
                Question.Answer(
                    question: question, plans: found.map { [$0] } ?? [], certificate: point.certificate,
                    infeasibility: found == nil ? [point.reason] : [], notes: notes))
        }
        try keep(answers)
    }
}
