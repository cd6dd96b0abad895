import Evidence
import Files
import GLPKSolver
import Optimization
import Output
import Planning
import Quantities
import Reports
import ScalingModel
import Training
import TransformerModel

/// Questions about a transformer.
extension PlanCommand {
    func runTransformer() throws {
        var names = transformer.softwareNames
        let wanted = try names.count > 1 ? nil : launching.framework(software: names.first)
        // A framework stands for its software.
        if names.isEmpty, let wanted { names = [wanted.software] }
        let inputs = TransformerInputs(
            hardware: hardware, workload: workload, transformer: transformer.naming(names.first),
            search: search)
        try rejectOtherOptions(inputs)
        var notes: [String] = []
        var runFactors = RunFactors(reliability: try factors.reliability())
        if prices.firstGiven != nil {
            runFactors.prices = try prices.prices(for: try hardware.machineBesideSoftware())
        }
        let law = try shaping.isFree && workload.batch == nil ? workload.law() : nil
        var (question, batch) = try inputs.choice(
            quantities, spares: runFactors.reliability?.spares ?? 0, law: law, &notes)
        if shaping.isFree { try shaping.free(&question, quantities, inputs, &notes) }
        question.goodput = try factors.searched(runFactors.reliability, for: question.given)
        question.wanted = try OptionText.count("--top", top, in: 1...PlanCommand.mostPlans)
        let framework =
            try names.count > 1 || launching.launch == nil
            ? nil : wanted ?? launching.usualFramework(for: question)
        if let framework { question = try LaunchOptions.suited(question, to: framework) }
        let measured = try anchoring.table()
        if names.count > 1 {
            return try compareSoftware(
                names, question, batch, measured: measured, notes: notes, factors: runFactors)
        }
        let anchor = try AnchorOptions.anchor(&question, to: measured)
        if batch.isRange, store.store != nil || shaping.isFree {
            throw InputError("--store and --shape free take one batch; write one number for --batch")
        }
        let asked = question
        let search = try checkingInput { try BatchedSearch(asked, batch) }
        let drawn = try uncertainty.request(question)
        let kept = try store.open()
        let clock = SearchClock(limit: question.timeLimit)
        let progress = Progress("searching layouts")
        let answer = try progress.watching {
            try StoreOptions.answer(question, from: kept) { try search.answer(until: clock) }
        }
        notes += search.notes(on: answer, until: clock)
        if drawn != nil { progress.update("drawing machines") }
        let uncertain = UncertaintyOptions.result(answer.question, answer.plans, drawn)
        if shaping.isFree { progress.update("searching layouts of \(question.job.model.name) itself") }
        let named =
            shaping.isFree
            ? try TransformerPlanner(question.ofNamedShape, solver: GLPKSolver())
                .answer(until: clock) : nil
        progress.finish()
        var report = TransformerReport(
            answer, version: MeshwrightCommand.version, notes: notes, factors: runFactors,
            uncertainty: uncertain, anchor: anchor, named: named)
        if let refusal = report.refusal { throw InputError(refusal) }
        format.print(text: report.text, json: report.json, csv: report.csv)
        if format == .csv { answer.infeasibility.forEach { StandardError.write("meshwright: \($0)") } }
        if let output {
            // A folder holds the answer for the stated numbers.
            report.uncertainty = nil
            try write(to: output) { try $0.write(answer, report: report, version: MeshwrightCommand.version) }
        }
        if answer.best == nil { throw Stop(status: .infeasible) }
        if let framework, let folder = launching.launch {
            // By the same door as what launch reads, so that both write the same.
            let plan = try PlanDocument(text: report.json.text(), place: "--launch").request
            try LaunchFiles.write(LaunchFiles.configuration(plan, for: framework), to: folder)
        }
    }

    /// Asks the same for several training software, one after the other within one time limit.
    private func compareSoftware(
        _ names: [String], _ question: TransformerQuestion, _ batch: TransformerBatch,
        measured: MeasuredTable?, notes: [String], factors: RunFactors
    ) throws {
        let others = OptionPresence.names([
            ("--output", output != nil), ("--store", store.store != nil),
            ("--launch", launching.launch != nil),
            ("--framework", launching.framework != nil),
            ("--uncertain", !uncertainty.uncertain.isEmpty),
        ])
        if let first = others.first {
            throw InputError("\(first) takes one --software; \(names.count) are named")
        }
        let clock = SearchClock(limit: question.timeLimit)
        let progress = Progress("searching layouts")
        let reports = try names.enumerated().map { index, name in
            var asked = try transformer.naming(name).limited(
                question, setting: hardware.setOfSoftware)
            let anchor = try AnchorOptions.anchor(&asked, to: measured)
            let search = try checkingInput { try BatchedSearch(asked, batch) }
            // Each takes its part of what is left, so that the last is not without.
            let part = SearchClock(limit: clock.secondsLeft / Double(names.count - index))
            let answer = try progress.watching { try search.answer(until: part) }
            return TransformerReport(
                answer, version: MeshwrightCommand.version,
                notes: notes + search.notes(on: answer, until: part),
                factors: factors, anchor: anchor)
        }
        progress.finish()
        if let refusal = reports.compactMap(\.refusal).first { throw InputError(refusal) }
        let comparison = SoftwareComparison(reports)
        format.print(text: comparison.text, json: comparison.json, csv: comparison.csv)
        if !comparison.isFeasible { throw Stop(status: .infeasible) }
    }

    /// Options that mean nothing for a transformer are errors, not ignored.
    private func rejectOtherOptions(_ inputs: TransformerInputs) throws {
        try shaping.familyProblem()
        let own = OptionPresence.names([("--objective", objective != nil)])
        try inputs.reject((limiting.firstGiven.map { [$0] } ?? []) + own)
        guard shaping.isFree else { return }
        try OptionPresence.refuse(
            OptionPresence.names([
                ("--measured", anchoring.measured != nil),
                ("--software with several names", transformer.softwareNames.count > 1),
            ]), "is not there yet with --shape free; leave one of them out")
    }
}
