import GLPKSolver
import Quantities
import Reports
import Scenario
import Search
import TransformerSearch
import Workload

/// Questions about a transformer.
extension PlanCommand {
    func runTransformer() throws {
        let inputs = TransformerInputs(
            quantities: quantities, hardware: hardware, workload: workload, transformer: transformer,
            search: search)
        try rejectOtherOptions(inputs)
        var notes: [String] = []
        var runFactors = RunFactors(reliability: try factors.reliability())
        if prices.firstGiven != nil { runFactors.prices = try prices.prices(for: try hardware.machine()) }
        var question = try inputs.question(spares: runFactors.reliability?.spares ?? 0, &notes)
        question.wanted = try WorkloadOptions.count("--top", top)
        let planner = try checkingInput { try TransformerPlanner(question, solver: GLPKSolver()) }
        let progress = Progress("searching layouts")
        let answer = try progress.watching { try planner.checkedAnswer() }
        progress.finish()
        let report = TransformerReport(
            answer, version: MeshwrightCommand.version, notes: notes, factors: runFactors)
        if let refusal = report.refusal { throw InputError(refusal) }
        format.print(text: report.text, json: report.json, csv: report.csv)
        if format == .csv { answer.infeasibility.forEach { StandardError.write("meshwright: \($0)") } }
        if let output {
            try write(to: output) { try $0.write(answer, report: report, version: MeshwrightCommand.version) }
        }
        if answer.best == nil { throw Stop(status: .infeasible) }
    }

    /// Options that mean nothing for a transformer are errors, not ignored.
    private func rejectOtherOptions(_ inputs: TransformerInputs) throws {
        var given: [String] = []
        if let limit = limiting.firstGiven { given.append(limit) }
        if objective != nil { given.append("--objective") }
        if store.store != nil { given.append("--store") }
        if !uncertainty.uncertain.isEmpty { given.append("--uncertain") }
        if shaping.shape != "law" { given.append("--shape") }
        if shaping.depthRange != nil { given.append("--depth-range") }
        if shaping.tokensPerParameter != nil { given.append("--tokens-per-parameter") }
        if shaping.maxTokens != nil { given.append("--max-tokens") }
        if shaping.loss != nil { given.append("--loss") }
        if shaping.shapePenalty != nil { given.append("--shape-penalty") }
        try inputs.reject(given)
    }
}
