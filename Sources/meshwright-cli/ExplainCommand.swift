import ArgumentParser
import Files
import GLPKSolver
import Optimization
import Planning
import Quantities
import Reports
import ScalingModel

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Why this plan, what binds, why not that one, what would change it.",
        discussion: """
            Examples:
              meshwright explain --gpus 16384 --flop 1e27
              meshwright explain --gpus 16384 --flop 1e27 --plan tp_ff=16,dp=1 --plan zero_bubble=0
              meshwright plan --gpus 1024 --flop 1e25 --top 5 --format csv > plans.csv
              meshwright explain --gpus 1024 --flop 1e25 --plan plans.csv
              meshwright explain --flop 1e27 --months 3 --what-if 'network.*.latency=0.1x' --output why
              meshwright explain --flop 1e30 --days 1       what would make it feasible?
              meshwright explain --model llama-3-70b --gpus 512 --batch 1024 --plan tp=8,pp=4 --plan run.sh

            Numbers for --what-if are those of hardware files (hbm.bandwidth, network.0.latency, with * for a
            part), batch, and gpus, flop or time where they are given. For a transformer, --plan takes decisions
            in the names of its table, a CSV file of them, the JSON of a plan, or arguments of Megatron-LM.
            """)

    @OptionGroup(title: "Question") var quantities: QuantityOptions
    @OptionGroup(title: "Machine") var hardware: HardwareOptions
    @OptionGroup(title: "Workload") var workload: WorkloadOptions
    @OptionGroup(title: "Transformer") var transformer: TransformerOptions
    @OptionGroup(title: "Search") var search: SearchOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    @Option(name: .long, help: "With FLOP and time given: gpus (fewest) or utilization (highest).")
    var objective: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: """
            A plan to judge: tp_model, tp_ff, pp, ep, dp (or each _by_level, as 8/4), microbatches, \
            interleave, zero_bubble as key=value with commas, the rest as in the best plan; or a CSV file \
            with such columns; repeatable.
            """
    )
    var plan: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help:
            "Answer again with a number scaled, e.g. hbm.bandwidth=2x, instead of the usual ones; repeatable."
    )
    var whatIf: [String] = []

    @Option(name: .long, help: "By which numbers are divided and multiplied for re-optimised sensitivities.")
    var factor = "2"

    @Option(name: .long, help: "Folder for figures: waterfall.svg and tornado.svg.")
    var output: String?

    @Option(name: .long, help: "text, json or csv.")
    var format: OutputFormat = .text

    func run() throws {
        if workload.isTransformer { return try runTransformer() }
        try transformer.checkUnused()
        let given = try quantities.given()
        var question = PlanningQuestion(
            machine: try hardware.machine(), given: given, laws: try workload.laws(),
            settings: try search.settings(), preset: try search.preset(),
            objective: try PlanCommand.objective(objective, given),
            sequences: workload.wholeSequences ? .whole : .mayBeCut, timeLimit: try search.limit())
        question.limits = try transformer.planLimits()
        var asked = question
        asked.engine = try search.chosenEngine()
        let request = try request(question)
        let planner = try checkingInput { try Planner(asked, solver: GLPKSolver()) }
        let kept = try store.open()
        let progress = Progress("searching")
        let answer = try progress.watching {
            try StoreOptions.answer(asked, from: kept) { try planner.checkedAnswer() }
        }
        progress.update("asking again with other numbers")
        let explanation = try checkingInput { try Explanation(answer, request: request) }
        progress.finish()
        let report = ExplainReport(explanation, version: MeshwrightCommand.version)
        if let output { try FigureFolder(output).write(ExplainPlots(explanation).charts) }
        format.print(text: report.text, json: report.json, csv: report.csv)
        if format == .csv { answer.infeasibility.forEach { StandardError.write("meshwright: \($0)") } }
        if answer.best == nil { throw Stop(status: .infeasible) }
    }

    private func request(_ question: PlanningQuestion) throws -> Explanation.Request {
        var request = Explanation.Request()
        for text in plan {
            if text == "-" || !text.contains("=") {
                request.plans += try checkingInput { try GivenPlans.read(text) }
            } else {
                request.plans.append(try checkingInput { try GivenPlans.parse(text) })
            }
        }
        if !whatIf.isEmpty {
            let known = Knob.all(of: question.machine) + Knob.all(of: question)
            request.changes = try whatIf.map { text in
                let (key, value) = try OptionText.pair("--what-if", text, example: "hbm.bandwidth=2x")
                let factor = try OptionText.factor("--what-if \(text)", value)
                return (try checkingInput { try Knob.named(key, among: known, on: question.machine) }, factor)
            }
        }
        request.factor = try chosenFactor()
        return request
    }

    func chosenFactor() throws -> Double {
        let chosen = try OptionText.factor("--factor", factor)
        guard chosen > 1, chosen <= 1000 else {
            throw InputError("--factor \(factor): a number above 1 and at most 1000 is needed")
        }
        return chosen
    }
}
