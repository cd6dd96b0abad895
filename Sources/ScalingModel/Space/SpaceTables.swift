import Training

/// The legal degrees of a shape and what depends on few of them, computed once or when first asked for.
struct SpaceTables {
    let model: StepModel
    let preset: SpacePreset
    let limits: PlanLimits
    var tensorModel: SplitTable
    var tensorFeedForward: SplitTable
    var pipeline: SplitTable
    var expert: SplitTable
    var data: SplitTable
    /// Legal pairs of tensor degrees.
    let tensors: TensorPairs
    /// Divisors of B/E: the values of DP·M.
    let cuts: [Int]
    /// Divisors of L: the values of the interleaving.
    let interleaves: [Int]
    /// For each pipeline degree, the legal interleavings as indices into ``interleaves``, ascending.
    let interleavesOfPipeline: [[Int32]]
    /// Legal (PP, EP, DP) with their products.
    let triples: [Triple]
    let placements: PlacementRule
    let floors: TrafficFloors

    /// What each pipeline degree leaves outside each level at least.
    let outsidePipeline: [LevelVector]
    /// What each expert degree leaves outside each level at least.
    let outsideExpert: [LevelVector]
    /// What each data degree leaves outside each level at least.
    let outsideData: [LevelVector]
    /// Least pipeline traffic of (PP, EP) over all splits and interleavings, for one accelerator.
    private let hopFloors: [TrafficTime]
    /// Least kernel latencies of one microbatch by (PP, EP).
    private let kernelFloors: [Double]
    /// Least data traffic of each data degree over all splits, for one accelerator.
    let dataFloors: [TrafficTime]
    /// For each data degree, the indices into ``cuts`` of its multiples, ascending; empty until asked for.
    private var cutsOfData: [[Int32]]
    /// Arithmetic of a layer by pair of tensor degrees and DP·M; empty rows and NaN until asked for.
    private var layerSeconds: [[Double]]
    /// Floors and counts for each pair of pipeline and data degree; without leaves until asked for.
    private var stages: [StageFloor]
    /// Floors for each pair of tensor degrees; nil until asked for.
    private var layerFloors: [LayerFloor?]
    /// Least arithmetic of a layer by group of tensor degrees and DP·M; empty rows and NaN until asked for.
    private var groupSeconds: [[Double]]

    /// What pipeline and data degree decide together.
    struct StageFloor {
        /// Legal (M, schedule, v).
        var leaves = -1
        /// Of 1F1B, the least bubble: that of the most microbatches and the most chunks.
        var idle = 0.0
        /// The least microbatches of each schedule, those of bubbles included as stretched by the least bubble;
        /// infinite where the schedule is not legal.
        var microbatches = (oneForwardOneBackward: Double.infinity, zeroBubble: Double.infinity)
        /// What the cluster holds at least: the most microbatches, without interleaving, under 1F1B.
        var bytes = 0.0
        /// What the cluster holds at most: the fewest microbatches, under zero bubble.
        var mostBytes = 0.0
        /// Legal microbatch counts.
        var window = ScheduleWindow(oneForwardOneBackward: 0..<0, zeroBubble: 0..<0)
    }

    init(model: StepModel, preset: SpacePreset, cluster: Int?, cutUnit: Int, limits: PlanLimits) {
        self.model = model
        self.preset = preset
        self.limits = limits
        let shape = model.shape
        let sizes = model.machine.domainSizes
        // N = E·2^i with EP = E leaves the published space powers of two only.
        func table(
            _ divisors: [Int], legal: [Int]? = nil, _ decision: PlanLimits.Decision
        ) -> SplitTable {
            let legal = legal ?? (preset == .full ? divisors : divisors.filter { $0.nonzeroBitCount == 1 })
            return SplitTable(
                degrees: legal.filter(limits[decision].contains), divisors: divisors, sizes: sizes)
        }
        let floors = TrafficFloors(model: model)
        self.floors = floors
        tensorModel = table(Divisors.all(of: shape.width), .tensorModel)
        tensorFeedForward = table(Divisors.all(of: shape.feedForwardWidth), .tensorFeedForward)
        tensors = TensorPairs(
            model: tensorModel, feedForward: tensorFeedForward, floors: floors,
            admits: { Self.admits($0, $1, preset: preset, tensor: limits[.tensor]) })
        let pipeline = table(Divisors.all(of: shape.layers), .pipeline)
        self.pipeline = pipeline
        let experts = Divisors.all(of: shape.experts)
        let expert = table(experts, legal: preset == .full ? experts : [shape.experts], .expert)
        self.expert = expert
        let cuts = Divisors.all(of: model.batchTokens / cutUnit / shape.experts)
        self.cuts = cuts
        let data = table(cuts, .data)
        self.data = data
        let interleaves = Divisors.all(of: shape.layers)
        self.interleaves = interleaves
        interleavesOfPipeline = pipeline.degrees.map { stages in
            let perStage = shape.layers / stages
            let divisors = interleaves.indices.filter { perStage.isMultiple(of: interleaves[$0]) }
            let legal = stages == 1 ? [0] : preset == .full ? divisors : divisors.suffix(1)
            return legal.filter { limits[.interleave].contains(interleaves[$0]) }.map(Int32.init)
        }
        triples = Self.triples(pipeline: pipeline, expert: expert, data: data)
        placements = PlacementRule(
            sizes: sizes, kind: preset == .full ? .partial(cluster: cluster) : .full)
        let outsidePipeline = pipeline.degrees.indices.map(pipeline.leastOutside)
        let outsideExpert = expert.degrees.indices.map(expert.leastOutside)
        self.outsidePipeline = outsidePipeline
        self.outsideExpert = outsideExpert
        hopFloors = outsidePipeline.flatMap { stages in
            outsideExpert.map { floors.hop(pipeline: stages, expert: $0, interleave: 1) }
        }
        let outsideData = data.degrees.indices.map(data.leastOutside)
        self.outsideData = outsideData
        dataFloors = outsideData.map(floors.data)
        cutsOfData = Array(repeating: [], count: data.degrees.count)
        layerSeconds = Array(repeating: [], count: tensors.pairs.count)
        stages = Array(repeating: StageFloor(), count: pipeline.degrees.count * data.degrees.count)
        layerFloors = Array(repeating: nil, count: tensors.pairs.count)
        groupSeconds = Array(repeating: [], count: tensors.groups.count)
        kernelFloors = pipeline.degrees.flatMap { stages in
            expert.degrees.map { model.kernelFloor(pipeline: stages, expert: $0) * (1 - 1e-9) }
        }
    }

    /// Seconds of arithmetic of one layer, microbatch and expert.
    /// - Parameters:
    ///   - pair: position in ``tensors``.
    ///   - cut: index into ``cuts``.
    /// - Returns: seconds.
    @inline(__always)
    mutating func layer(pair: Int, cut: Int) -> Double {
        if layerSeconds[pair].isEmpty { layerSeconds[pair] = Array(repeating: .nan, count: cuts.count) }
        let known = layerSeconds[pair][cut]
        if known == known { return known }
        let tensor = tensors.pairs[pair]
        let seconds = model.layerArithmetic(
            tensorModel: tensorModel.degrees[Int(tensor.model)],
            tensorFeedForward: tensorFeedForward.degrees[Int(tensor.feedForward)], cuts: cuts[cut])
        layerSeconds[pair][cut] = seconds
        return seconds
    }

    /// Least seconds of arithmetic of one layer and expert for the whole batch, over all pairs of tensor degrees of one
    /// product and all finer cuts.
    /// - Parameters:
    ///   - group: position in the groups of ``tensors``.
    ///   - cut: of the least DP·M, as an index into ``cuts``.
    /// - Returns: seconds, those of all microbatches and replicas added; never too much.
    @inline(__always)
    mutating func leastLayer(group: Int, cut: Int) -> Double {
        if groupSeconds[group].isEmpty { groupSeconds[group] = Array(repeating: .nan, count: cuts.count) }
        let known = groupSeconds[group][cut]
        return known == known ? known : foundLayer(group: group, cut: cut)
    }

    private mutating func foundLayer(group: Int, cut: Int) -> Double {
        var least = Double.infinity
        for pair in tensors.groups[group].pairs {
            if layerFloors[pair] == nil {
                let tensor = tensors.pairs[pair]
                layerFloors[pair] = model.layerFloor(
                    tensorModel: tensorModel.degrees[Int(tensor.model)],
                    tensorFeedForward: tensorFeedForward.degrees[Int(tensor.feedForward)])
            }
            least = min(least, layerFloors[pair].unsafelyUnwrapped.batchSeconds(cuts: cuts[cut]))
        }
        groupSeconds[group][cut] = least
        return least
    }

    /// Least pipeline and expert traffic of (PP, EP, v) over all splits, for one accelerator.
    @inline(__always)
    func hopFloor(pipeline stages: Int32, expert ranks: Int32, interleave: Int32) -> TrafficTime {
        floors.hop(
            pipeline: outsidePipeline[Int(stages)], expert: outsideExpert[Int(ranks)],
            interleave: interleaves[Int(interleave)])
    }

    /// Least pipeline and expert traffic of (PP, EP) over all splits and interleavings, for one accelerator.
    @inline(__always)
    func hopFloor(pipeline stages: Int32, expert ranks: Int32) -> TrafficTime {
        hopFloors[Int(stages) * expert.degrees.count + Int(ranks)]
    }

    /// The published preset wants isqrt(TP) ≤ TPf ≤ 4·isqrt(TP).
    private static func admits(
        _ model: Int, _ feedForward: Int, preset: SpacePreset, tensor: ClosedRange<Int>
    ) -> Bool {
        let (product, overflow) = model.multipliedReportingOverflow(by: feedForward)
        guard tensor.contains(overflow ? .max : product) else { return false }
        guard preset == .published else { return true }
        let root = Int((Double(model) * Double(feedForward)).squareRoot())
        return root <= feedForward && feedForward <= 4 * root
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

    /// The values of DP·M that a data degree leaves, as indices into ``cuts``, ascending.
    @inline(__always)
    mutating func cuts(ofData replicas: Int32) -> [Int32] {
        if cutsOfData[Int(replicas)].isEmpty {
            let degree = data.degrees[Int(replicas)]
            cutsOfData[Int(replicas)] =
                cuts.indices.filter { cuts[$0].isMultiple(of: degree) }.map(Int32.init)
        }
        return cutsOfData[Int(replicas)]
    }

    /// The legal microbatch counts of a pipeline and a data degree.
    ///
    /// The full space takes any with 1F1B and those of at least 2·PP with zero bubble; the published one the
    /// first four that are at least PP for 1F1B, and the first that is at least 2·PP for zero bubble.
    @inline(__always)
    mutating func scheduleWindow(pipeline depth: Int32, data replicas: Int32) -> ScheduleWindow {
        stageFloor(pipeline: depth, data: replicas).window
    }

    private mutating func window(pipeline stages: Int32, data replicas: Int32) -> ScheduleWindow {
        let window = legalWindow(pipeline: stages, data: replicas)
        return limits.isEmpty ? window : limited(window, pipeline: stages, data: replicas)
    }

    /// What the limits on microbatches, schedule and interleaving leave of a window.
    private mutating func limited(
        _ window: ScheduleWindow, pipeline stages: Int32, data replicas: Int32
    ) -> ScheduleWindow {
        let degree = data.degrees[Int(replicas)]
        let positions = cuts(ofData: replicas)
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

    private mutating func legalWindow(pipeline stages: Int32, data replicas: Int32) -> ScheduleWindow {
        let degree = data.degrees[Int(replicas)]
        let depth = pipeline.degrees[Int(stages)]
        let positions = cuts(ofData: replicas)
        let end = positions.count
        func first(atLeast microbatches: Int) -> Int {
            let (least, overflow) = microbatches.multipliedReportingOverflow(by: degree)
            if overflow { return end }
            var (low, high) = (0, end)
            while low < high {
                let middle = (low + high) / 2
                if cuts[Int(positions[middle])] >= least {
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
    mutating func passCount(pipeline stages: Int32, data replicas: Int32, position: Int) -> Int {
        let window = scheduleWindow(pipeline: stages, data: replicas)
        return
            (window.oneForwardOneBackward.contains(position)
            ? interleavesOfPipeline[Int(stages)].count : 0) + (window.zeroBubble.contains(position) ? 1 : 0)
    }

    /// Legal triples of microbatches, schedule and interleaving.
    @inline(__always)
    mutating func passCount(pipeline stages: Int32, data replicas: Int32) -> Int {
        stageFloor(pipeline: stages, data: replicas).leaves
    }

    /// What pipeline and data degree decide together.
    @inline(__always)
    mutating func stageFloor(pipeline depth: Int32, data replicas: Int32) -> StageFloor {
        let index = Int(depth) * data.degrees.count + Int(replicas)
        if stages[index].leaves < 0 { stages[index] = bounded(pipeline: depth, data: replicas) }
        return stages[index]
    }

    private mutating func bounded(pipeline depth: Int32, data replicas: Int32) -> StageFloor {
        let window = window(pipeline: depth, data: replicas)
        let interleaves = interleavesOfPipeline[Int(depth)]
        let degree = data.degrees[Int(replicas)]
        let stages = pipeline.degrees[Int(depth)]
        let positions = cuts(ofData: replicas)
        func microbatches(_ position: Int) -> Int { cuts[Int(positions[position])] / degree }
        var floor = StageFloor()
        floor.window = window
        floor.leaves = window.oneForwardOneBackward.count * interleaves.count + window.zeroBubble.count
        // Microbatches alive and their size multiply to the same up to rounding while M ≤ PP.
        floor.bytes =
            model.memoryBytes(
                pipeline: stages, data: degree, microbatches: cuts[cuts.count - 1] / degree, interleave: 1,
                schedule: .oneForwardOneBackward) * (1 - 1e-12)
        // No schedule has more microbatches alive, and more of them are smaller by more than that.
        let fewest = min(window.oneForwardOneBackward.first ?? .max, window.zeroBubble.first ?? .max)
        if fewest < .max {
            floor.mostBytes =
                model.memoryBytes(
                    pipeline: stages, data: degree, microbatches: microbatches(fewest), interleave: 1,
                    schedule: .zeroBubble) * (1 + 1e-12)
        }
        if let last = window.oneForwardOneBackward.last, let largest = interleaves.last {
            floor.idle = model.idleRatio(
                pipeline: stages, microbatches: microbatches(last),
                interleave: self.interleaves[Int(largest)], schedule: .oneForwardOneBackward)
            // M·(1 + ρ) ≥ PP whatever v, and M itself is not below its least.
            let least = Double(microbatches(window.oneForwardOneBackward.lowerBound))
            floor.microbatches.oneForwardOneBackward = max(least, Double(stages) / (1 + floor.idle))
        }
        if let first = window.zeroBubble.first { floor.microbatches.zeroBubble = Double(microbatches(first)) }
        return floor
    }

    /// Least kernel latencies of one microbatch.
    @inline(__always)
    func kernelFloor(pipeline depth: Int32, expert ranks: Int32) -> Double {
        kernelFloors[Int(depth) * expert.degrees.count + Int(ranks)]
    }
}
