import Training
import TransformerModel

/// What is to be said of a layout that somebody asks about.
public struct LayoutVerdict: Sendable {
    /// Where it comes from: what was typed, or a file with its row.
    public let name: String
    /// The layout.
    public let layout: TrainingLayout
    /// Why it cannot run; empty if it can.
    public let problems: [String]
    /// What differs from the question.
    public let remarks: [String]
    /// Its price; nil where it is not legal.
    public let priced: PricedLayout?

    /// Judges a layout.
    /// - Parameters:
    ///   - layout: any.
    ///   - name: where it comes from.
    ///   - remarks: what differs from the question already.
    ///   - answer: to the question.
    public init(_ layout: TrainingLayout, name: String, remarks: [String] = [], for answer: TransformerAnswer)
    {
        self.layout = layout
        self.name = name
        var remarks = remarks
        let question = answer.question
        let model = TransformerStepModel(job: question.job, machine: question.machine)
        var problems = layout.problems(for: question.job.model).map(\.description)
        guard problems.isEmpty else {
            (priced, self.problems, self.remarks) = (nil, problems, remarks)
            return
        }
        if layout.gpus < answer.gpusGiven {
            remarks.append("it leaves \(answer.gpusGiven - layout.gpus) of \(answer.gpusGiven) ranks idle")
        }
        let price = PricedLayout(layout: layout, step: model.step(layout), memory: model.memory(layout))
        problems = question.shortfalls(of: price, gpus: answer.gpusGiven, model: model).map(\.description)
        (priced, self.problems, self.remarks) = (price, problems, remarks)
    }
}
