import Optimization
import Training

/// Cuts a model into stages that may be unequal, and chooses how many layers each of them recomputes.
///
/// Embedding, head and layers of several kinds make stages of equal counts unequal in time, and the first
/// stages of a pipeline hold the most microbatches. `ChainProblem` finds the cut whose pipeline takes least time
/// and fits; the step it prices is the cost model's own. With share β of the other stages' time as bubble,
///
///     M·max t + β·(Σ t − max t) = β·(Σ t + (M/β − 1)·max t),
///
/// which is the formula of one forward, one backward with M/β microbatches. Layers of several kinds are cut
/// as one run a stage; with several chunks a stage only layers of one kind are, as then their order does
/// not matter. The formula chooses the cut; what the cut takes is its schedule played, as for every layout. Which
/// schedules take cuts is `Schedule.unequalStages`.
struct StageBalance {
    let model: TransformerStepModel

    /// How layers may be kept.
    struct Choices: Hashable, Sendable {
        /// Whether a layer may be kept whole, and whether it may be recomputed.
        var keeps: Bool
        var recomputes: Bool

        init(_ limits: LayoutLimits) {
            keeps = limits.recomputation.contains(.nothing)
            // Each stage has a number of its own.
            recomputes =
                limits.recomputation.contains(.layers) && limits.software.recomputedLayers == .byStage
        }
    }

    /// Pipelines of even stages that fit are improved on by at least rounding.
    static let shorter = 1 - 1e-9

    /// What became of the search for a cut.
    enum Outcome {
        /// No cut that fits has a pipeline below the limit.
        case nothing
        /// The clock ended the search.
        case interrupted
        /// A cut that fits below the limit. `shortest`: nil where no other has a shorter pipeline by the formula; else
        /// the seconds that none is below.
        case found(TrainingLayout, shortest: Double?)
        /// Nothing can be said but that no cut that fits is below so many seconds.
        case unsettled(shortest: Double)
    }

    /// Whether a schedule's stages can be cut.
    static func isOpen(
        _ schedule: Schedule, pipeline: Int, kinds: Int, choices: Choices
    ) -> Bool {
        guard pipeline > 1, choices.keeps else { return false }
        switch schedule.unequalStages {
        case .anyLayers: return true
        case .layersOfOneKind: return kinds == 1
        case .none: return false
        }
    }

    /// What no cut of a layout passes, memory included.
    /// - Parameters:
    ///   - layout: degrees, schedule and chunks.
    ///   - chain: what its elements cost.
    ///   - choices: how layers may be kept.
    /// - Returns: the floor.
    func floor(_ layout: TrainingLayout, chain: ChainCosts, choices: Choices) -> StageFloor {
        StageFloor(
            chain: chain, room: model.allocatableBytes - chain.fixedBytes.lowerBound,
            inFlight: Self.chunksInFlight(layout), chunks: Double(layout.chunks),
            hasEndsTogether: layout.schedule.placement.hasEndsTogether,
            recomputes: choices.recomputes)
    }

    /// Seconds of the slowest stage of the cut that `balanced` finds for one microbatch, transfers left out, at the least
    /// and at the most; lowered and raised by more than rounding.
    ///
    /// The time of all stages is the same in every cut of layers of one kind none of which is recomputed, so that the
    /// shortest pipeline by the formula is that of the quickest slowest stage. With the least room it is the first cut's,
    /// and with the most that of the last one, which is tried where the first does not fit.
    /// - Parameters:
    ///   - floor: of the layout.
    ///   - choices: how layers may be kept.
    ///   - even: seconds of all stages, shared evenly.
    ///   - most: seconds above which no cut matters.
    /// - Returns: seconds of the slowest stage at the least and at the most.
    func slowest(
        _ floor: StageFloor, choices: Choices, even: Double, most: Double
    ) -> (least: Double, most: Double) {
        guard floor.chain.layers.count == 1, !choices.recomputes else { return (even * (1 - 1e-9), most) }
        let fixed = floor.chain.fixedBytes
        let least = floor.leastSlowest(from: even * (1 - 1e-9), upTo: most)
        var roomy = floor
        roomy.room -= fixed.upperBound - fixed.lowerBound
        let last = roomy.room == floor.room ? least : roomy.leastSlowest(from: least, upTo: most)
        return (least * (1 - 1e-9), min(most, last * (1 + 1e-9)))
    }

    /// Most (chunk, microbatch) pairs in flight, by stage.
    private static func chunksInFlight(_ layout: TrainingLayout) -> [Int] {
        let shape = PipelineShape(layout)
        return (0..<layout.pipeline).map { shape.chunksInFlight(stage: $0) }
    }

    /// Seconds of a step's pipeline by the formula, from the time of the slowest stage and of all of them.
    static func pipeline(_ layout: TrainingLayout, slowest: Double, all: Double) -> Double {
        let weights = weights(layout)
        return weights.slowest * slowest + weights.all * max(slowest, all)
    }

    /// Seconds of a layout's pipeline by the formula, nothing recomputed.
    static func pipeline(
        _ layout: TrainingLayout, of model: TransformerStepModel, costs: BlockCosts, stages: StageTable,
        transfer: Double
    ) -> Double {
        var (slowest, all) = (0.0, 0.0)
        for entry in stages.classes {
            let seconds = model.stageSeconds(layout, entry, costs).total + transfer
            all += Double(entry.stages) * seconds
            slowest = max(slowest, seconds)
        }
        return pipeline(layout, slowest: slowest, all: all)
    }

    /// What the slowest stage and all stages together count in the pipeline's time.
    static func weights(_ layout: TrainingLayout) -> (slowest: Double, all: Double) {
        let share = layout.schedule.bubbleShare(stages: layout.pipeline, chunks: layout.chunks)
        let waits = PipelineShape(layout).chunksWaiting
        return (Double(layout.microbatches) + Double(waits) / Double(layout.chunks) - share, share)
    }

    /// The layout with its stages cut for the shortest pipeline.
    ///
    /// How much room the layers at work take is known only with the cut. So the first cut leaves none, or what a
    /// recomputed layer takes at least; if it fits it is the shortest, and if none is below the limit, none is.
    /// Otherwise cuts that leave more room are tried, and the first one's pipeline bounds them all from below.
    /// - Parameters:
    ///   - layout: stages even, nothing recomputed.
    ///   - costs: of its block.
    ///   - chain: what its elements cost.
    ///   - choices: how layers may be kept.
    ///   - transfer: seconds of a stage's transfers for one microbatch.
    ///   - limit: seconds of the pipeline by the formula above which no cut matters.
    ///   - clock: when the search must end.
    /// - Returns: the cut, or what is known of all cuts.
    func balanced(
        _ layout: TrainingLayout, costs: BlockCosts, chain: ChainCosts, choices: Choices, transfer: Double,
        limit: Double, clock: SearchClock = .unlimited
    ) -> Outcome {
        // The formula counts all stages once, hence the share of the bubble as unit; transfers are alike.
        let weights = Self.weights(layout)
        let weight = Int((weights.slowest / weights.all).rounded()) + 1
        let transfers = Self.pipeline(layout, slowest: transfer, all: Double(layout.pipeline) * transfer)
        let longest = (limit - transfers) / weights.all
        var shortest: Double?
        var found: (layout: TrainingLayout, pipeline: Double)?
        for room in rooms(chain, layout, choices) {
            let problem = problem(layout, chain, weight: weight, choices: choices, room: room)
            let cut = problem.shortest(within: longest) { clock.isOver }
            guard !clock.isOver else { return .interrupted }
            guard let cut else {
                if shortest == nil { return .nothing }
                continue
            }
            let pipeline = cut.stepSeconds * weights.all + transfers
            if shortest == nil { shortest = pipeline }
            if let found, found.pipeline <= pipeline { continue }
            let result = cutLayout(layout, cut, layers: chain.layers.count)
            let memory = model.memory(
                result, costs: costs, stages: StageTable(result, model: model.job.model))
            guard model.fits(memory) else { continue }
            found = (result, pipeline)
            if pipeline <= shortest ?? pipeline { break }
        }
        guard let shortest else { return .nothing }
        guard let found else { return .unsettled(shortest: shortest) }
        let isShortest = found.pipeline <= shortest * (1 + 1e-9)
        return .found(found.layout, shortest: isShortest ? nil : shortest)
    }

    /// Room that a cut leaves besides what adds up over elements.
    private struct Room {
        /// Bytes on every stage.
        var fixed: Double
        /// Bytes of each recomputed layer, for every microbatch in flight.
        var layer = 0.0
    }

    /// From the least room that any cut needs to enough for every one.
    ///
    /// The layers at work take w·r/n bytes on a stage that recomputes r of n layers, so at least w/N of each,
    /// with N the most layers of a stage, and about w over the layers of an even stage.
    private func rooms(_ chain: ChainCosts, _ layout: TrainingLayout, _ choices: Choices) -> [Room] {
        let layers = Double(chain.order.count)
        let others =
            layout.schedule.placement.hasEndsTogether ? layout.pipeline - 1 : max(0, layout.pipeline - 2)
        let most = max(1, layers - Double(others))
        let even = max(1, (layers / Double(layout.pipeline)).rounded(.down))
        let flight = Double(Self.chunksInFlight(layout).max() ?? 1)
        let working = choices.recomputes ? chain.workingBytes / flight * Double(layout.chunks) : 0
        // A stage of lighter layers works on those.
        let kept = chain.layers.map(\.keptBytes)
        let lightest = (kept.min() ?? 0) / max(1, kept.max() ?? 1)
        let fixed = chain.fixedBytes
        var rooms = [
            Room(fixed: fixed.lowerBound, layer: working * lightest / most),
            Room(fixed: fixed.upperBound, layer: working / even),
        ]
        if choices.recomputes { rooms.append(Room(fixed: fixed.upperBound + chain.workingBytes)) }
        return rooms
    }

    /// The chain of the model's elements: layers by kind, then embedding and head, or both at once.
    private func problem(
        _ layout: TrainingLayout, _ chain: ChainCosts, weight: Int, choices: Choices, room: Room
    ) -> ChainProblem {
        let chunks = Double(layout.chunks)
        func kind(_ element: ChainCosts.Element, isLayer: Bool) -> ChainProblem.Kind {
            var costs = element
            costs.keptBytes = element.keptBytes / chunks
            costs.recomputedBytes = (element.recomputedBytes + room.layer) / chunks
            return ChainProblem.Kind(
                costs: costs, recomputation: isLayer && choices.recomputes ? .allowed : .never)
        }
        let layers = chain.layers.count
        var kinds = chain.layers.map { kind($0, isLayer: true) }
        var order = [layers] + chain.order
        if layout.schedule.placement.hasEndsTogether {
            kinds.append(kind(chain.bothEnds, isLayer: false))
        } else {
            kinds.append(kind(chain.embedding, isLayer: false))
            kinds.append(kind(chain.head, isLayer: false))
            order.append(layers + 1)
        }
        return ChainProblem(
            kinds: kinds, order: order, microbatches: weight,
            inFlight: Self.chunksInFlight(layout),
            memory: model.allocatableBytes - room.fixed)
    }

    /// The layout that a cut describes; the first kinds are layers.
    private func cutLayout(_ layout: TrainingLayout, _ cut: ChainCut, layers: Int) -> TrainingLayout {
        var result = layout
        let held = cut.stages.map { $0.counts.prefix(layers) }
        let recomputed = held.map { $0.reduce(0) { $0 + $1.recomputed } }
        result.spread = .given(Self.chunkCounts(held.map { $0.reduce(0) { $0 + $1.all } }, layout))
        result.recomputation = recomputed.allSatisfy { $0 == 0 } ? .nothing : .layersByStage(recomputed)
        return result
    }

    /// A stage's layers dealt to its chunks as evenly as it goes, in the order a microbatch passes the chunks.
    static func chunkCounts(_ stages: [Int], _ layout: TrainingLayout) -> [Int] {
        let chunks = layout.chunks
        return (0..<(layout.pipeline * chunks)).map { position in
            let pass = position / layout.pipeline
            let offset = position % layout.pipeline
            let isBack = layout.schedule.placement == .turn && pass == 1
            let stage = isBack ? layout.pipeline - 1 - offset : offset
            return stages[stage] / chunks + (pass < stages[stage] % chunks ? 1 : 0)
        }
    }
}
