import Optimization
import Training

/// The blocks of a space by number: each with the seconds that bound its layouts, its costs priced when asked for.
///
/// Blocks of the same tensor, sequence, context and expert degrees follow one another, one for each microbatch
/// size.
struct BlockList: RandomAccessCollection, Sendable {
    private let model: TransformerStepModel
    private let whole: StageTable
    /// The blocks' degrees with the first microbatch size.
    let shapes: [TrainingLayout]
    /// Tensor × context ranks of each shape.
    private let inners: [Int]
    /// Sequences in a microbatch.
    let microbatches: [Int]
    /// Data degrees for each microbatch size, ascending.
    private let dataDegrees: [[StretchTable.DataDegree]]
    private let sums: [BlockSeconds.Sum]
    /// Whether a layout of some block may be within the limit.
    let mayBeInTime: Bool

    let startIndex = 0
    var endIndex: Int { sums.count }

    /// Lists them; where the clock ends first, some are missing.
    ///
    /// Blocks none of whose layouts is within the limit take infinitely long. Most are found without their price: by what
    /// one rank takes that works on the whole batch at once (``TransformerStepModel/leastBlockWork(globalBatch:shardings:)``),
    /// then by what their own ranks take for it, and of those left by what they take without their experts.
    init(
        floor: BlockFloor, globalBatch: Int, limits: LayoutLimits, limit: Double = .infinity,
        clock: SearchClock
    ) {
        let model = floor.model
        self.model = model
        let whole = StageTable(TrainingLayout(), model: model.job.model)
        self.whole = whole
        let microbatches = Self.microbatches(limits, globalBatch)
        self.microbatches = microbatches
        let dataDegrees = microbatches.map { floor.stretches.dataDegrees(microbatch: $0) }
        self.dataDegrees = dataDegrees
        var shapes: [TrainingLayout] = []
        var sums: [BlockSeconds.Sum] = []
        let placement = model.placement
        let precision = model.job.precision
        let tooSlow = BlockSeconds.Sum(all: .infinity, leastLayer: 0, mainLayer: 0)
        let oneRank = model.leastBlockSeconds(globalBatch: globalBatch, shardings: limits.sharding)
        func isInTime(
            _ seconds: BlockSeconds.Sum, inner: Int, size: Int, room: BlockFloor.Room? = nil
        ) -> Bool {
            guard limit < .infinity else { return true }
            let work = TransformerSpace.BlockWork(
                seconds, microbatch: microbatches[size], inner: inner, globalBatch: globalBatch)
            return limits.stages.contains {
                floor.leastStep($0, work, degrees: dataDegrees[size], room: room, limit: limit) <= limit
            }
        }
        // What experts take of the memory is known only with their degrees.
        let mayLackRoom = limit < .infinity && model.job.model.experts == nil
        func room(_ layout: TrainingLayout) -> BlockFloor.Room {
            BlockFloor.Room(layout: layout, held: model.held(layout, whole: whole))
        }
        // By tensor × context ranks, the microbatch sizes that may be in time.
        var timely: [Int: [Bool]] = [:]
        Self.forEachSplit(of: model.job.model, gpus: floor.gpus, globalBatch: globalBatch, limits: limits) {
            (split, experts) in
            guard !clock.isOver else { return }
            var layout = split
            let inner = layout.tensor * layout.context
            let isTimely =
                timely[inner]
                ?? microbatches.indices.map { size in
                    let share = Double(microbatches[size]) / Double(inner * globalBatch)
                    return isInTime(oneRank.scaled(by: share), inner: inner, size: size)
                }
            timely[inner] = isTimely
            // With the batch as one microbatch first: what is lost once for each is lost once then.
            let spreads = isTimely.contains(true) ? BlockSpreads(layout, placement: placement) : nil
            layout.microbatch = globalBatch
            let atOnce = spreads.map {
                model.blockSeconds(layout, $0, shardings: limits.sharding).least.scaled(by: 1 - 1e-9)
            }
            let shared = microbatches.indices.map { size -> BlockSeconds? in
                guard isTimely[size], let spreads, let atOnce else { return nil }
                let share = Double(microbatches[size]) / Double(globalBatch)
                guard isInTime(atOnce.scaled(by: share), inner: inner, size: size) else { return nil }
                layout.microbatch = microbatches[size]
                guard
                    !mayLackRoom
                        || isInTime(
                            atOnce.scaled(by: share), inner: inner, size: size, room: room(layout))
                else { return nil }
                let seconds = model.blockSeconds(layout, spreads, shardings: limits.sharding)
                return isInTime(seconds.least, inner: inner, size: size) ? seconds : nil
            }
            for (expert, expertTensor) in experts {
                guard !clock.isOver else { return }
                layout.expert = expert
                layout.expertTensor = expertTensor
                layout.microbatch = microbatches.first ?? 1
                shapes.append(layout)
                var places: BlockSpreads?
                for (size, known) in shared.enumerated() {
                    guard let known else {
                        sums.append(tooSlow)
                        continue
                    }
                    layout.microbatch = microbatches[size]
                    let spreads = places ?? BlockSpreads(layout, placement: placement)
                    places = spreads
                    let seconds = known.sum(BlockKey(layout, precision: precision), spreads)
                    let isTimely =
                        limit == .infinity || mayLackRoom
                        || isInTime(seconds, inner: inner, size: size, room: room(layout))
                    sums.append(isTimely ? seconds : tooSlow)
                }
            }
        }
        self.shapes = shapes
        inners = shapes.map { $0.tensor * $0.context }
        self.sums = sums
        mayBeInTime = sums.contains { $0.all < .infinity }
    }

    /// Work of a step's layers and ends: G/b microbatches take so long each on so many ranks.
    /// - Parameters:
    ///   - seconds: of all layers and ends for one microbatch.
    ///   - inner: tensor × context ranks.
    ///   - microbatch: sequences b.
    ///   - globalBatch: sequences G.
    /// - Returns: accelerator-seconds.
    static func work(_ seconds: Double, inner: Int, microbatch: Int, globalBatch: Int) -> Double {
        Double(globalBatch) * seconds * Double(inner) / Double(microbatch)
    }

    /// A block with its costs, which are priced anew each time.
    subscript(index: Int) -> TransformerSpace.Block {
        let layout = layout(index)
        let spreads = BlockSpreads(layout, placement: model.placement)
        func costs(_ sharding: Sharding.Stage) -> BlockCosts {
            var layout = layout
            layout.sharding = Sharding(sharding)
            return model.costs(of: layout, spreads: spreads)
        }
        let (plain, sharded) = (costs(.nothing), costs(.optimizer))
        return TransformerSpace.Block(
            layout: layout, plain: plain, sharded: sharded,
            held: HeldByModel(plain.parameters, plain.activations, whole: whole),
            dataDegrees: dataDegrees(index).map(\.data))
    }

    /// Data degrees that go with a block's microbatch size, ascending.
    func dataDegrees(_ index: Int) -> [StretchTable.DataDegree] { dataDegrees[index % microbatches.count] }

    /// What the whole model holds on a rank of a block.
    func held(_ index: Int) -> HeldByModel { model.held(layout(index), whole: whole) }

    /// Degrees and microbatch size of a block.
    func layout(_ index: Int) -> TrainingLayout {
        let (shape, microbatch) = index.quotientAndRemainder(dividingBy: microbatches.count)
        var layout = shapes[shape]
        layout.microbatch = microbatches[microbatch]
        return layout
    }

    /// Sequences in a microbatch of a block, and its tensor × context ranks.
    func ranks(_ index: Int) -> (microbatch: Int, inner: Int) {
        let (shape, microbatch) = index.quotientAndRemainder(dividingBy: microbatches.count)
        return (microbatches[microbatch], inners[shape])
    }

    /// Seconds of all layers and ends of a block for one microbatch, and of its cheapest layer, nothing
    /// recomputed; infinite where no layout of it is in time.
    func seconds(_ index: Int) -> BlockSeconds.Sum { sums[index] }

    private static func microbatches(_ limits: LayoutLimits, _ globalBatch: Int) -> [Int] {
        let all = Divisors.all(of: globalBatch)
        return limits.microbatch.map { all.filter($0.contains) } ?? all
    }

    /// Visits the legal choices of what one rank computes in a layer for a microbatch; the other decisions are
    /// left at one rank.
    static func forEachLayout(
        of job: Transformer, gpus: Int, globalBatch: Int, limits: LayoutLimits,
        _ visit: (TrainingLayout) -> Void
    ) {
        let microbatches = microbatches(limits, globalBatch)
        forEachSplit(of: job, gpus: gpus, globalBatch: globalBatch, limits: limits) { split, experts in
            var layout = split
            for (expert, expertTensor) in experts {
                layout.expert = expert
                layout.expertTensor = expertTensor
                for microbatch in microbatches {
                    layout.microbatch = microbatch
                    visit(layout)
                }
            }
        }
    }

    /// Visits the legal choices of tensor, sequence and context degrees, with the pairs of expert and
    /// expert-tensor degrees that go with them.
    private static func forEachSplit(
        of job: Transformer, gpus: Int, globalBatch: Int, limits: LayoutLimits,
        _ visit: (TrainingLayout, [(Int, Int)]) -> Void
    ) {
        func allowed(_ values: [Int]?, _ all: [Int]) -> [Int] {
            guard let values else { return all }
            return all.filter(values.contains)
        }
        let experts = job.expertLayerCount > 0 ? job.experts : nil
        let tensors = allowed(limits.tensor, Divisors.all(of: job.attention.form.heads))
        let contexts = allowed(limits.context, Divisors.all(of: job.sequenceLength))
        for tensor in tensors where tensor <= gpus {
            let degrees = expertDegrees(experts, tensor: tensor, gpus: gpus, limits: limits)
            for context in contexts where tensor * context <= gpus {
                for method in context > 1 ? limits.contextMethods : [.ring] {
                    for sequence in sequences(limits, tensor: tensor) {
                        let layout = TrainingLayout(
                            tensor: tensor, sequenceParallelism: sequence, context: context,
                            contextMethod: method, globalBatch: globalBatch)
                        guard layout.problems(for: job).isEmpty else { continue }
                        visit(layout, degrees)
                    }
                }
            }
        }
    }

    /// Whether activations may be split; without tensor ranks it is all one, so that one choice stands for both.
    private static func sequences(_ limits: LayoutLimits, tensor: Int) -> [SequenceParallelism] {
        guard tensor == 1 else { return limits.sequenceParallelism }
        return limits.sequenceParallelism.contains(.off)
            ? [.off] : Array(limits.sequenceParallelism.prefix(1))
    }

    private static func expertDegrees(
        _ experts: ExpertLayers?, tensor: Int, gpus: Int, limits: LayoutLimits
    ) -> [(Int, Int)] {
        guard let experts else {
            let isAllowed = [limits.expert, limits.expertTensor].allSatisfy { $0?.contains(1) ?? true }
            return isAllowed ? [(1, 1)] : []
        }
        var pairs: [(Int, Int)] = []
        for expert in Divisors.all(of: experts.experts) {
            if let allowed = limits.expert, !allowed.contains(expert) { continue }
            for split in Divisors.all(of: tensor)
            where experts.width.isMultiple(of: split) && expert * split <= gpus {
                if let allowed = limits.expertTensor, !allowed.contains(split) { continue }
                pairs.append((expert, split))
            }
        }
        return pairs
    }
}
