import Optimization
import Training

/// The blocks of a space by number: each with the seconds that bound its layouts, its costs priced when asked for.
///
/// Blocks of the same tensor, sequence, context and expert degrees follow one another, one for each microbatch
/// size.
struct BlockList: Sendable {
    private let model: TransformerStepModel
    /// Degrees of blocks some of whose microbatch sizes are listed.
    private let shapes: [TrainingLayout]
    /// What the whole model holds on a rank of each of them, with microbatches of one sequence, and its weights.
    private let held: [HeldByModel]
    private let parameters: [ParameterTable]
    /// Sequences in a microbatch.
    let microbatches: [Int]
    /// Data degrees for each microbatch size, ascending.
    private let dataDegrees: [[StretchTable.DataDegree]]
    /// A block that is listed.
    private struct Entry: Sendable {
        var shape: Int32
        var size: Int32
        var seconds: BlockSeconds.Sum
        /// What recomputing the layer that there are most of adds.
        var again: Double
    }

    private let entries: [Entry]
    /// Whether a layout of some block may be within the limit.
    var mayBeInTime: Bool { !entries.isEmpty }

    /// Numbers of the blocks.
    var indices: Range<Int> { entries.indices }

    /// Lists them; where the clock ends first, some are missing.
    ///
    /// Blocks none of whose layouts is within the limit are left out. Most are found without their price: by what one rank
    /// takes that works on the whole batch at once (``TransformerStepModel/leastBlockWork(globalBatch:shardings:)``),
    /// then by what their own ranks take for it, and of those left by what they take without their experts.
    init(
        floor: BlockFloor, splits: BlockSplits, spreads known: KnownSpreads, globalBatch: Int,
        limits: LayoutLimits, limit: Double = .infinity, clock: SearchClock
    ) {
        let model = floor.model
        self.model = model
        let whole = StageTable(TrainingLayout(), model: model.job.model)
        let microbatches = Self.microbatches(limits, globalBatch)
        self.microbatches = microbatches
        let dataDegrees = microbatches.map { floor.stretches.dataDegrees(microbatch: $0) }
        self.dataDegrees = dataDegrees
        var shapes: [TrainingLayout] = []
        var held: [HeldByModel] = []
        var parameters: [ParameterTable] = []
        var entries: [Entry] = []
        let placement = model.placement
        let precision = model.job.precision
        let oneRank = model.leastBlockSeconds(globalBatch: globalBatch, shardings: limits.sharding)
        /// Whether some layout may be: with any choice of stages, which one look says, or with one of them.
        func isInTime(
            _ seconds: BlockSeconds.Sum, inner: Int, size: Int, room: HeldByModel? = nil,
            byChoice: Bool = false
        ) -> Bool {
            guard limit < .infinity else { return true }
            let work = TransformerSpace.BlockWork(
                seconds, microbatch: microbatches[size], inner: inner, globalBatch: globalBatch)
            func isInTime(_ choice: LayoutLimits.StageChoice?) -> Bool {
                floor.leastStep(
                    choice, work, degrees: dataDegrees[size], room: room, limit: limit, asksWhether: true)
                    <= limit
            }
            return isInTime(nil) && (!byChoice || limits.stages.contains(where: isInTime))
        }
        // What experts take of the memory is known only with their degrees.
        let mayLackRoom = limit < .infinity && model.job.model.experts == nil
        // By tensor × context ranks, the microbatch sizes that may be in time; none where there are none.
        var timely: [Int: [Bool]] = [:]
        func timelySizes(_ inner: Int) -> [Bool] {
            if let known = timely[inner] { return known }
            let sizes = microbatches.indices.map { size in
                let share = Double(microbatches[size]) / Double(inner * globalBatch)
                return isInTime(oneRank.scaled(by: share), inner: inner, size: size, byChoice: true)
            }
            timely[inner] = sizes.contains(true) ? sizes : []
            return timely[inner] ?? []
        }
        splits.forEach(
            gpus: floor.gpus, globalBatch: globalBatch, isWanted: { !timelySizes($0).isEmpty }
        ) { split, experts in
            guard !clock.isOver else { return }
            var layout = split
            let inner = layout.tensor * layout.context
            let isTimely = timelySizes(inner)
            layout.microbatch = 1
            let heldAlone = mayLackRoom ? model.held(layout, whole: whole) : nil
            // With the batch as one microbatch first: what is lost once for each is lost once then.
            let spreads = known.block(layout, placement)
            layout.microbatch = globalBatch
            let atOnce = model.blockSeconds(layout, spreads, shardings: limits.sharding).least
                .scaled(by: 1 - 1e-9)
            let shared = microbatches.indices.map { size -> BlockSeconds? in
                guard isTimely[size] else { return nil }
                let share = Double(microbatches[size]) / Double(globalBatch)
                guard isInTime(atOnce.scaled(by: share), inner: inner, size: size) else { return nil }
                layout.microbatch = microbatches[size]
                if let heldAlone {
                    let room = heldAlone.scaled(microbatch: microbatches[size])
                    guard
                        isInTime(
                            atOnce.scaled(by: share), inner: inner, size: size, room: room, byChoice: true)
                    else { return nil }
                }
                let seconds = model.blockSeconds(layout, spreads, shardings: limits.sharding)
                return isInTime(seconds.least, inner: inner, size: size, byChoice: true) ? seconds : nil
            }
            guard shared.contains(where: { $0 != nil }) else { return }
            for (expert, expertTensor) in experts {
                guard !clock.isOver else { return }
                layout.expert = expert
                layout.expertTensor = expertTensor
                let spreads = known.block(layout, placement)
                let place = shapes.count
                var heldByOne = heldAlone
                for (size, shared) in shared.enumerated() {
                    guard let shared else { continue }
                    layout.microbatch = microbatches[size]
                    let key = BlockKey(layout, precision: precision)
                    let seconds = shared.sum(key, spreads)
                    // First without room, for which all weights are counted.
                    guard mayLackRoom || isInTime(seconds, inner: inner, size: size) else { continue }
                    layout.microbatch = 1
                    let alone = heldByOne ?? model.held(layout, whole: whole)
                    heldByOne = alone
                    guard
                        mayLackRoom
                            || isInTime(
                                seconds, inner: inner, size: size,
                                room: alone.scaled(microbatch: microbatches[size]), byChoice: true)
                    else { continue }
                    if shapes.count == place {
                        shapes.append(layout)
                        held.append(alone)
                        parameters.append(model.parameterTable(layout))
                    }
                    entries.append(
                        Entry(
                            shape: Int32(place), size: Int32(size), seconds: seconds,
                            again: shared.mainAgain(key, spreads)))
                }
            }
        }
        self.shapes = shapes
        self.held = held
        self.parameters = parameters
        self.entries = entries
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
            layout: layout, plain: plain, sharded: sharded, dataDegrees: dataDegrees(index).map(\.data))
    }

    /// Data degrees that go with a block's microbatch size, ascending.
    func dataDegrees(_ index: Int) -> [StretchTable.DataDegree] { dataDegrees[Int(entries[index].size)] }

    /// What the whole model holds on a rank of a block.
    func held(_ index: Int) -> HeldByModel {
        let entry = entries[index]
        return held[Int(entry.shape)].scaled(microbatch: microbatches[Int(entry.size)])
    }

    /// Weights of a block's ranks.
    func parameters(_ index: Int) -> ParameterTable { parameters[Int(entries[index].shape)] }

    /// Degrees and microbatch size of a block.
    func layout(_ index: Int) -> TrainingLayout {
        let entry = entries[index]
        var layout = shapes[Int(entry.shape)]
        layout.microbatch = microbatches[Int(entry.size)]
        return layout
    }

    /// Sequences in a microbatch of a block, and its tensor × context ranks.
    func ranks(_ index: Int) -> (microbatch: Int, inner: Int) {
        let entry = entries[index]
        let shape = shapes[Int(entry.shape)]
        return (microbatches[Int(entry.size)], shape.tensor * shape.context)
    }

    /// Seconds of all layers and ends of a block for one microbatch, and of its cheapest layer, nothing
    /// recomputed.
    func seconds(_ index: Int) -> BlockSeconds.Sum { entries[index].seconds }

    /// Seconds that recomputing its layer that there are most of adds to a microbatch.
    func again(_ index: Int) -> Double { entries[index].again }

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
        BlockSplits(of: job, limits: limits).forEach(gpus: gpus, globalBatch: globalBatch) { split, experts in
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
}
