import Partition
import Quantities
import Strategy
import TransformerCost
import Workload

/// Cuts a model into stages that may be unequal, and chooses how many layers each of them recomputes.
///
/// Embedding, head and layers of several kinds make stages of equal counts unequal in time, and the first
/// stages of a pipeline hold the most microbatches. `Partition` finds the cut whose pipeline takes least time
/// and fits; the step it prices is the cost model's own. With share β of the other stages' time as bubble,
///
///     M·max t + β·(Σ t − max t) = β·(Σ t + (M/β − 1)·max t),
///
/// which is the formula of one forward, one backward with M/β microbatches. Layers of several kinds are cut
/// as one run a stage; with several chunks a stage only layers of one kind are, as then their order does
/// not matter. Chunks of unequal length wait for one another, which the formula does not see: such a cut is
/// taken only where the schedule, played pass by pass, bears the formula out. DualPipe's stages are left even.
struct StageBalance {
    let model: TransformerStepModel

    /// How layers may be kept.
    struct Choices: Hashable, Sendable {
        /// Whether a layer may be kept whole, and whether it may be recomputed.
        var keeps: Bool
        var recomputes: Bool

        init(_ limits: LayoutLimits) {
            keeps = limits.recomputation.contains(.nothing)
            recomputes = limits.recomputation.contains(.layers)
        }
    }

    /// Pipelines of even stages that fit are improved on by at least rounding; where they do not fit, cuts of up
    /// to so many times their pipeline are looked for.
    static let shorter = 1 - 1e-9
    static let longest = 4.0

    /// Share by which the played pipeline of a cut with several chunks may be longer than the formula says.
    private static let unseen = 0.01
    /// Passes of a schedule above which it is not played, and no such cut taken.
    private static let mostPasses = 300_000

    /// Whether a schedule's stages can be cut.
    static func isOpen(
        _ schedule: LayoutSchedule, pipeline: Int, kinds: Int, choices: Choices
    ) -> Bool {
        guard pipeline > 1, choices.keeps else { return false }
        switch schedule {
        case .oneForwardOneBackward, .zeroBubbleH1, .zeroBubbleH2: return true
        case .interleaved, .zeroBubbleV: return kinds == 1
        case .gpipe, .dualPipe: return false
        }
    }

    /// What no cut of a layout passes, memory included.
    func floor(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, choices: Choices
    ) -> StageFloor {
        let chain = model.chainCosts(layout, costs: costs, stages: stages)
        return StageFloor(
            chain: chain, room: model.allocatableBytes - chain.fixedBytes.lowerBound,
            inFlight: (0..<layout.pipeline).map { model.chunksInFlight(layout, stage: $0) },
            chunks: Double(layout.chunks), hasEndsTogether: layout.schedule == .zeroBubbleV,
            recomputes: choices.recomputes)
    }

    /// Seconds of a step's pipeline from the time of the slowest stage and of all of them.
    static func pipeline(_ layout: TrainingLayout, slowest: Double, all: Double) -> Double {
        let weights = weights(layout)
        return weights.slowest * slowest + weights.all * max(slowest, all)
    }

    /// Seconds that the slowest stage takes for one microbatch in a pipeline of given seconds.
    static func slowest(_ layout: TrainingLayout, pipeline: Double, all: Double) -> Double {
        let weights = weights(layout)
        return (pipeline - weights.all * all) / max(1e-9, weights.slowest)
    }

    /// What the slowest stage and all stages together count in the pipeline's time.
    private static func weights(_ layout: TrainingLayout) -> (slowest: Double, all: Double) {
        let share = TransformerStepModel.leastBubble(
            layout.schedule, pipeline: layout.pipeline, chunks: layout.chunks)
        // Fewer microbatches than stages leave each further chunk waiting.
        let isShort = layout.schedule == .interleaved && layout.microbatches < layout.pipeline
        let waits = isShort ? (layout.pipeline - layout.microbatches) * (layout.chunks - 1) : 0
        return (Double(layout.microbatches) + Double(waits) / Double(layout.chunks) - share, share)
    }

    /// The layout with its stages cut for the shortest pipeline.
    /// - Parameters:
    ///   - layout: stages even, nothing recomputed.
    ///   - costs: of its block.
    ///   - stages: even ones.
    ///   - choices: how layers may be kept.
    ///   - transfer: seconds of a stage's transfers for one microbatch.
    ///   - limit: seconds of the pipeline above which no cut matters.
    /// - Returns: the layout; nil where no cut fits below the limit.
    func balanced(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, choices: Choices, transfer: Double,
        limit: Double
    ) -> TrainingLayout? {
        let chain = model.chainCosts(layout, costs: costs, stages: stages)
        // The formula counts all stages once, hence the share of the bubble as unit; transfers are alike.
        let weights = Self.weights(layout)
        let weight = Int((weights.slowest / weights.all).rounded()) + 1
        let transfers = Self.pipeline(layout, slowest: transfer, all: Double(layout.pipeline) * transfer)
        let longest = Seconds((limit - transfers) / weights.all)
        // Whether some layer is recomputed is known only afterwards, and so is the room that it works in.
        for working in [0, chain.workingBytes] {
            let problem = problem(layout, chain, weight: weight, choices: choices, working: working)
            guard let problem,
                let cut = try? Partitioner.partition(of: problem, below: longest)
            else { return nil }
            let result = cutLayout(layout, cut)
            let memory = model.memory(
                result, costs: costs, stages: StageTable(result, model: model.job.model))
            guard model.fits(memory) else { continue }
            let pipeline = cut.stepTime.value * weights.all + transfers
            return result.chunks == 1 || isBorneOut(result, pipeline: pipeline) ? result : nil
        }
        return nil
    }

    /// Whether a layout's pipeline, played, takes as long as its formula.
    private func isBorneOut(_ layout: TrainingLayout, pipeline: Double) -> Bool {
        guard 3 * layout.microbatches * layout.pipeline * layout.chunks <= Self.mostPasses,
            let played = try? model.playedPipeline(layout)
        else { return false }
        return played.value <= (1 + Self.unseen) * pipeline
    }

    private func problem(
        _ layout: TrainingLayout, _ chain: ChainCosts, weight: Int, choices: Choices, working: Double
    ) -> PipelineProblem? {
        let memory = model.allocatableBytes - chain.fixedBytes.upperBound - working
        guard memory > 0 else { return nil }
        let chunks = Double(layout.chunks)
        func kind(_ name: String, _ element: ChainCosts.Element, isLayer: Bool) -> Partition.LayerKind {
            var treatments = [
                ActivationTreatment(
                    name: Self.keep, extra: .zero, resident: Bytes(element.keptBytes / chunks))
            ]
            if isLayer, choices.recomputes {
                treatments.append(
                    ActivationTreatment(
                        name: Self.recompute, extra: Seconds(element.extraSeconds),
                        resident: Bytes(element.recomputedBytes / chunks)))
            }
            return Partition.LayerKind(
                name: name, forward: Seconds(element.seconds), backward: .zero,
                state: Bytes(element.stateBytes), treatments: treatments)
        }
        var kinds = chain.layers.enumerated().map { kind(Self.layer + "\($0)", $1, isLayer: true) }
        var runs = chain.order.reduce(into: [LayerRun]()) { runs, entry in
            if let last = runs.last, last.kind == entry {
                runs[runs.count - 1] = LayerRun(kind: entry, count: last.count + 1)
            } else {
                runs.append(LayerRun(kind: entry, count: 1))
            }
        }
        func append(_ name: String, _ element: ChainCosts.Element, at place: Int) {
            runs.insert(LayerRun(kind: kinds.count, count: 1), at: place)
            kinds.append(kind(name, element, isLayer: false))
        }
        if layout.schedule == .zeroBubbleV {
            append("ends", chain.bothEnds, at: 0)
        } else {
            append("embedding", chain.embedding, at: 0)
            append("head", chain.head, at: runs.count)
        }
        var problem = PipelineProblem(
            chain: LayerChain(kinds: kinds, runs: runs), stages: layout.pipeline, microbatches: weight,
            machine: StageMachine(memory: Bytes(memory)))
        problem.inFlight = (0..<layout.pipeline).map { model.chunksInFlight(layout, stage: $0) }
        return problem
    }

    private static let keep = "keep"
    private static let recompute = "recompute"
    private static let layer = "layer "

    /// The layout that a cut describes.
    private func cutLayout(_ layout: TrainingLayout, _ cut: PipelinePartition) -> TrainingLayout {
        var result = layout
        let counts = cut.stages.map { Self.count($0) { $0.kind.hasPrefix(Self.layer) } }
        let recomputed = cut.stages.map { Self.count($0) { $0.treatment == Self.recompute } }
        result.spread = .given(Self.chunkCounts(counts, layout))
        result.recomputation = recomputed.allSatisfy { $0 == 0 } ? .nothing : .layersByStage(recomputed)
        return result
    }

    private static func count(_ stage: StageAssignment, where counts: (TreatedLayers) -> Bool) -> Int {
        stage.treated.filter(counts).reduce(0) { $0 + $1.count }
    }

    /// A stage's layers dealt to its chunks as evenly as it goes, in the order a microbatch passes the chunks.
    static func chunkCounts(_ stages: [Int], _ layout: TrainingLayout) -> [Int] {
        let chunks = layout.chunks
        return (0..<(layout.pipeline * chunks)).map { position in
            let pass = position / layout.pipeline
            let offset = position % layout.pipeline
            let isBack = layout.schedule == .zeroBubbleV && pass == 1
            let stage = isBack ? layout.pipeline - 1 - offset : offset
            return stages[stage] / chunks + (pass < stages[stage] % chunks ? 1 : 0)
        }
    }
}
