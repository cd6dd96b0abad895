import ArgumentParser
import Charts
import Foundation
import Optimization
import Output
import Planning
import Quantities
import Reports
import ScalingModel
import Training
import TransformerModel

struct ParetoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pareto", abstract: "Time, GPUs, money and energy of one run over cluster sizes.",
        discussion: """
            Examples:
              meshwright pareto --flop 1e26 --gpus 4096:262144
              meshwright pareto --flop 1e26 --gpus 4096,8192,16384 --price-per-hour 2.5 --format csv
              meshwright pareto --flop 1e26 --gpus 4096:262144 --max-cost 50M --max-power 100MW
              meshwright pareto --flop 1e26 --gpus 4096:262144 --idle-power 0.3 --output front
              meshwright pareto --model llama-3-70b --batch 1024 --flop 1e25 --gpus 1024:16384 --points 9
              meshwright pareto --model llama-3-8b --shape free --flop 1e23 --gpus 64:1024 --points 5

            Each point is the fastest plan on at most that many GPUs, on the smallest cluster that holds it;
            * marks those that no other beats.
            """)

    @Option(name: .long, help: "Training compute in FLOP, e.g. 1e26.")
    var flop: String

    @Option(name: .long, help: "Cluster sizes: a list 1024,4096 or a range 1024:65536.")
    var gpus: String

    @Option(name: .long, help: "Sizes of a range, evenly spaced in the logarithm. (default: 25)")
    var points: String?

    @OptionGroup(title: "Money and energy") var prices: PriceOptions
    @OptionGroup(title: "Limits of the run") var limiting: LimitOptions
    @OptionGroup(title: "Machine") var hardware: HardwareOptions
    @OptionGroup(title: "Workload") var workload: WorkloadOptions
    @OptionGroup(title: "Shape of a transformer") var shaping: ShapeOptions
    @OptionGroup(title: "Search") var search: SearchOptions
    @OptionGroup(title: "Decisions") var transformer: TransformerOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    @Option(name: .long, help: "Folder for a report to be read in a browser, figures and tables.")
    var output: String?

    @Option(name: .long, help: "text, json or csv.")
    var format: OutputFormat = .text

    /// Longer than any run: in a sweep over cluster sizes the time only filters.
    private static let anyTime = Seconds(1e30)

    func run() async throws {
        let engine = try search.chosenEngine()
        guard engine == .auto || engine == .enumerate else {
            throw InputError("--engine \(engine.rawValue): a front is enumerated; use plan for one question")
        }
        let flop = try QuantityOptions.flop("--flop", self.flop)
        let machine = try workload.isTransformer ? hardware.machineBesideSoftware() : hardware.machine()
        let prices = try prices.prices(for: machine)
        let limits = try limiting.limits(prices, on: machine)
        if workload.isTransformer {
            let inputs = TransformerInputs(
                hardware: hardware, workload: workload, transformer: transformer, search: search)
            try shaping.familyProblem()
            try inputs.reject([])
            var notes: [String] = []
            let law = try shaping.isFree && workload.batch == nil ? workload.law() : nil
            var template = try inputs.question(given: .gpus(1), flop: flop, law: law, &notes)
            if shaping.isFree { try shaping.free(&template, nil, inputs, &notes) }
            for note in notes { StandardError.write("meshwright: note: \(note)") }
            return try await run(template, flop: flop, prices, limits)
        }
        try transformer.checkUnused()
        try OptionPresence.refuse(shaping.given, "needs --model and a transformer with pareto")
        var template = PlanningQuestion(
            machine: machine, given: .gpusAndFlop(gpus: 1, flop: 1e24),
            laws: try workload.laws(), settings: try search.settings(), preset: try search.preset(),
            sequences: workload.wholeSequences ? .whole : .mayBeCut, timeLimit: try search.limit())
        template.limits = try transformer.planLimits()
        try await run(template, flop: flop, prices, limits)
    }

    /// Finds the front of a question and reports it.
    private func run<Question: KeptQuestion>(
        _ template: Question, flop: Double, _ prices: RunPrices, _ limits: RunLimits
    ) async throws {
        let sizes = try sizes(template.machine.domainSizes.reduce(1, *))
        let sweep = try checkingInput {
            try Sweep(
                template: template, points: .grid(gpus: sizes, from: flop, to: flop, count: 1),
                time: Self.anyTime)
        }
        let (points, progress) = try await StoreOptions.points(
            of: sweep, from: try store.open(), clock: sweep.startClock())
        progress.finish()
        let found = points.sorted { $0.cell.index < $1.cell.index }
        let plans = found.compactMap(\.plan)
        let front = ParetoFront(plans, prices: prices, limits: limits)
        guard !front.points.isEmpty else {
            let broken = plans.lazy.compactMap { limits.firstBroken(by: $0.onLeastCluster, prices: prices) }
                .first
            StandardError.write(
                "meshwright: no plan on any of these clusters; \(broken ?? found.last?.reason ?? "")")
            throw Stop(status: .infeasible)
        }
        let report = ParetoReport(front, sweep: sweep, version: MeshwrightCommand.version)
        if let output {
            try checkingInput {
                let folder = try OutputFolder(making: BatchOptions.folder(output))
                _ = try ParetoFiles(folder).write(front, sweep: sweep, version: MeshwrightCommand.version)
            }
        }
        format.print(text: report.text, json: report.json, csv: report.csv)
    }

    /// A list as it is, or a range in even ratios, sizes being multiples of a whole domain.
    private func sizes(_ domain: Int) throws -> [Int] {
        let ends = gpus.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard ends.count == 2 else {
            guard points == nil else {
                throw InputError("--points is for a range of --gpus; a list of sizes has its own points")
            }
            return try FrontierCommand.counts(gpus)
        }
        let least = try WorkloadOptions.count("--gpus", ends[0])
        let most = try WorkloadOptions.count("--gpus", ends[1])
        guard least <= most else { throw InputError("--gpus \(gpus): the range must rise") }
        let count = try OptionText.count("--points", points ?? "25", in: 2...10_000)
        let ratio = Double(most) / Double(least)
        let inner = (1..<(count - 1)).map { index -> Int in
            let size = Double(least) * pow(ratio, Double(index) / Double(count - 1))
            let unit = size >= Double(domain) ? Double(domain) : 1
            return Int((size / unit).rounded() * unit)
        }
        return Set([least] + inner.filter { $0 > least && $0 < most } + [most]).sorted()
    }
}
