import Strategy
import TransformerCost
import Workload

/// The ways to cut a model into a pipeline: degree, schedule, chunks.
struct CutTable: Sendable {
    /// One way.
    struct Cut: Sendable {
        var schedule: LayoutSchedule
        var chunks: Int
        var stages: StageTable
        /// Layers of the largest stage.
        var mostLayers: Int
        /// Choices of recomputation.
        var recomputations: Int
        /// Whether stages may be cut unevenly.
        var isOpen: Bool

        /// Leaves for one choice of sharding: recomputations of even stages, or the one best cut.
        func leaves(_ stages: LayoutLimits.StageChoice) -> Int {
            switch stages {
            case .even: recomputations
            case .balanced: isOpen ? 1 : 0
            }
        }
    }

    /// Pipeline degrees, ascending.
    let pipelines: [Int]
    private let cutsOfPipeline: [[Cut]]
    private let indexOfPipeline: [Int: Int]
    /// Leaves of a pipeline degree with even and with balanced stages, for one choice of sharding; those of
    /// DualPipe, which is always even, apart.
    private let counts: [(even: Int, balanced: Int, dualPipe: Int)]
    private let allowedData: [Int]?
    /// Whether DualPipe may be chosen.
    let hasDualPipe: Bool

    init(model: Transformer, gpus: Int, limits: LayoutLimits) {
        let most = min(model.layers, gpus)
        pipelines = (limits.pipeline ?? Array(1...most)).filter { (1...most).contains($0) }.sorted()
        cutsOfPipeline = pipelines.map { Self.cuts(model: model, pipeline: $0, limits: limits) }
        indexOfPipeline = Dictionary(
            pipelines.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
        counts = cutsOfPipeline.map { cuts in
            cuts.reduce(into: (0, 0, 0)) { sum, cut in
                if cut.schedule == .dualPipe {
                    sum.2 += cut.leaves(.even)
                } else {
                    sum.0 += cut.leaves(.even)
                    sum.1 += cut.leaves(.balanced)
                }
            }
        }
        allowedData = limits.data
        hasDualPipe = limits.schedules.contains(.dualPipe)
    }

    /// The cuts of a pipeline degree that are legal with some microbatches.
    func cuts(pipeline: Int, microbatches: Int) -> [Cut] {
        guard let index = indexOfPipeline[pipeline] else { return [] }
        if Self.takesDualPipe(pipeline: pipeline, microbatches: microbatches) { return cutsOfPipeline[index] }
        return cutsOfPipeline[index].filter { $0.schedule != .dualPipe }
    }

    /// Leaves of a pipeline degree for one choice of sharding.
    func leaves(pipeline: Int, microbatches: Int, stages: LayoutLimits.StageChoice) -> Int {
        guard let index = indexOfPipeline[pipeline] else { return 0 }
        let count = counts[index]
        guard stages == .even else { return count.balanced }
        let takes = Self.takesDualPipe(pipeline: pipeline, microbatches: microbatches)
        return count.even + (takes ? count.dualPipe : 0)
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

    private static func cuts(model: Transformer, pipeline: Int, limits: LayoutLimits) -> [Cut] {
        var cuts: [Cut] = []
        for schedule in limits.schedules {
            guard pipeline > 1 || schedule == .oneForwardOneBackward else { continue }
            let most = schedule == .dualPipe ? 2 : model.layers / pipeline
            let range = schedule.chunkRange.clamped(to: 1...max(1, most))
            for chunks in range where schedule.chunkRange.contains(chunks) {
                if let allowed = limits.chunks, !allowed.contains(chunks) { continue }
                if schedule == .dualPipe, !pipeline.isMultiple(of: 2) { continue }
                var layout = TrainingLayout(pipeline: pipeline, chunks: chunks, schedule: schedule)
                // No data degree: the stages do not depend on it.
                layout.globalBatch = 1
                let stages = StageTable(layout, model: model)
                let mostLayers = stages.mostLayers
                let counts = limits.recomputation.map { choice in
                    choice == .layers ? max(0, mostLayers - 1) : 1
                }
                let isOpen = StageBalance.isOpen(
                    schedule, pipeline: pipeline, kinds: stages.kinds, choices: StageBalance.Choices(limits))
                cuts.append(
                    Cut(
                        schedule: schedule, chunks: chunks, stages: stages, mostLayers: mostLayers,
                        recomputations: counts.reduce(0, +), isOpen: isOpen))
            }
        }
        return cuts
    }
}
