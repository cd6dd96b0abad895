import Planning
import Training
import TransformerModel

/// Layouts that a user writes down, priced without a search.
struct PricedLayouts {
    let question: TransformerQuestion
    /// Whether layouts keep the batch of their file.
    var keepsBatch = false

    /// The one layout of an option's text.
    /// - Throws: `InputError` where there are none or several, or it cannot be laid out.
    func one(_ text: String) throws -> PlanVerdict<LayoutRun> {
        let all = try verdicts(text)
        guard all.count == 1 else { throw InputError("\(text): holds \(all.count) layouts; one is needed") }
        return all[0]
    }

    /// The layouts of an option's text: decisions that are not written are those of one rank, with replicas on all
    /// accelerators given.
    /// - Throws: `InputError` where one cannot be laid out.
    func verdicts(_ text: String) throws -> [PlanVerdict<LayoutRun>] {
        guard let number = question.value(of: .gpus) else {
            throw InputError("--gpus is missing: it says on how many accelerators a layout is priced")
        }
        let gpus = Int(number)
        let given = try checkingInput {
            try GivenLayouts(question: question, gpus: gpus, keepsBatch: keepsBatch).read([text])
        }
        let verdicts = try given.map { one -> PlanVerdict<LayoutRun> in
            var question = question
            var remarks = one.remarks
            let model = TransformerStepModel(job: question.job, machine: question.machine)
            let layout: TrainingLayout
            switch one.decisions {
            case .all(let whole): layout = whole
            case .some(let partial):
                let start = TrainingLayout(globalBatch: question.globalBatch)
                layout = try checkingInput { try partial.completed(by: start, gpus: gpus, model: model) }
                remarks.append("not written: \(partial.absent(in: layout).joined(separator: ", "))")
            }
            question.globalBatch = layout.globalBatch
            return question.verdict(
                on: layout, name: one.text, remarks: remarks, gpus: gpus, flop: question.given.flop,
                model: model)
        }
        for verdict in verdicts where verdict.plan == nil {
            throw InputError("\(verdict.name): \(verdict.violations.joined(separator: "; "))")
        }
        return verdicts
    }
}
