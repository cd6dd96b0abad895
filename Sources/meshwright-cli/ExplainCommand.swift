import ArgumentParser
import Evidence
import Foundation
import GLPKSolver
import Optimization
import Output
import Planning
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
              meshwright explain --model llama-3-70b --gpus 512 --batch 1024 --plan new.sh --against old.sh
              meshwright explain --model llama-3-405b --shape free --flop 1e25 --months 3    why this shape?

            Numbers for --what-if are those of hardware files (hbm.bandwidth, network.0.latency, with * for a
            part), batch, and gpus, flop or time where they are given. For a transformer, --plan takes decisions
            in the names of its table, a CSV file of them, the JSON of a plan, or arguments of Megatron-LM.
            """)

    @OptionGroup(title: "Question") var quantities: QuantityOptions
    @OptionGroup(title: "Machine") var hardware: HardwareOptions
    @OptionGroup(title: "Workload") var workload: WorkloadOptions
    @OptionGroup(title: "Shape of a transformer") var shaping: ShapeOptions
    @OptionGroup(title: "Transformer") var transformer: TransformerOptions
    @OptionGroup(title: "Steps measured with a transformer") var anchoring: AnchorOptions
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
        name: .long,
        help:
            "A layout of a transformer, as --plan takes them, with which that of --plan is compared; nothing is searched."
    )
    var against: String?

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
        try anchoring.checkUnused()
        guard against == nil else { throw InputError("--against needs --model and a transformer") }
        try OptionPresence.refuse(shaping.given, "needs --model and a transformer with explain")
        let given = try quantities.given()
        var question = PlanningQuestion(
            machine: try hardware.machine(), given: given, laws: try workload.laws(),
            settings: try search.settings(), preset: try search.preset(),
            objective: try PlanCommand.objective(objective, given),
            sequences: workload.wholeSequences ? .whole : .mayBeCut, timeLimit: try search.limit())
        question.limits = try transformer.planLimits()
        question.engine = try search.chosenEngine()
        let planner = try checkingInput { try Planner(question, solver: GLPKSolver()) }
        let plans = try GivenPlans.read(plan)
        try explain(question, plans: { _ in plans }, search: { _ in try planner.answer() })
    }

    /// Answers a question and explains the answer.
    /// - Parameters:
    ///   - question: any.
    ///   - notes: what was assumed.
    ///   - anchor: what drew the machine to measured steps.
    ///   - plans: those to be judged beside the answer.
    ///   - search: answers the question until a clock ends.
    /// - Throws: `InputError` naming an option that cannot be used; `Stop` where no plan is feasible.
    func explain<Question: ReportedExplanation & KeptQuestion>(
        _ question: Question, notes: [String] = [], anchor: AnchorReport? = nil,
        plans: (Question.Answer) throws -> [Question.Given],
        search: (SearchClock) throws -> Question.Answer
    ) throws where Question.Answer.Question.Answer == Question.Answer {
        // One limit for everything that the command does.
        var request = try self.request(question, until: SearchClock(limit: question.timeLimit))
        let kept = try store.open()
        let progress = Progress("searching")
        let answer = try progress.watching {
            try StoreOptions.answer(question, from: kept) { try search(request.clock) }
        }
        progress.update("asking again with other numbers")
        request.plans = try plans(answer)
        let explanation = try checkingInput { try Explanation(answer, to: question, request: request) }
        progress.finish()
        try show(
            ExplainReport(explanation, version: MeshwrightCommand.version, notes: notes, anchor: anchor),
            of: explanation)
    }

    /// What the options ask beside the reasons for an answer.
    func request<Question: ExplainedQuestion>(
        _ question: Question, until clock: SearchClock
    ) throws -> Explanation<Question>.Request {
        var request = Explanation<Question>.Request()
        request.changes = try changes(question)
        request.factor = try chosenFactor()
        request.threads = ProcessInfo.processInfo.activeProcessorCount
        request.clock = clock
        return request
    }

    /// Prints an explanation and draws its figures.
    /// - Throws: `InputError` where a figure cannot be written; `Stop` where no plan is feasible.
    func show<Question: ReportedExplanation>(
        _ report: ExplainReport<Question>, of explanation: Explanation<Question>
    ) throws {
        if let output { try FigureFolder(output).write(ExplainPlots(explanation).charts) }
        format.print(text: report.text, json: report.json, csv: report.csv)
        if format == .csv {
            let reasons = Question.best(of: explanation.answer).infeasibility
            reasons.forEach { StandardError.write("meshwright: \($0)") }
        }
        if explanation.best == nil { throw Stop(status: .infeasible) }
    }

    /// The changes that are asked for; nil for the usual ones.
    private func changes(_ question: some ExplainedQuestion) throws -> [Change]? {
        guard !whatIf.isEmpty else { return nil }
        return try whatIf.map { text in
            let (key, value) = try OptionText.pair("--what-if", text, example: "hbm.bandwidth=2x")
            let factor = try OptionText.factor("--what-if \(text)", value)
            let numbers = try checkingInput {
                try Knob.named(key, among: question.numbers, on: question.machine)
            }
            return Change(numbers, by: factor)
        }
    }

    func chosenFactor() throws -> Double {
        let chosen = try OptionText.factor("--factor", factor)
        guard chosen > 1, chosen <= 1000 else {
            throw InputError("--factor \(factor): a number above 1 and at most 1000 is needed")
        }
        return chosen
    }
}
