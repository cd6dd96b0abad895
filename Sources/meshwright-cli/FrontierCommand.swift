import ArgumentParser
import Foundation
import Optimization
import Output
import Planning
import Quantities
import Reports
import ScalingModel

struct FrontierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "frontier",
        abstract: "Fewest GPUs and utilization over a range of compute, and where scaling ends.",
        discussion: """
            Examples:
              meshwright frontier --hardware h100-sxm --months 3 --from 1e24 --to 1e32 --points 64
              meshwright frontier --hardware h100-sxm --space published --widths published --format csv
              meshwright frontier --gpus 1024:65536 --from 1e24 --to 1e26 --points 5
              meshwright frontier --flop 1e27 --times 7d:24months --points 25
              meshwright frontier --from 1e26 --to 1e30 --uncertain 'network.*.bandwidth=0.5..1x'
              meshwright frontier --model llama-3-70b --months 3 --from 1e24 --to 1e26 --points 9
              meshwright frontier --model llama-3-405b --to 1e28 --mtbf 50000 --goodput    with failures

              meshwright frontier --gpus 1k:1M --from 1e24 --to 1e28 --points 100 --output grid --resume
              meshwright frontier --gpus 1k:1M --shard 1/2 --output part1
              meshwright frontier --merge part1 part2 --output all

            With --gpus each cell is the fastest run on at most that many GPUs, and the time only filters.
            """)

    @OptionGroup(title: "Machine") var hardware: HardwareOptions
    @OptionGroup(title: "Workload") var workload: WorkloadOptions
    @OptionGroup(title: "Shape and loss") var shaping: ShapeOptions
    @OptionGroup(title: "Search") var search: SearchOptions
    @OptionGroup(title: "Decisions") var transformer: TransformerOptions
    @OptionGroup(title: "Runs of a transformer with their failures") var factors: RunFactorOptions
    @OptionGroup(title: "Store") var store: StoreOptions
    @OptionGroup(title: "Uncertainty") var uncertainty: UncertaintyOptions

    @Option(name: .long, help: "Longest run in months of 3.154e7/12 s (default 3).")
    var months: String?

    @Option(name: .long, help: "Longest run in days, instead of months.")
    var days: String?

    @Option(name: .long, help: "Least compute in FLOP. (default: 1e24)")
    var from: String?

    @Option(name: .long, help: "Greatest compute in FLOP. (default: 1e32; of a transformer 1e27)")
    var to: String?

    @Option(name: .long, help: "Points, evenly spaced in the logarithm. (default: 33; of a transformer 13)")
    var points: String?

    @Option(
        name: .long, help: "published: one row for each width of the published tables, instead of a range.")
    var widths: String?

    @Option(
        name: .long,
        help: "Share of the sustained rate up to which scaling counts as linear (default 0.8).")
    var linearShare: String?

    @Option(
        name: .long,
        help: "Utilization that the largest feasible run must have (default 0.1; published widths 0.001).")
    var leastUtilization: String?

    @Option(name: .long, help: "GPU counts for a grid: a list 1024,4096 or a doubling range 1024:65536.")
    var gpus: String?

    @Option(
        name: .long,
        help: "Compute in FLOP for a curve over the time allowed, with --times; instead of a range.")
    var flop: String?

    @Option(
        name: .long,
        help: "Longest runs for a curve over time, e.g. 7d:24months, evenly spaced in the logarithm.")
    var times: String?

    @Option(
        name: .long,
        help: "What is best at each point: gpus (fewest) or utilization (highest). (default: gpus)")
    var objective: String?

    @Option(name: .long, help: "Points answered at once (default: all processors).")
    var threads: String?

    @OptionGroup(title: "Batch") var batch: BatchOptions

    @Option(name: .long, help: "text, json or csv; with --output, a summary unless given.")
    var format: OutputFormat?

    func run() async throws {
        let engine = try search.chosenEngine()
        guard engine == .auto || engine == .enumerate else {
            throw InputError(
                "--engine \(engine.rawValue): a frontier is enumerated; use plan for one question")
        }
        try batch.check()
        if !batch.merge.isEmpty {
            try OptionPresence.refuse(
                givenOfQuestion,
                "is part of the question, which the parts of --merge were begun with; leave it out")
            return try merge()
        }
        if workload.isTransformer { return try await run(try transformerSweep()) }
        try await run(try sweep())
    }

    /// Answers a sweep and reports it.
    private func run(_ sweep: Sweep<some KeptQuestion>) async throws {
        let drawn = try uncertainty.request(sweep.template)
        let threads = try lanes()
        let clock = sweep.startClock()
        if batch.output != nil { return try await fill(sweep, drawn, threads: threads, clock) }
        let kept = try store.open()
        let (found, progress) = try await StoreOptions.points(
            of: sweep, from: kept, threads: threads, clock: clock)
        let frontier = try frontier(sweep, found, progress, clock, kept: kept)
        let uncertain = spread(frontier, drawn, threads: threads, clock)
        try report(frontier, uncertain, format: format ?? .text)
    }

    /// Points answered at once.
    func lanes() throws -> Int {
        try threads.map { try OptionText.count("--threads", $0, in: 1...4096) }
            ?? ProcessInfo.processInfo.activeProcessorCount
    }

    /// The frontier on drawn machines, where numbers are uncertain.
    func spread(
        _ frontier: SweepFrontier<some KeptQuestion>, _ drawn: UncertaintyRequest?, threads: Int,
        _ clock: SearchClock
    ) -> FrontierUncertainty? {
        guard var drawn else { return nil }
        drawn.timeLimit = clock.left
        let progress = Progress("answering \(drawn.samples) drawn machines")
        defer { progress.finish() }
        let found = FrontierUncertainty(frontier, request: drawn, threads: threads)
        if found == nil { StandardError.write(UncertaintyOptions.noBands) }
        return found
    }

    /// The frontier with its landmarks, which take some more searches.
    func frontier<Question: KeptQuestion>(
        _ sweep: Sweep<Question>, _ points: [SweepPoint<Question>], _ progress: CellProgress,
        _ clock: SearchClock, kept: ResultStore? = nil
    ) throws -> SweepFrontier<Question> {
        if let landmarks = try checkingInput({ try kept?.landmarks(of: sweep) }) {
            progress.finish()
            return SweepFrontier(sweep: sweep, points: points, landmarks: landmarks)
        }
        progress.look("looking for the end of linear scaling and the latency wall")
        let threads = try lanes()
        let frontier = try checkingInput {
            try SweepFrontier(sweep: sweep, points: points, threads: threads, clock: clock)
        }
        progress.finish()
        try checkingInput { try kept?.keep(landmarksOf: frontier) }
        return frontier
    }

    /// Prints a frontier; a nil format prints nothing.
    func report(
        _ frontier: SweepFrontier<some KeptQuestion>, _ uncertainty: FrontierUncertainty?,
        format: OutputFormat?
    ) throws {
        let report = FrontierReport(frontier, uncertainty: uncertainty, version: MeshwrightCommand.version)
        format?.print(text: report.text, json: report.json, csv: report.csv)
        if frontier.points.allSatisfy({ $0.plan == nil }) {
            StandardError.write("meshwright: no point has a feasible plan")
            throw Stop(status: .infeasible)
        }
    }

    func sweep() throws -> FrontierSweep {
        if let option = factors.firstGiven { throw InputError("\(option) needs --model and a transformer") }
        let given = Given.flopAndTime(flop: 1e24, time: Calendar.month)
        guard let objective = Objective(rawValue: self.objective ?? "gpus"), objective != .time else {
            throw InputError("--objective \(self.objective ?? ""): write gpus or utilization")
        }
        try transformer.checkUnused()
        var template = PlanningQuestion(
            machine: try hardware.machine(), given: given,
            laws: try shaping.applied(to: try workload.laws()),
            settings: try search.settings(), preset: try search.preset(), objective: objective,
            sequences: workload.wholeSequences ? .whole : .mayBeCut, timeLimit: try search.limit())
        template.limits = try transformer.planLimits()
        try shaping.apply(to: &template)
        if widths != nil, template.shape != .law {
            throw InputError("--widths and --shape free contradict each other; keep one")
        }
        let places = try places()
        let time = try longestRun(places)
        return try checkingInput {
            try FrontierSweep(
                template: template, points: places, time: time, thresholds: try thresholds(places))
        }
    }

    func longestRun(_ places: SweepPoints) throws -> Seconds {
        let time = try QuantityOptions.time(months: months, days: days)
        guard case .times(_, _, let last, _) = places else { return time ?? Calendar.month * 3 }
        guard time == nil else {
            throw InputError("--times and --months or --days contradict each other; keep one")
        }
        return last
    }

    func thresholds(_ places: SweepPoints) throws -> ScalingThresholds {
        let usual = ScalingThresholds.standard(for: places)
        return try ScalingThresholds(
            linearShare: try linearShare.map { try OptionText.share("--linear-share", $0) }
                ?? usual.linearShare,
            leastUtilization: try leastUtilization.map { try OptionText.share("--least-utilization", $0) }
                ?? usual.leastUtilization)
    }

    /// The options of the question that are given.
    private var givenOfQuestion: [String] {
        (workload.isTransformer ? ["--model"] : []) + hardware.given + workload.given + shaping.given
            + search.given + (factors.firstGiven.map { [$0] } ?? [])
            + OptionPresence.names([
                ("--months", months != nil), ("--days", days != nil), ("--from", from != nil),
                ("--to", to != nil), ("--points", points != nil), ("--widths", widths != nil),
                ("--gpus", gpus != nil), ("--objective", objective != nil), ("--store", store.store != nil),
                ("--flop", flop != nil), ("--times", times != nil), ("--linear-share", linearShare != nil),
                ("--least-utilization", leastUtilization != nil), ("--fix", !transformer.fix.isEmpty),
                ("--precision", transformer.precision != nil),
                ("--attention-kernel", transformer.attentionKernel != nil),
            ])
    }

    /// Where the points lie.
    /// - Parameters:
    ///   - to: the greatest compute where no option gives it.
    ///   - points: how many there are where no option says it.
    /// - Returns: a range, a grid, or times.
    /// - Throws: `InputError` naming the option.
    func places(to: String = "1e32", points: String = "33") throws -> SweepPoints {
        if let widths {
            guard widths == "published" else { throw InputError("--widths \(widths): write published") }
            let ranges = [
                ("--gpus", gpus), ("--from", self.from), ("--to", self.to), ("--points", self.points),
            ]
            if let (name, _) = ranges.first(where: { $0.1 != nil }) {
                throw InputError("--widths and \(name) contradict each other; keep one")
            }
            return .publishedWidths
        }
        let from = try QuantityOptions.flop("--from", self.from ?? "1e24")
        let to = try QuantityOptions.flop("--to", self.to ?? to)
        let count = try OptionText.count("--points", self.points ?? points, in: 1...1_000_000)
        if flop != nil || times != nil { return try timePlaces(count) }
        guard let gpus else { return .compute(from: from, to: to, count: count) }
        return .grid(gpus: try Self.counts(gpus), from: from, to: to, count: count)
    }

    /// `--flop 1e27 --times 7d:24months`.
    private func timePlaces(_ count: Int) throws -> SweepPoints {
        guard let flop, let times else {
            throw InputError("a curve over time needs both --flop and --times, e.g. --times 7d:24months")
        }
        guard gpus == nil else { throw InputError("--times and --gpus contradict each other; keep one") }
        let ends = times.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard ends.count == 2 else {
            throw InputError("--times \(times): write the shortest and the longest run, as 7d:24months")
        }
        return .times(
            flop: try QuantityOptions.flop("--flop", flop),
            from: try OptionText.duration("--times \(times)", ends[0]),
            to: try OptionText.duration("--times \(times)", ends[1]), count: count)
    }

    /// `1024,4096` or `1024:65536`, doubling, both ends included.
    static func counts(_ text: String) throws -> [Int] {
        let ends = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if ends.count == 2 {
            let least = try WorkloadOptions.count("--gpus", ends[0])
            let most = try WorkloadOptions.count("--gpus", ends[1])
            guard least <= most else { throw InputError("--gpus \(text): the range must rise") }
            var counts: [Int] = []
            var next = least
            while next < most {
                counts.append(next)
                next *= 2
            }
            return counts + [most]
        }
        return try text.split(separator: ",", omittingEmptySubsequences: false)
            .map { try WorkloadOptions.count("--gpus", String($0)) }
    }
}
