import ArgumentParser
import Foundation
import GLPKSolver
import Optimization
import Output
import Planning
import Reports
import ScalingModel

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Best plan for a question: two of GPUs, FLOP and time given.",
        discussion: """
            Examples:
              meshwright plan --gpus 16384 --flop 1e27                 how fast?
              meshwright plan --flop 1e27 --months 3                   how many GPUs?
              meshwright plan --gpus 100k --days 90 --sparse           how large?
              meshwright plan --months 3 --max-power 100MW             what fits into 100 MW?
              meshwright plan --flop 1e26 --max-cost 10M               how fast for ten million dollars?
              meshwright plan --gpus 4096 --flop 1e26 --fix 'tensor<=8' --fix zero_bubble=no
              meshwright plan --gpus 1021 --flop 1e25 --top 5 --format csv
              meshwright plan --model llama-3-8b --gpus 64 --batch 128 --measured steps.csv
              meshwright plan --model llama-3-405b --gpus 16384 --hardware h100-sxm-80gb --fix tensor=4,8
              meshwright plan --gpus 64 --flop 1e23 --engine both      enumeration against MIP
              meshwright plan --flop 1e27 --months 3 --shape free      width and depth searched too
              meshwright plan --gpus 64 --flop 1e23 --store answers.db kept for the next time
              meshwright plan --gpus 4096 --flop 1e26 --top 5 --uncertain 'network.*.latency=0.5..2x'
              meshwright plan --model llama-3-70b --gpus 512 --flop 1e24 --uncertain hbm.bandwidth=±10%
              meshwright plan --gpus 16384 --flop 1e27 --output best   best/report.html and figures
              meshwright plan --model llama-3-8b --gpus 8 --batch 64 --software torchtitan --launch job
              meshwright plan --model llama-3-405b --flop 1e27 --months 3 --mtbf 50000 --goodput
            """)

    @OptionGroup(title: "Question") var quantities: QuantityOptions
    @OptionGroup(title: "Machine") var hardware: HardwareOptions
    @OptionGroup(title: "Workload") var workload: WorkloadOptions
    @OptionGroup(title: "Shape and loss") var shaping: ShapeOptions
    @OptionGroup(title: "Transformer") var transformer: TransformerOptions
    @OptionGroup(title: "Steps measured with a transformer") var anchoring: AnchorOptions
    @OptionGroup(title: "Run of a transformer, factors besides the step") var factors: RunFactorOptions
    @OptionGroup(title: "Money and energy of the run") var prices: PriceOptions
    @OptionGroup(title: "Limits of the run") var limiting: LimitOptions
    @OptionGroup(title: "Search") var search: SearchOptions
    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup(title: "Uncertainty") var uncertainty: UncertaintyOptions
    @OptionGroup(title: "Launch files of a transformer") var launching: LaunchOptions

    @Option(name: .long, help: "With FLOP and time given: gpus (fewest) or utilization (highest).")
    var objective: String?

    @Option(name: .long, help: "How many plans, best first.")
    var top = "1"

    @Option(name: .long, help: "text, json or csv.")
    var format: OutputFormat = .text

    @Option(name: .long, help: "Folder for a report to be read in a browser, figures and a pipeline trace.")
    var output: String?

    /// Plans that one answer may hold.
    static let mostPlans = 10_000

    func run() throws {
        if workload.isTransformer { return try runTransformer() }
        try transformer.checkUnused()
        try anchoring.checkUnused()
        try launching.checkUnused()
        if let option = factors.firstGiven {
            throw InputError("\(option) needs --model and a transformer")
        }
        let machine = try hardware.machine()
        let prices = try self.prices.prices(for: machine)
        let limits = try limiting.limits(prices, on: machine)
        let (given, budget) =
            limiting.isGiven
            ? try quantities.given(limits, prices, on: machine) : (try quantities.given(), nil)
        var question = PlanningQuestion(
            machine: machine, given: given,
            laws: try shaping.applied(to: try workload.laws()),
            settings: try search.settings(), preset: try search.preset(),
            objective: try Self.objective(objective, given),
            wanted: try OptionText.count("--top", top, in: 1...Self.mostPlans),
            sequences: workload.wholeSequences ? .whole : .mayBeCut, timeLimit: try search.limit())
        question.limits = try transformer.planLimits()
        question.engine = try search.chosenEngine()
        try shaping.apply(to: &question)
        let planner = try checkingInput { try Planner(question, solver: GLPKSolver()) }
        let drawn = try uncertainty.request(question)
        let kept = try store.open()
        let progress = Progress("searching")
        let answer = try progress.watching {
            if let budget, case .gpusAndFlop(let most, let flop) = given {
                return try BudgetSearch(question, flop: flop, most: most, prices: prices, dollars: budget)
                    .answer(solver: GLPKSolver())
            }
            return try StoreOptions.answer(question, from: kept) { try planner.answer() }
        }
        if drawn != nil { progress.update("drawing machines") }
        let uncertain = UncertaintyOptions.result(answer.question, answer.plans, drawn)
        progress.finish()
        let shown = self.prices.firstGiven != nil || limiting.isGiven ? prices : nil
        let report = PlanReport(
            answer, uncertainty: uncertain, prices: shown, version: MeshwrightCommand.version)
        format.print(text: report.text, json: report.json, csv: report.csv)
        if format == .csv, answer.best == nil {
            answer.infeasibility.forEach { StandardError.write("meshwright: \($0)") }
        }
        if let output {
            try write(to: output) { try $0.write(answer, prices: shown, version: MeshwrightCommand.version) }
        }
        if answer.best == nil { throw Stop(status: .infeasible) }
    }

    /// Fills the folder of `--output`.
    func write(to output: String, _ files: (PlanFiles) throws -> [String]) throws {
        let names = try checkingInput {
            try files(PlanFiles(OutputFolder(making: BatchOptions.folder(output))))
        }
        if format == .text { print("written to \(output): \(names.joined(separator: ", "))") }
    }

    /// The objective of `--objective`; nil where it is not given.
    static func objective(_ text: String?, _ given: Given) throws -> Objective? {
        guard let objective = text else { return nil }
        guard case .flopAndTime = given else {
            throw InputError("--objective is for --flop with a time; the other questions have one objective")
        }
        switch objective {
        case "gpus": return .gpus
        case "utilization": return .utilization
        default: throw InputError("--objective \(objective): write gpus or utilization")
        }
    }
}
