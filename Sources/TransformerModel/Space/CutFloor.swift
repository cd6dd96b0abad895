import Foundation
import Training

/// What the played pipeline of a cut takes at least, from what is known of all cuts: M microbatches, Σ and x the
/// seconds of all stages and of the slowest for one microbatch.
///
/// All take M·x. `PipelineFloor` has besides, for every stage k, with a share α of each stage that comes before the
/// first pass of the next (1 of whole backward passes, 1/3 of split ones, of one chunk in v), and for one chunk a stage
///
///     α·Σ before k + M·t
///     Σ + (M − 1)·t − (lead − 1)·F                       whole backward passes
///     Σ F + Σ behind k (t − F)/2 + M·t − lead·F          split ones
///
/// where F is a third of what a stage keeps and half of its transfers, so that F ≤ t/3 + transfer/6. The largest over k
/// is at least the mean of all, weighted so that the seconds of every stage count alike, and at least that of the
/// slowest with the most leads: with β the formula's share of the bubble,
///
///     β·Σ + max(w·x, w′·Σ) − offset
struct CutFloor {
    private let microbatches: Double
    /// What the slowest stage and all of them count in the formula.
    private let formula: (slowest: Double, all: Double)
    /// What Σ counts in the weighted mean of the first bounds, and what is not before the next stage for certain.
    private let sumWeight: Double
    private let ends: Double
    /// w and w′ of the others; nil for several chunks.
    private var weights: (slowest: Double, all: Double)?
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
        formula = StageBalance.weights(layout)
        spare = formula.slowest + formula.all * Double(layout.pipeline) - microbatches
        let isWhole = layout.schedule.isBackwardWhole
        sumWeight = Self.sumWeight(
            share: (isWhole ? 1 : 1.0 / 3) / Double(layout.chunks), stages: layout.pipeline,
            microbatches: layout.microbatches)
        ends = layout.schedule.placement.hasEndsTogether ? costs.embedding.total + costs.head.total : 0
        let leads = (0..<layout.pipeline).compactMap { shape.forwardsAhead(stage: $0).map(Double.init) }
        guard leads.count == layout.pipeline, let most = leads.max() else { return }
        // What counts of a stage's own seconds, and of those behind it.
        let own = leads.map { isWhole ? microbatches - 1 - ($0 - 1) / 3 : microbatches - $0 / 3 }
        let behind = isWhole ? 0 : 1.0 / 3
        offset = transfer * (isWhole ? (most - 1) / 6 : most / 6 + Double(layout.pipeline) / 12)
        guard own.allSatisfy({ $0 > 0 }) else { return }
        // Weights so that every stage counts alike, up to a factor that makes them add up to one.
        let sum = own.reduce(0.0) { $0 + (1 - behind * $0) / $1 }
        weights = (own.min() ?? 0, sum > 0 ? 1 / sum : 0)
    }

    /// What the seconds of all stages count where each puts off the next by a share of its own.
    ///
    /// No stage works less than M times its seconds, so that
    ///
    ///     max over k of (α·Σ before k + M·t) >= α / (1 − (1 − α/M)^p) · Σ
    static func sumWeight(share: Double, stages: Int, microbatches: Int) -> Double {
        share / -expm1(Double(stages) * log1p(-share / Double(microbatches)))
    }

    /// Seconds of the pipeline of cuts with such stages.
    func pipeline(slowest: Double, all: Double) -> Double {
        let least = max(microbatches * slowest, sumWeight * (all - ends))
        guard let weights else { return least }
        return max(least, formula.all * all - offset + max(weights.slowest * slowest, weights.all * all))
    }

    /// Seconds that the slowest stage takes at most in a pipeline of given seconds.
    func slowest(pipeline: Double, all: Double) -> Double {
        let most = pipeline / microbatches
        guard let weights else { return most }
        return min(most, (pipeline - formula.all * all + offset) / weights.slowest)
    }

    /// Seconds by the formula of no cut whose pipeline takes at most so many.
    func formula(pipeline: Double) -> Double {
        let slowest = pipeline / microbatches
        guard let weights else { return pipeline + spare * slowest }
        return pipeline + offset + max(0, formula.slowest - weights.slowest) * slowest
    }
}
