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
///
/// What stages are made of says more: `FullestStages`.
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
    private let stages: Double
    private let transfer: Double
    /// Seconds of the cheapest layer.
    private let layer: Double
    private let fullest: FullestStages
    /// Layers that come before the last of the fullest stages.
    private let before: Double
    /// What the last of the fullest stages counts of its own seconds, wherever it is: w of the stages that it can be.
    private var fullestWeight = 0.0

    /// Takes a layout with its schedule.
    /// - Parameters:
    ///   - layout: degrees, schedule and chunks.
    ///   - costs: of its block.
    ///   - transfer: seconds of a stage's transfers for one microbatch.
    ///   - layers: of the model.
    init(_ layout: TrainingLayout, costs: BlockCosts, transfer: Double, layers: Int) {
        let shape = PipelineShape(layout)
        microbatches = Double(layout.microbatches)
        formula = StageBalance.weights(layout)
        spare = formula.slowest + formula.all * Double(layout.pipeline) - microbatches
        let isWhole = layout.schedule.isBackwardWhole
        sumWeight = Self.sumWeight(
            share: (isWhole ? 1 : 1.0 / 3) / Double(layout.chunks), stages: layout.pipeline,
            microbatches: layout.microbatches)
        ends = layout.schedule.placement.hasEndsTogether ? costs.embedding.total + costs.head.total : 0
        stages = Double(layout.pipeline)
        self.transfer = transfer
        layer = costs.leastLayerSeconds
        let fullest = FullestStages(layers: layers, pipeline: layout.pipeline)
        self.fullest = fullest
        before = fullest.before(share: (isWhole ? 1 : 1.0 / 3), chunks: layout.chunks)
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
        fullestWeight = own.dropFirst(fullest.stages - 1).min() ?? 0
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

    /// Seconds of the pipeline of every cut: some stage has a pth of all seconds and ⌈L/p⌉ layers.
    /// - Parameter all: seconds of all stages for one microbatch, transfers left out.
    /// - Returns: seconds that it takes at least.
    func pipeline(all: Double) -> Double {
        let passing = all + stages * transfer
        func least(layers: Int) -> Double {
            pipeline(slowest: max(all / stages, Double(layers) * layer) + transfer, all: passing)
        }
        let slowest = Double(fullest.layers) * layer + transfer
        var here = max(least(layers: fullest.layers), microbatches * slowest + before * layer)
        if weights != nil { here = max(here, formula.all * passing - offset + fullestWeight * slowest) }
        return min(here, least(layers: fullest.layers + 1))
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

/// The fullest stages of the cuts of L layers into p stages.
///
/// Some stage has x = ⌈L/p⌉ layers or more. Where none has more, at least L − p·(x − 1) have as many, and a microbatch comes
/// through all of these but the last before its last one.
struct FullestStages {
    /// Layers x.
    let layers: Int
    /// How many stages have so many, at the least, where none has more.
    let stages: Int

    /// Counts them.
    init(layers: Int, pipeline: Int) {
        let most = (layers + pipeline - 1) / pipeline
        self.layers = most
        stages = max(1, layers - pipeline * (most - 1))
    }

    /// Layers that a microbatch comes through before the last of them: those of first chunks, which have the most.
    /// - Parameters:
    ///   - share: what of a chunk's passes comes before the next chunk's.
    ///   - chunks: of a stage.
    /// - Returns: a number of layers, each with all its passes.
    func before(share: Double, chunks: Int) -> Double {
        Double(stages - 1) * share * Double((layers + chunks - 1) / chunks)
    }

    /// Layers that M microbatches come through, one after another, at the least: with `before` of them before the last of
    /// the fullest stages, or with one more on some stage.
    func passed(before: Double, microbatches: Double) -> Double {
        min(microbatches * Double(layers) + before, microbatches * Double(layers + 1))
    }
}
