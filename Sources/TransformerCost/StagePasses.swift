import Pipeline
import Quantities
import Strategy
import Workload

extension TransformerStepModel {
    /// The times of every chunk of a layout's pipeline, for the schedule simulator.
    ///
    /// Forward passes take the forward share of a layer without recomputation; backward passes the rest, half
    /// of it for inputs and half for weights. Transfers hold their sender as long as nothing hides them.
    /// - Parameter layout: assumed legal.
    /// - Returns: times by place, chunk × stages + stage.
    /// - Throws: `ScheduleError` where a time is not a finite number.
    public func pipelineTimes(_ layout: TrainingLayout) throws(ScheduleError) -> PipelineTimes {
        let costs = costs(of: layout)
        let elements = StageTable(layout, model: job.model).elements
        let contents = layout.stages(of: job.model)
        let spreads = StepSpreads(layout, placement: placement)
        // One transfer of one chunk, one way.
        let transfer =
            pipelineTransfer(layout, spreads) / Double(2 * max(1, layout.chunks))
        let places = max(1, layout.schedule == .dualPipe ? 2 : layout.chunks)
        var times: [ChunkTime] = []
        for index in 0..<places {
            for device in 0..<layout.pipeline {
                let stage = contents[device]
                let held = chunk(index, on: stage, of: layout)
                times.append(
                    passes(
                        held, layout, costs, elements, recomputed: recomputed(layout, stage, chunk: index),
                        transfer))
            }
        }
        return try PipelineTimes(chunks: times, transfer: .blocking)
    }

    /// The chunk of a stage that a place runs.
    ///
    /// DualPipe's second direction runs up: stage s holds there what stage p − 1 − s holds in the first.
    private func chunk(_ index: Int, on stage: StageContent, of layout: TrainingLayout) -> StageChunk {
        guard layout.schedule == .dualPipe else { return stage.chunks[index] }
        let position = index == 0 ? stage.stage : layout.pipeline - 1 - stage.stage
        return stage.chunks.first { $0.position == position } ?? stage.chunks[0]
    }

    /// Layers of a chunk that are recomputed whole; a stage recomputes its first ones.
    private func recomputed(_ layout: TrainingLayout, _ stage: StageContent, chunk: Int) -> Int {
        let before = stage.chunks.prefix(chunk).reduce(0) { $0 + $1.layers.count }
        return layout.recomputedLayers(on: stage.stage, of: stage.layerCount) - before
    }

    private func passes(
        _ chunk: StageChunk, _ layout: TrainingLayout, _ costs: BlockCosts, _ elements: [ChainElement],
        recomputed: Int, _ transfer: Double
    ) -> ChunkTime {
        var forward = 0.0
        var total = 0.0
        for (offset, number) in chunk.layers.enumerated() {
            guard let index = elements.firstIndex(of: job.model.element(atLayer: number)) else { continue }
            let layer = costs.layers[index]
            forward += layer.kept.total * layer.forwardShare
            let kept = layout.recomputation == .selective ? layer.selective : layer.kept
            total += (offset < recomputed ? layer.full : kept).total
        }
        if chunk.embedding == .present {
            forward += costs.embedding.total / 3
            total += costs.embedding.total
        }
        if chunk.head == .present {
            forward += costs.head.total / 3
            total += costs.head.total
        }
        let half = Seconds((total - forward) / 2)
        return ChunkTime(
            forward: Seconds(forward), backwardInput: half, backwardWeight: half, transfer: Seconds(transfer))
    }

    /// Time of the simulated pipeline of a step.
    /// - Parameter layout: assumed legal.
    /// - Returns: seconds, or nil without a pipeline.
    /// - Throws: `ScheduleError` where the schedule does not exist for the layout.
    public func playedPipeline(_ layout: TrainingLayout) throws(ScheduleError) -> Seconds? {
        try played(layout, recording: .totals)?.stepTime
    }

    /// The simulated pipeline of a step: what the closed form of ``step(_:)`` estimates.
    /// - Parameter layout: assumed legal.
    /// - Returns: the simulation with every operation, or nil without a pipeline.
    /// - Throws: `ScheduleError` where the schedule does not exist for the layout.
    public func simulation(_ layout: TrainingLayout) throws(ScheduleError) -> Simulation? {
        try played(layout, recording: .operations)
    }

    private func played(
        _ layout: TrainingLayout, recording: SimulationWorkspace.Recording
    ) throws(ScheduleError) -> Simulation? {
        guard layout.pipeline > 1 else { return nil }
        let program = try PipelineProgram(
            layout.schedule.simulated(chunks: layout.chunks), devices: layout.pipeline,
            microbatches: layout.microbatches)
        var workspace = SimulationWorkspace()
        return workspace.simulation(of: program, times: try pipelineTimes(layout), recording: recording)
    }
}

extension TrainingLayout {
    /// Passes of a step's pipeline, forward, for inputs and for weights: what playing it goes through.
    public var passes: Int { 3 * microbatches * pipeline * chunks }
}

extension LayoutSchedule {
    /// The simulator's schedule.
    func simulated(chunks: Int) -> Schedule {
        switch self {
        case .gpipe: .allForwardAllBackward
        case .oneForwardOneBackward: .oneForwardOneBackward
        case .interleaved: .interleaved(chunks: chunks)
        case .zeroBubbleH1: .zeroBubbleH1
        case .zeroBubbleH2: .zeroBubbleH2
        case .zeroBubbleV: .zeroBubbleV
        case .dualPipe: .dualPipe
        }
    }
}

extension StepBreakdown {
    /// The part of a step that the pipeline takes: everything until the last gradient is there.
    public var inPipeline: Seconds { layers + ends + tensor + context + expert + pipeline + bubble }
}
