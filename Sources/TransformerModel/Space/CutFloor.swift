import Training

/// What the played pipeline of a cut takes at least, from what is known of all cuts: M microbatches, Σ and x the
/// seconds of all stages and of the slowest for one microbatch.
///
/// All take M·x. `PipelineFloor` has besides, for every stage k, with a share α of each stage that comes before the
/// first pass of the next (1 of whole backward passes, the forward share of split ones, of one chunk in v),
///
///     α·Σ before k + M·t,   and Σ + (M − 1)·t − (lead − 1)·F for whole backward passes and one chunk a stage,
///
/// where F ≤ t/3 + transfer/6, as a third of an element is forward and half of a transfer. The largest over k is at
/// least the mean of all, weighted so that the seconds of every stage count alike, and at least that of the slowest
/// with the most leads.
struct CutFloor {
    private let microbatches: Double
    /// Whether the last bound holds.
    private let isWhole: Bool
    /// What Σ counts in the weighted mean of the first bounds, and what is not before the next stage for certain.
    private let sumWeight: Double
    private let ends: Double
    /// (M − 1) − (lead − 1)/3 with the most leads, and the harmonic mean of all over the stages, divided by them.
    private var slowestWeight = 0.0
    private var evenWeight = 0.0
    /// What transfers take off at most.
    private var offset = 0.0
    /// The formula is at most so many times the seconds of the slowest stage above M·x.
    private let spare: Double

    /// Takes a layout with its schedule.
    /// - Parameters:
    ///   - layout: degrees, schedule and chunks.
    ///   - costs: of its block.
    ///   - transfer: seconds of a stage's transfers for one microbatch.
    init(_ layout: TrainingLayout, costs: BlockCosts, transfer: Double) {
        let shape = PipelineShape(layout)
        microbatches = Double(layout.microbatches)
        let weights = StageBalance.weights(layout)
        let chunks = Double(layout.chunks)
        let isInOnePiece = layout.schedule.isBackwardWhole
        isWhole = layout.chunks == 1 && isInOnePiece
        spare = weights.slowest + weights.all * Double(layout.pipeline) - microbatches
        sumWeight = Self.sumWeight(
            share: isInOnePiece ? 1 / chunks : 1 / (3 * chunks), stages: layout.pipeline,
            microbatches: layout.microbatches)
        ends = layout.schedule.placement.hasEndsTogether ? costs.embedding.total + costs.head.total : 0
        guard isWhole else { return }
        let share = 1.0 / 3
        let leads = (0..<layout.pipeline).map { Double(shape.chunksInFlight(stage: $0)) }
        let most = (leads.max() ?? 1) - 1
        slowestWeight = max(0, microbatches - 1 - most * share)
        offset = most * (0.5 - share) * transfer
        let terms = leads.map { microbatches - 1 - ($0 - 1) * share }
        if terms.allSatisfy({ $0 > 0 }) { evenWeight = 1 / terms.reduce(0) { $0 + 1 / $1 } }
    }

    /// What the seconds of all stages count, where each puts off the next by a share α of its own and none works less
    /// than M times its seconds:
    ///
    ///     max over k of (α·Σ before k + M·t) >= α / (1 − (1 − α/M)^p) · Σ
    static func sumWeight(share: Double, stages: Int, microbatches: Int) -> Double {
        let kept = 1 - share / Double(microbatches)
        var power = 1.0
        for _ in 0..<stages { power *= kept }
        return share / (1 - power)
    }

    /// Seconds of the pipeline of cuts with such stages.
    func pipeline(slowest: Double, all: Double) -> Double {
        let least = max(microbatches * slowest, sumWeight * (all - ends))
        guard isWhole else { return least }
        return max(least, all - offset + max(slowestWeight * slowest, evenWeight * all))
    }

    /// Seconds that the slowest stage takes at most in a pipeline of given seconds.
    func slowest(pipeline: Double, all: Double) -> Double {
        let most = pipeline / microbatches
        guard isWhole, slowestWeight > 0 else { return most }
        return min(most, (pipeline - all + offset) / slowestWeight)
    }

    /// Seconds by the formula of no cut whose pipeline takes at most so many.
    func formula(pipeline: Double) -> Double {
        let slowest = pipeline / microbatches
        guard isWhole else { return pipeline + spare * slowest }
        return pipeline + offset + max(0, microbatches - 1 - slowestWeight) * slowest
    }

    /// Seconds that the pipeline of a cut is not below which takes so many by the formula.
    func pipeline(formula: Double, all: Double) -> Double {
        let least = formula * microbatches / (microbatches + spare)
        guard isWhole, microbatches > 1 else { return least }
        // Σ + (M − 1)·x is the formula, and no cut has a smaller Σ.
        let slowest = max(0, formula - all) / (microbatches - 1)
        return max(least, formula - offset - max(0, microbatches - 1 - slowestWeight) * slowest)
    }
}
