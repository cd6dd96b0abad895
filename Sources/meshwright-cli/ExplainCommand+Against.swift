import Optimization
import Planning
import Reports
import TransformerModel

/// Two layouts of a transformer beside one another, without a search.
extension ExplainCommand {
    /// Compares the layout of `--plan` with another one.
    func compare(_ question: TransformerQuestion, with other: String) throws {
        guard plan.count == 1, let first = plan.first else {
            throw InputError("--against compares one --plan with another; \(plan.count) are given")
        }
        guard output == nil, whatIf.isEmpty else {
            throw InputError(
                "--against compares two layouts alone; leave out \(output == nil ? "--what-if" : "--output")")
        }
        let layouts = PricedLayouts(question: question)
        let report = LayoutComparison(
            try layouts.one(first), with: try layouts.one(other), question: question,
            version: MeshwrightCommand.version)
        format.print(text: report.text, json: report.json, csv: report.csv)
    }
}
