import CostModel
import Hardware
import Strategy
import Workload

/// The legal degrees of a shape and what depends on few of them, computed once or when first asked for.
struct SpaceTables {
    let model: StepModel
    let preset: SpacePreset
    let limits: PlanLimits
    let tensorModel: SplitTable
    let tensorFeedForward: SplitTable
    let pipeline: SplitTable
    let expert: SplitTable
    let data: SplitTable
    /// Divisors of B/E: the values of DP·M.
    let cuts: [Int]
    /// For each data degree, the indices into ``cuts`` of its multiples, ascending.
    let cutsOfData: [[Int32]]
    /// Divisors of L: the values of the interleaving.
    let interleaves: [Int]
    /// For each pipeline degree, the legal interleavings as indices into ``interleaves``, ascending.
    let interleavesOfPipeline: [[Int32]]
    let boundedLevels: Int
    /// For each tensor degree along the model width, those along the feed-forward width that go with it.
    let admittedFeedForward: [Range<Int>]
    /// Legal (PP, EP, DP) with their products.
    let triples: [Triple]
    var placements: PlacementCounter

    /// Arithmetic of a layer by (TPm, TPf, DP·M); NaN until asked for.
    private var layerSeconds: [Double]
    /// Least tensor traffic of (TPm, TPf) over all splits, times the accelerators; NaN until asked for.
    private var tensorFloors: [TrafficTime]
    /// Least pipeline traffic of (PP, EP, v) over all splits, times the accelerators; NaN until asked for.
    private var hopFloors: [TrafficTime]
    /// Least pipeline traffic of (PP, EP) over all legal interleavings too; NaN until asked for.
    private var leastHopFloors: [TrafficTime]
    /// Least data traffic of each data degree over all splits, times the accelerators.
    let dataFloors: [TrafficTime]
    /// Legal (M, schedule, v) for each pair of pipeline and data degree; −1 until asked for.
    private var passCounts: [Int]
    /// Legal microbatch counts for each pair of pipeline and data degree; nil until asked for.
    private var windows: [ScheduleWindow?]

    init(model: StepModel, preset: SpacePreset, cluster: Int?, cutUnit: Int, limits: PlanLimits) {
        self.model = model
        self.preset = preset
        self.limits = limits
        let shape = model.shape
        let sizes = model.machine.domainSizes
        boundedLevels = sizes.count
        // N = E·2^i with EP = E leaves the published space powers of two only.
        func degrees(of number: Int) -> [Int] {
            let all = Divisors.all(of: number)
            return preset == .full ? all : all.filter { $0.nonzeroBitCount == 1 }
        }
        func table(_ degrees: [Int], _ decision: PlanLimits.Decision) -> SplitTable {
            SplitTable(degrees: degrees.filter(limits[decision].contains), sizes: sizes)
        }
        tensorModel = table(degrees(of: shape.width), .tensorModel)
        tensorFeedForward = table(degrees(of: shape.feedForwardWidth), .tensorFeedForward)
        admittedFeedForward = Self.admittedFeedForward(
            model: tensorModel, feedForward: tensorFeedForward, preset: preset, tensor: limits[.tensor])
        pipeline = table(degrees(of: shape.layers), .pipeline)
        expert = table(preset == .full ? Divisors.all(of: shape.experts) : [shape.experts], .expert)
        let cuts = Divisors.all(of: model.batchTokens / cutUnit / shape.experts)
        self.cuts = cuts
        data = table(preset == .full ? cuts : degrees(of: cuts.last ?? 1), .data)
        cutsOfData = data.degrees.map { degree in
            cuts.indices.filter { cuts[$0].isMultiple(of: degree) }.map(Int32.init)
        }
        let interleaves = Divisors.all(of: shape.layers)
        self.interleaves = interleaves
        interleavesOfPipeline = pipeline.degrees.map { stages in
            let perStage = shape.layers / stages
            let divisors = interleaves.indices.filter { perStage.isMultiple(of: interleaves[$0]) }
            let legal = stages == 1 ? [0] : preset == .full ? divisors : divisors.suffix(1)
            return legal.filter { limits[.interleave].contains(interleaves[$0]) }.map(Int32.init)
        }
        triples = Self.triples(pipeline: pipeline, expert: expert, data: data)
        placements = PlacementCounter(
            axes: [tensorModel, tensorFeedForward, pipeline, expert, data], sizes: sizes,
            rule: preset == .full ? .partial(cluster: cluster) : .full)
        layerSeconds = Array(
            repeating: .nan, count: tensorModel.degrees.count * tensorFeedForward.degrees.count * cuts.count)
        let unknown = TrafficTime(bandwidth: .nan, latency: .nan)
        tensorFloors = Array(
            repeating: unknown, count: tensorModel.degrees.count * tensorFeedForward.degrees.count)
        hopFloors = Array(
            repeating: unknown,
            count: pipeline.degrees.count * expert.degrees.count * interleaves.count)
        leastHopFloors = Array(repeating: unknown, count: pipeline.degrees.count * expert.degrees.count)
        let replicas = data
        dataFloors = replicas.ranges.map { range in
            range.reduce(into: TrafficTime.unbounded) { least, split in
                least.lower(to: model.dataTraffic(replicas.splits[split], gpus: 1))
            }
        }
        passCounts = Array(repeating: -1, count: pipeline.degrees.count * data.degrees.count)
        windows = Array(repeating: nil, count: pipeline.degrees.count * data.degrees.count)
    }

    /// Seconds of arithmetic of one layer, microbatch and expert.
    @inline(__always)
    mutating func layer(_ tuple: DegreeTuple, cut: Int) -> Double {
        let index =
            (Int(tuple.tensorModel) * tensorFeedForward.degrees.count + Int(tuple.tensorFeedForward))
            * cuts.count + cut
        let known = layerSeconds[index]
        if known == known { return known }
        let seconds = model.layerArithmetic(
            tensorModel: tensorModel.degrees[Int(tuple.tensorModel)],
            tensorFeedForward: tensorFeedForward.degrees[Int(tuple.tensorFeedForward)], cuts: cuts[cut])
        layerSeconds[index] = seconds
        return seconds
    }

    /// Least tensor traffic of a tuple over all its splits, for one accelerator.
    @inline(__always)
    mutating func tensorFloor(_ tuple: DegreeTuple) -> TrafficTime {
        let index = Int(tuple.tensorModel) * tensorFeedForward.degrees.count + Int(tuple.tensorFeedForward)
        let known = tensorFloors[index]
        if known.latency == known.latency { return known }
        var least = TrafficTime.unbounded
        for first in tensorModel.ranges[Int(tuple.tensorModel)] {
            for second in tensorFeedForward.ranges[Int(tuple.tensorFeedForward)] {
                least.lower(
                    to: model.tensorTraffic(
                        model: tensorModel.splits[first], feedForward: tensorFeedForward.splits[second],
                        gpus: 1))
            }
        }
        tensorFloors[index] = least
        return least
    }

    /// Least pipeline and expert traffic of (PP, EP, v) over all splits, for one accelerator.
    @inline(__always)
    mutating func hopFloor(pipeline stages: Int16, expert ranks: Int16, interleave: Int32) -> TrafficTime {
        let index =
            (Int(stages) * expert.degrees.count + Int(ranks)) * interleaves.count + Int(interleave)
        let known = hopFloors[index]
        if known.latency == known.latency { return known }
        let chunks = interleaves[Int(interleave)]
        var least = TrafficTime.unbounded
        for first in pipeline.ranges[Int(stages)] {
            for second in expert.ranges[Int(ranks)] {
                least.lower(
                    to: model.pipelineTraffic(
                        pipeline: pipeline.splits[first], expert: expert.splits[second], interleave: chunks,
                        gpus: 1))
            }
        }
        hopFloors[index] = least
        return least
    }

    /// Least pipeline and expert traffic of (PP, EP) over all splits and interleavings, for one accelerator.
    ///
    /// Not that of v = 1: where an outer level is quicker than an inner one, interleaving can save time.
    @inline(__always)
    mutating func hopFloor(pipeline stages: Int16, expert ranks: Int16) -> TrafficTime {
        let index = Int(stages) * expert.degrees.count + Int(ranks)
        let known = leastHopFloors[index]
        if known.latency == known.latency { return known }
        // Zero bubble takes v = 1, which the published space does not list.
        var least = hopFloor(pipeline: stages, expert: ranks, interleave: 0)
        for interleave in interleavesOfPipeline[Int(stages)] {
            let time = hopFloor(pipeline: stages, expert: ranks, interleave: interleave)
            least = TrafficTime(
                bandwidth: min(least.bandwidth, time.bandwidth), latency: min(least.latency, time.latency))
        }
        leastHopFloors[index] = least
        return least
    }
}

// MARK: Schedules

extension SpaceTables {
    /// Positions in the list of DP·M of one data degree at which each schedule is legal.
    struct ScheduleWindow {
        var oneForwardOneBackward: Range<Int>
        var zeroBubble: Range<Int>

        /// Every position with a legal schedule.
        var positions: Range<Int> {
            if zeroBubble.isEmpty { return oneForwardOneBackward }
            if oneForwardOneBackward.isEmpty { return zeroBubble }
            return min(
                oneForwardOneBackward.lowerBound, zeroBubble.lowerBound)..<max(
                    oneForwardOneBackward.upperBound, zeroBubble.upperBound)
        }
    }

    /// The legal microbatch counts of a pipeline and a data degree.
    ///
    /// The full space takes any with 1F1B and those of at least 2·PP with zero bubble; the published one the
    /// first four that are at least PP for 1F1B, and the first that is at least 2·PP for zero bubble.
    mutating func scheduleWindow(pipeline stages: Int16, data replicas: Int16) -> ScheduleWindow {
        let index = Int(stages) * data.degrees.count + Int(replicas)
        if let known = windows[index] { return known }
        let window = limited(
            legalWindow(pipeline: stages, data: replicas), pipeline: stages, data: replicas)
        windows[index] = window
        return window
    }

    /// What the limits on microbatches, schedule and interleaving leave of a window.
    private func limited(
        _ window: ScheduleWindow, pipeline stages: Int16, data replicas: Int16
    ) -> ScheduleWindow {
        if limits.isEmpty { return window }
        let degree = data.degrees[Int(replicas)]
        let positions = cutsOfData[Int(replicas)]
        let allowed = limits[.microbatches]
        // Microbatches rise with the position, so those allowed are neighbours.
        let first = positions.firstIndex { cuts[Int($0)] / degree >= allowed.lowerBound } ?? positions.count
        let end = positions.firstIndex { cuts[Int($0)] / degree > allowed.upperBound } ?? positions.count
        let range = first..<max(first, end)
        var window = window
        window.oneForwardOneBackward = window.oneForwardOneBackward.clamped(to: range)
        window.zeroBubble = window.zeroBubble.clamped(to: range)
        let none = range.lowerBound..<range.lowerBound
        if limits.schedule == .zeroBubble || interleavesOfPipeline[Int(stages)].isEmpty {
            window.oneForwardOneBackward = none
        }
        // A zero-bubble schedule is not interleaved.
        if limits.schedule == .oneForwardOneBackward || !limits[.interleave].contains(1) {
            window.zeroBubble = none
        }
        return window
    }

    private func legalWindow(pipeline stages: Int16, data replicas: Int16) -> ScheduleWindow {
        let degree = data.degrees[Int(replicas)]
        let depth = pipeline.degrees[Int(stages)]
        let positions = cutsOfData[Int(replicas)]
        let end = positions.count
        func first(atLeast microbatches: Int) -> Int {
            var (low, high) = (0, end)
            while low < high {
                let middle = (low + high) / 2
                if cuts[Int(positions[middle])] >= microbatches * degree {
                    high = middle
                } else {
                    low = middle + 1
                }
            }
            return low
        }
        let twice = first(atLeast: 2 * depth)
        switch preset {
        case .full: return ScheduleWindow(oneForwardOneBackward: 0..<end, zeroBubble: twice..<end)
        case .published:
            let once = first(atLeast: depth)
            return ScheduleWindow(
                oneForwardOneBackward: once..<min(once + 4, end), zeroBubble: twice..<min(twice + 1, end))
        }
    }

    /// Legal pairs of schedule and interleaving at one position of the list of DP·M.
    mutating func passCount(pipeline stages: Int16, data replicas: Int16, position: Int) -> Int {
        let window = scheduleWindow(pipeline: stages, data: replicas)
        return
            (window.oneForwardOneBackward.contains(position)
            ? interleavesOfPipeline[Int(stages)].count : 0) + (window.zeroBubble.contains(position) ? 1 : 0)
    }

    /// Legal triples of microbatches, schedule and interleaving.
    @inline(__always)
    mutating func passCount(pipeline stages: Int16, data replicas: Int16) -> Int {
        let index = Int(stages) * data.degrees.count + Int(replicas)
        if passCounts[index] < 0 {
            let window = scheduleWindow(pipeline: stages, data: replicas)
            passCounts[index] =
                window.oneForwardOneBackward.count * interleavesOfPipeline[Int(stages)].count
                + window.zeroBubble.count
        }
        return passCounts[index]
    }
}

// MARK: Degrees

extension SpaceTables {
    /// Pipeline, expert and data degree, with their product.
    struct Triple {
        var pipeline: Int16
        var expert: Int16
        var data: Int16
        var product: Int

        /// The triple completed by tensor degrees, given by their indices and the product of all five.
        @inline(__always)
        func tuple(_ first: Int, _ second: Int, gpus: Int) -> DegreeTuple {
            DegreeTuple(
                tensorModel: Int16(first), tensorFeedForward: Int16(second), pipeline: pipeline,
                expert: expert, data: data, gpus: gpus)
        }
    }

    /// Every legal triple whose product is at most `DataMovementSpace.mostGPUs`.
    static func triples(
        pipeline: SplitTable, expert: SplitTable, data: SplitTable
    ) -> [Triple] {
        var triples: [Triple] = []
        for stages in pipeline.degrees.indices {
            for ranks in expert.degrees.indices {
                let pair = pipeline.degrees[stages] * expert.degrees[ranks]
                for replicas in data.degrees.indices {
                    let (product, overflow) = pair.multipliedReportingOverflow(by: data.degrees[replicas])
                    if overflow || product > DataMovementSpace.mostGPUs { break }
                    triples.append(
                        Triple(
                            pipeline: Int16(stages), expert: Int16(ranks), data: Int16(replicas),
                            product: product))
                }
            }
        }
        return triples
    }

    /// The legal tensor degrees along the feed-forward width, as indices, that go with one along the model
    /// width and bring a quadruple into a range of accelerators.
    @inline(__always)
    func feedForwardRange(_ first: Int, quadruple: Int, lowest: Int, highest: Int) -> Range<Int> {
        // Products, because divisions take longer; one that overflows is above any range.
        @inline(__always)
        func gpus(_ index: Int) -> Int {
            let (product, overflow) = quadruple.multipliedReportingOverflow(
                by: tensorFeedForward.degrees[index])
            return overflow ? Int.max : product
        }
        let admitted = admittedFeedForward[first]
        var start = admitted.lowerBound
        while start < admitted.upperBound, gpus(start) < lowest { start += 1 }
        var end = start
        while end < admitted.upperBound, gpus(end) <= highest { end += 1 }
        return start..<end
    }

    /// Whether the preset admits a pair of tensor degrees.
    @inline(__always)
    func admits(_ first: Int, _ second: Int) -> Bool { admittedFeedForward[first].contains(second) }

    /// The degrees TPf that go with each TPm, an interval of them.
    ///
    /// The published preset wants isqrt(TP) ≤ TPf ≤ 4·isqrt(TP), which holds on an interval: with TPf,
    /// TPf/isqrt(TP) never falls. A range of TP is an interval of TPf too.
    static func admittedFeedForward(
        model: SplitTable, feedForward: SplitTable, preset: SpacePreset,
        tensor: ClosedRange<Int> = 1...Int.max
    ) -> [Range<Int>] {
        model.degrees.map { one in
            guard preset == .published || tensor != 1...Int.max else { return feedForward.degrees.indices }
            let legal = feedForward.degrees.indices.filter { index in
                let other = feedForward.degrees[index]
                let (product, overflow) = one.multipliedReportingOverflow(by: other)
                guard tensor.contains(overflow ? .max : product) else { return false }
                guard preset == .published else { return true }
                let root = Int(Double(product).squareRoot())
                return root <= other && other <= 4 * root
            }
            guard let first = legal.first, let last = legal.last else { return 0..<0 }
            return first..<(last + 1)
        }
    }
}

extension TrafficTime {
    /// Above any traffic.
    fileprivate static let unbounded = TrafficTime(bandwidth: .infinity, latency: .infinity)

    /// Bandwidth and latency minimized apart: below both times.
    @inline(__always)
    fileprivate mutating func lower(to other: TrafficTime) {
        bandwidth = min(bandwidth, other.bandwidth)
        latency = min(latency, other.latency)
    }
}
