import CostModel
import Hardware
import Strategy
import Workload

/// The legal degrees of a shape and what depends on few of them, computed once or when first asked for.
struct SpaceTables {
    let model: StepModel
    let preset: SpacePreset
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
    /// Legal (PP, EP, DP) with their products.
    let triples: [Triple]
    var placements: PlacementCounter

    /// Arithmetic of a layer by (TPm, TPf, DP·M); NaN until asked for.
    private var layerSeconds: [Double]
    /// Least tensor traffic of (TPm, TPf) over all splits, times the accelerators; NaN until asked for.
    private var tensorFloors: [TrafficTime]
    /// Least pipeline traffic of (PP, EP, v) over all splits, times the accelerators; NaN until asked for.
    private var hopFloors: [TrafficTime]
    /// Least data traffic of each data degree over all splits, times the accelerators.
    let dataFloors: [TrafficTime]
    /// Legal (M, schedule, v) for each pair of pipeline and data degree; −1 until asked for.
    private var passCounts: [Int]

    init(model: StepModel, preset: SpacePreset, cluster: Int?, cutUnit: Int) {
        self.model = model
        self.preset = preset
        let shape = model.shape
        let sizes = model.machine.domainSizes
        boundedLevels = sizes.count
        tensorModel = SplitTable(divisorsOf: shape.width, sizes: sizes)
        tensorFeedForward = SplitTable(divisorsOf: shape.feedForwardWidth, sizes: sizes)
        pipeline = SplitTable(divisorsOf: shape.layers, sizes: sizes)
        expert = SplitTable(divisorsOf: shape.experts, sizes: sizes)
        data = SplitTable(divisorsOf: model.batchTokens / cutUnit / shape.experts, sizes: sizes)
        cuts = data.degrees
        let cuts = data.degrees
        cutsOfData = cuts.map { degree in
            cuts.indices.filter { cuts[$0].isMultiple(of: degree) }.map(Int32.init)
        }
        let interleaves = pipeline.degrees
        self.interleaves = interleaves
        interleavesOfPipeline = interleaves.map { stages in
            let perStage = shape.layers / stages
            if stages == 1 { return [0] }
            let legal = interleaves.indices.filter { perStage.isMultiple(of: interleaves[$0]) }
            switch preset {
            case .full: return legal.map(Int32.init)
            case .published: return legal.suffix(1).map(Int32.init)
            }
        }
        triples = Self.triples(pipeline: pipeline, expert: expert, data: data, preset: preset)
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
        let replicas = data
        dataFloors = replicas.ranges.map { range in
            Self.least(range.lazy.map { model.dataTraffic(replicas.splits[$0], gpus: 1) })
        }
        passCounts = Array(repeating: -1, count: pipeline.degrees.count * cuts.count)
    }

    /// Bandwidth and latency minimized apart: below every one of them.
    private static func least(_ times: some Sequence<TrafficTime>) -> TrafficTime {
        times.reduce(TrafficTime(bandwidth: .infinity, latency: .infinity)) { least, time in
            TrafficTime(
                bandwidth: min(least.bandwidth, time.bandwidth), latency: min(least.latency, time.latency))
        }
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
        let (first, second) = (tensorModel, tensorFeedForward)
        let least = Self.least(
            first.ranges[Int(tuple.tensorModel)].lazy.flatMap { [model] one in
                second.ranges[Int(tuple.tensorFeedForward)].lazy.map { other in
                    model.tensorTraffic(model: first.splits[one], feedForward: second.splits[other], gpus: 1)
                }
            })
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
        let (first, second, chunks) = (pipeline, expert, interleaves[Int(interleave)])
        let least = Self.least(
            first.ranges[Int(stages)].lazy.flatMap { [model] one in
                second.ranges[Int(ranks)].lazy.map { other in
                    model.pipelineTraffic(
                        pipeline: first.splits[one], expert: second.splits[other], interleave: chunks,
                        gpus: 1)
                }
            })
        hopFloors[index] = least
        return least
    }
}

// MARK: Schedules

extension SpaceTables {
    /// Whether a number of microbatches is legal with 1F1B and with zero bubble.
    ///
    /// The full space takes any; the published one the first four divisors of B/(E·DP) that are at least PP
    /// for 1F1B, and the first that is at least 2·PP for zero bubble.
    /// - Parameters:
    ///   - stages: index of PP.
    ///   - replicas: index of DP.
    ///   - cut: index of DP·M.
    func legalSchedules(
        pipeline stages: Int16, data replicas: Int16, cut: Int
    ) -> (oneForwardOneBackward: Bool, zeroBubble: Bool) {
        let degree = data.degrees[Int(replicas)]
        let depth = pipeline.degrees[Int(stages)]
        let microbatches = cuts[cut] / degree
        switch preset {
        case .full: return (true, microbatches >= 2 * depth)
        case .published:
            guard microbatches >= depth else { return (false, false) }
            let legal = cutsOfData[Int(replicas)]
            let smaller = legal.reduce(into: (one: 0, two: 0)) { count, other in
                let value = cuts[Int(other)] / degree
                if value >= depth, value < microbatches { count.one += 1 }
                if value >= 2 * depth, value < microbatches { count.two += 1 }
            }
            return (smaller.one < 4, microbatches >= 2 * depth && smaller.two == 0)
        }
    }

    /// Legal pairs of schedule and interleaving at one number of microbatches.
    func passCount(pipeline stages: Int16, data replicas: Int16, cut: Int) -> Int {
        let legal = legalSchedules(pipeline: stages, data: replicas, cut: cut)
        return (legal.oneForwardOneBackward ? interleavesOfPipeline[Int(stages)].count : 0)
            + (legal.zeroBubble ? 1 : 0)
    }

    /// Legal triples of microbatches, schedule and interleaving.
    @inline(__always)
    mutating func passCount(pipeline stages: Int16, data replicas: Int16) -> Int {
        let index = Int(stages) * cuts.count + Int(replicas)
        if passCounts[index] < 0 {
            passCounts[index] = cutsOfData[Int(replicas)].reduce(0) {
                $0 + passCount(pipeline: stages, data: replicas, cut: Int($1))
            }
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
        pipeline: SplitTable, expert: SplitTable, data: SplitTable, preset: SpacePreset
    ) -> [Triple] {
        var triples: [Triple] = []
        let firstExpert = preset == .published ? expert.degrees.count - 1 : 0
        for stages in pipeline.degrees.indices {
            for ranks in firstExpert..<expert.degrees.count {
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

    /// The legal tensor degrees along the feed-forward width that bring a quadruple into a range of
    /// accelerators, as indices.
    @inline(__always)
    func feedForwardRange(quadruple: Int, lowest: Int, highest: Int) -> Range<Int> {
        let degrees = tensorFeedForward.degrees
        let most = highest / quadruple
        let least = (lowest - 1) / quadruple + 1
        var start = 0
        while start < degrees.count, degrees[start] < least { start += 1 }
        var end = start
        while end < degrees.count, degrees[end] <= most { end += 1 }
        return start..<end
    }

    /// Whether the preset admits a pair of tensor degrees at a number of accelerators.
    @inline(__always)
    func admits(_ first: Int, _ second: Int, gpus: Int) -> Bool {
        preset == .full || isPublished(first, second, gpus)
    }

    /// The published restrictions: N = E·2^i, and isqrt(TP) ≤ TPf ≤ 4·isqrt(TP).
    private func isPublished(_ first: Int, _ second: Int, _ gpus: Int) -> Bool {
        let perExpert = gpus / model.shape.experts
        guard perExpert.nonzeroBitCount == 1 else { return false }
        let feedForward = tensorFeedForward.degrees[second]
        let root = Int(Double(tensorModel.degrees[first] * feedForward).squareRoot())
        return root <= feedForward && feedForward <= 4 * root
    }
}
