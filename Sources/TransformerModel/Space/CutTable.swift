import Optimization
import Training

/// The ways to cut a model into a pipeline: degree, schedule, chunks.
struct CutTable: Sendable {
    /// One way.
    struct Cut: Sendable {
        var schedule: LayoutSchedule
        var chunks: Int
        /// How layers are spread, even or with the ends counted; balanced stages start from even ones.
        var spread: LayerSpread
        var stages: StageTable
        /// Layers of the largest stage.
        var mostLayers: Int
        /// Choices of recomputation.
        var recomputations: Int
        /// Whether stages may be cut unevenly.
        var isOpen: Bool

        /// Whether the cut stands for a choice of stages.
        func belongs(to stages: LayoutLimits.StageChoice) -> Bool {
            switch stages {
            case .even: spread == .even
            case .countingEnds: spread == .countingEnds
            case .balanced: isOpen
            }
        }

        /// Leaves for one choice of sharding: recomputations, or the one best cut.
        func leaves(_ stages: LayoutLimits.StageChoice) -> Int {
            guard belongs(to: stages) else { return 0 }
            return stages == .balanced ? 1 : recomputations
        }
    }

    /// Pipeline degrees, ascending.
    let pipelines: [Int]
    private let cutsOfPipeline: [[Cut]]
    private let indexOfPipeline: [Int: Int]
    /// Leaves of a pipeline degree by choice of stages, for one choice of sharding; those of DualPipe, which
    /// is always even, apart.
    private let counts: [(byChoice: [Int], dualPipe: Int)]
    private let allowedData: [Int]?
    /// Whether DualPipe may be chosen.
    let hasDualPipe: Bool

    /// Lists the ways; where the clock ends first, some are missing.
    init(model: Transformer, gpus: Int, limits: LayoutLimits, clock: SearchClock = .unlimited) {
        let most = min(model.layers, gpus)
        pipelines = (limits.pipeline ?? Array(1...most)).filter { (1...most).contains($0) }.sorted()
        cutsOfPipeline = pipelines.map { Self.cuts(model: model, pipeline: $0, limits: limits, clock) }
        indexOfPipeline = Dictionary(
            pipelines.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
        counts = cutsOfPipeline.map { cuts in
            let byChoice = LayoutLimits.StageChoice.allCases.map { choice in
                cuts.reduce(0) { $0 + ($1.schedule == .dualPipe ? 0 : $1.leaves(choice)) }
            }
            return (byChoice, cuts.reduce(0) { $0 + ($1.schedule == .dualPipe ? $1.leaves(.even) : 0) })
        }
        allowedData = limits.data
        hasDualPipe = limits.schedules.contains(.dualPipe)
    }

    /// The cuts of a pipeline degree that are legal with some microbatches and stand for a choice of stages.
    func cuts(pipeline: Int, microbatches: Int, stages: LayoutLimits.StageChoice) -> [Cut] {
        guard let index = indexOfPipeline[pipeline] else { return [] }
        let takes = Self.takesDualPipe(pipeline: pipeline, microbatches: microbatches)
        return cutsOfPipeline[index].filter {
            $0.belongs(to: stages) && (takes || $0.schedule != .dualPipe)
        }
    }

    /// Leaves of a pipeline degree for one choice of sharding.
    func leaves(pipeline: Int, microbatches: Int, stages: LayoutLimits.StageChoice) -> Int {
        guard let index = indexOfPipeline[pipeline],
            let choice = LayoutLimits.StageChoice.allCases.firstIndex(of: stages)
        else { return 0 }
        let count = counts[index]
        let takes = stages == .even && Self.takesDualPipe(pipeline: pipeline, microbatches: microbatches)
        return count.byChoice[choice] + (takes ? count.dualPipe : 0)
    }

    /// The least share of the bubble that any cut of a pipeline degree leaves.
    func leastBubble(pipeline: Int) -> Double {
        guard pipeline > 1, let index = indexOfPipeline[pipeline] else { return 0 }
        return cutsOfPipeline[index].reduce(1) {
            min(
                $0,
                TransformerStepModel.leastBubble($1.schedule, pipeline: pipeline, chunks: $1.chunks))
        }
    }

    /// Whether DualPipe is among the schedules of a pipeline degree with some microbatches.
    func mayTakeDualPipe(pipeline: Int, microbatches: Int) -> Bool {
        hasDualPipe && Self.takesDualPipe(pipeline: pipeline, microbatches: microbatches)
    }

    /// Data degrees that divide a number and may be chosen, ascending.
    func dataDegrees(dividing number: Int) -> [Int] {
        let all = Divisors.all(of: number)
        guard let allowedData else { return all }
        return all.filter(allowedData.contains)
    }

    private static func takesDualPipe(pipeline: Int, microbatches: Int) -> Bool {
        pipeline.isMultiple(of: 2) && microbatches.isMultiple(of: 2) && microbatches >= 2 * pipeline
    }

    private static func cuts(
        model: Transformer, pipeline: Int, limits: LayoutLimits, _ clock: SearchClock
    ) -> [Cut] {
        var cuts: [Cut] = []
        for schedule in limits.schedules {
            guard pipeline > 1 || schedule == .oneForwardOneBackward else { continue }
            if schedule == .dualPipe, !pipeline.isMultiple(of: 2) { continue }
            for spread in [LayerSpread.even, .countingEnds] {
                // Embedding, head and multi-token depths are counted beside the layers.
                let elements = spread == .even ? model.layers : model.layers + 2 + model.multiTokenDepth
                let most = schedule == .dualPipe ? 2 : elements / pipeline
                let range = schedule.chunkRange.clamped(to: 1...max(1, most))
                for chunks in range where schedule.chunkRange.contains(chunks) {
                    guard !clock.isOver else { return cuts }
                    if let allowed = limits.chunks, !allowed.contains(chunks) { continue }
                    var layout = TrainingLayout(
                        pipeline: pipeline, chunks: chunks, schedule: schedule, spread: spread)
                    // No data degree: the stages do not depend on it.
                    layout.globalBatch = 1
                    guard spread == .even || isOther(layout, model) else { continue }
                    cuts.append(cut(layout, model: model, limits: limits))
                }
            }
        }
        return cuts
    }

    /// Whether counting the ends cuts a model otherwise than even stages do.
    private static func isOther(_ layout: TrainingLayout, _ model: Transformer) -> Bool {
        guard layout.pipeline > 1, layout.schedule != .dualPipe else { return false }
        var even = layout
        even.spread = .even
        return layout.cutCount > model.layers
            || layout.layersByChunk(of: model) != even.layersByChunk(of: model)
    }

    private static func cut(_ layout: TrainingLayout, model: Transformer, limits: LayoutLimits) -> Cut {
        let stages = StageTable(layout, model: model)
        let mostLayers = stages.mostLayers
        let counts = limits.recomputation.map { choice in
            choice == .layers ? max(0, mostLayers - 1) : 1
        }
        let isOpen =
            layout.spread == .even
            && StageBalance.isOpen(
                layout.schedule, pipeline: layout.pipeline, kinds: stages.kinds,
                choices: StageBalance.Choices(limits))
        return Cut(
            schedule: layout.schedule, chunks: layout.chunks, spread: layout.spread, stages: stages,
            mostLayers: mostLayers, recomputations: counts.reduce(0, +), isOpen: isOpen)
    }
}
