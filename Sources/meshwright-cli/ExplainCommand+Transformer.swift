import Files
import GLPKSolver
import Optimization
import Planning
import Reports
import ScalingModel
import Training
import TransformerModel

/// Why a transformer's layout, and why not another.
extension ExplainCommand {
    func runTransformer() throws {
        let inputs = TransformerInputs(
            hardware: hardware, workload: workload, transformer: transformer,
            search: search)
        var others: [String] = []
        if objective != nil { others.append("--objective") }
        if output != nil { others.append("--output") }
        if store.store != nil { others.append("--store") }
        try inputs.reject(others)
        var notes: [String] = []
        let question = try inputs.question(quantities, &notes)
        // One limit for everything that the command does.
        let clock = SearchClock(limit: question.timeLimit)
        let planner = try checkingInput { try TransformerPlanner(question, solver: GLPKSolver()) }
        let changes = try whatIf.map { text in
            let (key, value) = try OptionText.pair("--what-if", text, example: "hbm.bandwidth=2x")
            let number = try checkingInput { try StepNumber.named(key, on: question.machine) }
            return (number, try OptionText.factor("--what-if \(text)", value))
        }
        let scale = try chosenFactor()
        let progress = Progress("searching layouts")
        let answer = try progress.watching { try planner.checkedAnswer(until: clock) }
        progress.update("asking again with other numbers")
        let verdicts = try checkingInput { try GivenLayouts(answer).verdicts(plan) }
        let explanation = TransformerExplanation(
            answer, verdicts: verdicts, changes: changes, factor: scale, clock: clock)
        progress.finish()
        let report = TransformerExplainReport(
            explanation, version: MeshwrightCommand.version, notes: notes)
        format.print(text: report.text, json: report.json, csv: report.csv)
        if format == .csv { answer.infeasibility.forEach { StandardError.write("meshwright: \($0)") } }
        if answer.best == nil { throw Stop(status: .infeasible) }
    }
}

/// Layouts that a user writes down, or has a launch configuration of, to be compared with the best.
private struct GivenLayouts {
    let answer: TransformerAnswer
    let model: TransformerStepModel

    init(_ answer: TransformerAnswer) {
        self.answer = answer
        model = TransformerStepModel(job: answer.question.job, machine: answer.question.machine)
    }

    /// Verdicts on what `--plan` gives: `tp=8,pp=4`, a table, the JSON of a plan, or arguments of Megatron-LM.
    func verdicts(_ given: [String]) throws -> [LayoutVerdict] {
        try given.flatMap { text -> [LayoutVerdict] in
            guard !text.contains("=") else {
                let fields = try text.split(separator: ",").map { part in
                    let (name, value) = try OptionText.pair("--plan", String(part), example: "tp=8,pp=4")
                    return (name: name, value: value)
                }
                return [try partial(fields, name: text, place: "--plan \(text)")]
            }
            let contents = try TextFile.read(text)
            if contents.contains("--tensor-model-parallel-size") {
                return [try launched(contents, file: text)]
            }
            if contents.first(where: { !$0.isWhitespace }) == "{" {
                let layout = try PlanDocument(text: contents, place: text).request.layout
                return [LayoutVerdict(layout, name: text, for: answer)]
            }
            return try table(contents, file: text)
        }
    }

    private func partial(
        _ fields: [(name: String, value: String)], name: String, place: String
    ) throws -> LayoutVerdict {
        guard let best = answer.best?.layout else {
            throw InputError("\(place): there is no best layout to take the other decisions from")
        }
        do {
            let layout = try PartialLayout(fields: fields)
                .completed(by: best, gpus: answer.gpusGiven, model: model)
            return LayoutVerdict(layout, name: name, for: answer)
        } catch { throw InputError("\(place): \(error)") }
    }

    private func table(_ contents: String, file: String) throws -> [LayoutVerdict] {
        let table = try CSVTable(text: contents, place: file)
            .renamed(by: LayoutField.canonical, place: file)
        let known = Set(PartialLayout.keys)
        guard table.header.contains(where: known.contains) else {
            throw InputError(
                "\(file) is neither arguments of Megatron-LM nor a plan's JSON nor a table with columns of "
                    + PartialLayout.keys.joined(separator: ", "))
        }
        return try table.rows.enumerated().map { index, cells in
            let fields = zip(table.header, cells).filter { known.contains($0.0) && !$0.1.isEmpty }
                .map { (name: $0.0, value: $0.1) }
            let place = "\(file), row \(index + 1)"
            return try partial(fields, name: place, place: place)
        }
    }

    /// The layout of an argument list of Megatron-LM; where its model or batch differs, that is said.
    private func launched(_ contents: String, file: String) throws -> LayoutVerdict {
        let run: MegatronRun
        do { run = try MegatronParser.run(text: contents, gpus: answer.gpusGiven) } catch {
            throw InputError("\(file): \(error)")
        }
        let (asked, theirs) = (answer.question.job.model, run.request.model)
        var remarks: [String] = []
        if theirs.layers != asked.layers || theirs.width != asked.width {
            remarks.append(
                "its model has \(theirs.layers) layers of width \(theirs.width), \(asked.name) has "
                    + "\(asked.layers) of \(asked.width); its layout is priced for \(asked.name)")
        }
        var layout = run.request.layout
        if layout.globalBatch != answer.question.globalBatch {
            remarks.append(
                "its batch is \(layout.globalBatch) sequences; it is priced with \(answer.question.globalBatch)"
            )
            layout.globalBatch = answer.question.globalBatch
        }
        return LayoutVerdict(layout, name: file, remarks: remarks, for: answer)
    }
}
