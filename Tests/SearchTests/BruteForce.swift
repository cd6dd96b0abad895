import Optimization
import Quantities
import ScalingModel
import TestSupport
import Training

/// A small random instance of a fixed run on a random machine.
struct RandomInstance {
    let model: StepModel
    let gpus: Int
    let steps: Double
    let preset: SpacePreset
    let objective: Objective
    let deadline: Double
    let memory: MemoryRule

    /// Draws an instance.
    /// - Parameters:
    ///   - seed: decides everything.
    ///   - domains: sizes of the bounded levels to draw from, innermost first.
    /// - Throws: nothing that is drawn does.
    init(
        seed: UInt64,
        domains: [[Int]] = [[], [2], [4], [8], [6], [2, 2], [4, 3], [3, 2], [3, 2]]
    ) throws {
        var random = SplitMix64(seed: seed)
        func pick<Value>(_ values: [Value]) -> Value {
            values[Int.random(in: values.indices, using: &random)]
        }
        let sizes = pick(domains)
        let chip = Chip(
            multiprocessors: 8, clock: Hertz(1e9), blocksPerMultiprocessor: 4,
            registersPerBlock: Bytes(65536),
            usableFraction: 0.75, l2Capacity: Bytes(4e6), l2Bandwidth: BytesPerSecond(1e12),
            sharedMemory: pick([.ownMultiprocessor, .wholeChip]))
        var bandwidth = pick([4e11, 1e11, .infinity])
        let network = (sizes.map { Optional($0) } + [nil]).map { size in
            let level = NetworkLevel(
                name: "n", size: size, bidirectionalBandwidth: BytesPerSecond(bandwidth),
                latency: Seconds(pick([0, 1e-6, 1e-5])))
            // Mostly slower outwards, now and then faster.
            bandwidth /= pick([1, 2, 8, 0.01])
            return level
        }
        let machine = Accelerator(
            name: "toy", title: "toy",
            compute: Compute(
                precision: "bf16", wordBytes: 2, peak: FlopPerSecond(1e14), sustainedFraction: 0.8,
                kernelLatency: Seconds(pick([0, 4.5e-6]))),
            memory: DeviceMemory(
                capacity: Bytes(pick([4e6, 2e7, 1e9])), bandwidth: BytesPerSecond(1e12)),
            chip: pick([chip, nil]), network: network)
        let experts = pick([1, 1, 2, 3, 4])
        let shape = try LayerStack(
            width: pick([64, 96, 128, 192]), feedForwardWidth: pick([128, 256, 384, 512]),
            layers: pick([1, 2, 4, 6, 12]), experts: experts)
        let batchTokens = experts * pick([16, 48, 64, 96, 128])
        let chosenPreset: SpacePreset = pick([.full, .full, .published])
        preset = chosenPreset
        model = StepModel(
            machine: machine, shape: shape, batchTokens: batchTokens,
            settings: ModelSettings(
                tensorTraffic: pick([.overlapped, .exposed]), pipelineTraffic: pick([.overlapped, .exposed]),
                dataTraffic: pick([.overlapped, .exposed]), recomputation: pick([.none, .full]),
                accounting: pick([.published, .corrected])))
        gpus = pick([1, 2, 5, 7, 8, 12, 13, 24, 30, 36, 64])
        steps = 1000
        objective = pick([.time, .time, .gpus, .utilization])
        deadline = objective == .time ? .infinity : pick([0.05, 0.2, 1, 10])
        memory = pick([.checked, .ignored])
    }

    func space() -> DataMovementSpace {
        // The question "how fast" has a cluster, "how many" has none.
        DataMovementSpace(
            model: model, preset: preset, objective: objective, gpus: 1...gpus,
            cluster: objective == .time ? gpus : nil, steps: steps, deadline: deadline, memory: memory)
    }

    /// The rank of a plan on the smallest cluster that holds it.
    func rank(_ plan: Plan, cluster: Int) -> Rank {
        let price = model.price(plan)
        let given = Double(cluster)
        switch objective {
        case .time: return Rank(price.step, price.traffic, Double(plan.gpus))
        case .gpus: return Rank(given, price.step, price.traffic)
        case .utilization: return Rank(price.step * given, price.step, price.traffic)
        }
    }
}

/// Lists every plan of an instance without any table, bound or count of the search.
struct BruteForce {
    let instance: RandomInstance
    /// Choices of degrees, microbatches, schedule and interleaving with at least one legal placement.
    var legal = 0
    /// Legal plans, each placement by itself.
    var placements = 0
    var best: (rank: Rank, plan: Plan, cluster: Int)?

    init(_ instance: RandomInstance) {
        self.instance = instance
        run()
    }

    private mutating func run() {
        let shape = instance.model.shape
        let tokens = instance.model.batchTokens / shape.experts
        let limit = instance.gpus
        for first in 1...shape.width where shape.width % first == 0 && first <= limit {
            for second in 1...shape.feedForwardWidth
            where shape.feedForwardWidth % second == 0 && first * second <= limit {
                for stages in 1...shape.layers
                where shape.layers % stages == 0 && first * second * stages <= limit {
                    for experts in 1...shape.experts where shape.experts % experts == 0 {
                        for replicas in 1...tokens where tokens % replicas == 0 {
                            let degrees = [first, second, stages, experts, replicas]
                            if degrees.reduce(1, *) <= limit { visit(degrees, tokens: tokens) }
                        }
                    }
                }
            }
        }
    }

    private mutating func visit(_ degrees: [Int], tokens: Int) {
        let shape = instance.model.shape
        if instance.preset == .published, !isPublished(degrees) { return }
        for microbatches in 1...(tokens / degrees[4]) where (tokens / degrees[4]) % microbatches == 0 {
            let perStage = shape.layers / degrees[2]
            for chunks in 1...perStage where perStage % chunks == 0 && (degrees[2] > 1 || chunks == 1) {
                place(degrees, microbatches, chunks, .oneForwardOneBackward, tokens)
            }
            if microbatches >= 2 * degrees[2] { place(degrees, microbatches, 1, .zeroBubble, tokens) }
        }
    }

    private func isPublished(_ degrees: [Int]) -> Bool {
        let gpus = degrees.reduce(1, *)
        let experts = instance.model.shape.experts
        guard degrees[3] == experts, gpus % experts == 0, (gpus / experts).nonzeroBitCount == 1 else {
            return false
        }
        var root = 0
        while (root + 1) * (root + 1) <= degrees[0] * degrees[1] { root += 1 }
        return root <= degrees[1] && degrees[1] <= 4 * root
    }

    private func isPublishedPass(
        _ degrees: [Int], _ microbatches: Int, _ chunks: Int, _ schedule: PipelineSchedule, _ tokens: Int
    ) -> Bool {
        let all = (1...(tokens / degrees[4])).filter { (tokens / degrees[4]) % $0 == 0 }
        switch schedule {
        case .oneForwardOneBackward:
            let chosen = degrees[2] > 1 ? instance.model.shape.layers / degrees[2] : 1
            return chunks == chosen && all.filter { $0 >= degrees[2] }.prefix(4).contains(microbatches)
        case .zeroBubble: return all.first { $0 >= 2 * degrees[2] } == microbatches
        }
    }

    private mutating func place(
        _ degrees: [Int], _ microbatches: Int, _ chunks: Int, _ schedule: PipelineSchedule, _ tokens: Int
    ) {
        if instance.preset == .published, !isPublishedPass(degrees, microbatches, chunks, schedule, tokens) {
            return
        }
        let sizes = instance.model.machine.domainSizes
        func splits(_ rest: Int, _ level: Int) -> [[Int]] {
            if level == sizes.count { return [[rest]] }
            return (1...rest).filter { rest % $0 == 0 }.flatMap { own in
                splits(rest / own, level + 1).map { [own] + $0 }
            }
        }
        let before = placements
        defer { if placements > before { legal += 1 } }
        for one in splits(degrees[0], 0) {
            for two in splits(degrees[1], 0) {
                for three in splits(degrees[2], 0) {
                    for four in splits(degrees[3], 0) {
                        for five in splits(degrees[4], 0) {
                            let plan = Plan(
                                placement: Placement(
                                    tensorModel: one, tensorFeedForward: two, pipeline: three, expert: four,
                                    data: five), microbatches: microbatches, interleave: chunks,
                                schedule: schedule)
                            consider(plan)
                        }
                    }
                }
            }
        }
    }

    private mutating func consider(_ plan: Plan) {
        let model = instance.model
        let machine = model.machine
        guard (try? plan.check(shape: model.shape, batchTokens: model.batchTokens, machine: machine)) != nil,
            let cluster = cluster(of: plan)
        else { return }
        placements += 1
        if instance.memory == .checked,
            model.memoryBytes(plan) > machine.memory.capacity.value * Double(plan.gpus)
        {
            return
        }
        let rank = instance.rank(plan, cluster: cluster)
        guard model.price(plan).step * instance.steps <= instance.deadline else { return }
        if let best {
            let isBetter =
                rank < best.rank
                || (rank == best.rank && plan.orderKey.lexicographicallyPrecedes(best.plan.orderKey))
            if !isBetter { return }
        }
        best = (rank, plan, cluster)
    }

    /// The smallest cluster that holds a placement, by laying out one accelerator after another; nil where the
    /// placement is not legal.
    private func cluster(of plan: Plan) -> Int? {
        let sizes = instance.model.machine.domainSizes
        let used = sizes.indices.map { plan.placement.used(at: $0) }
        if instance.preset == .published {
            var rest = plan.gpus
            for (size, units) in zip(sizes, used) {
                guard units == min(size, rest), rest % units == 0 else { return nil }
                rest /= units
            }
            return plan.gpus
        }
        // Domains in order: blocks of the lower domains in each are joined as far as they go.
        func blocks(_ accelerators: Range<Int>, _ level: Int) -> Int {
            if level < 0 { return accelerators.count }
            let width = sizes[...level].reduce(1, *)
            return stride(from: accelerators.lowerBound, to: accelerators.upperBound, by: width).reduce(0) {
                let domain = $1..<min($1 + width, accelerators.upperBound)
                return $0 + blocks(domain, level - 1) / used[level]
            }
        }
        let needed = plan.gpus / used.reduce(1, *)
        let most = instance.objective == .time ? instance.gpus : needed * sizes.reduce(1, *)
        guard plan.gpus <= most else { return nil }
        return (plan.gpus...most).first { blocks(0..<$0, sizes.count - 1) >= needed }
    }
}
