import Quantities
import Training

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
            pipelineTransfer(layout, spreads.stageCrossings) / Double(2 * max(1, layout.chunks))
        let places = max(1, layout.chunks)
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
    /// A second direction runs up: stage s holds there what stage p − 1 − s holds in the first.
    private func chunk(_ index: Int, on stage: StageContent, of layout: TrainingLayout) -> StageChunk {
        guard layout.schedule.placement == .opposed else { return stage.chunks[index] }
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
            let kept = seconds(of: layer, recomputing: modules(of: layout.recomputation))
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

    /// A step whose pipeline waits as long as its schedule really does where chunks are unequal.
    ///
    /// The closed form knows what a stage has to do, but not that a short chunk on one stage waits for a long one on
    /// another. So a pipeline of unequal chunks is played, and what it takes beyond the form is added to the bubble.
    /// More than ``playedRounds`` microbatches a stage are not played: they go on at the pace of the second half.
    /// - Parameters:
    ///   - step: from the closed form.
    ///   - layout: of the step, assumed legal.
    /// - Returns: a step that is at least as long; the same where all chunks are alike.
    public func waiting(_ step: StepBreakdown, _ layout: TrainingLayout) -> StepBreakdown {
        guard hasUnequalChunks(layout), let played = try? pace(layout) else { return step }
        let wait = Seconds(max(0, played - step.inPipeline.value))
        var step = step
        step.bubble = step.bubble + wait
        step.jitter = step.jitter + wait * jitterShare(gpus: layout.gpus)
        return step
    }

    /// Microbatches for each stage that are played when a layout is priced.
    static let playedRounds = 8

    /// Whether stages of several chunks hold chunks of different length; where the two chunks of a stage run in
    /// opposite directions, also whether their layers are of different kinds.
    private func hasUnequalChunks(_ layout: TrainingLayout) -> Bool {
        guard layout.pipeline > 1, layout.schedule.chunkRange.upperBound > 1 else { return false }
        let chunks = layout.stages(of: job.model).flatMap(\.chunks).map(\.layers)
        if chunks.contains(where: { $0.count != chunks[0].count }) { return true }
        guard layout.schedule.placement != .loop, job.model.experts != nil else { return false }
        let first = job.model.element(atLayer: 0)
        func alike(_ layers: Range<Int>) -> Int { layers.count { job.model.element(atLayer: $0) == first } }
        return chunks.contains { alike($0) != alike(chunks[0]) }
    }

    /// Seconds of a pipeline, played as far as ``playedRounds`` go.
    private func pace(_ layout: TrainingLayout) throws(ScheduleError) -> Double {
        let most = Self.playedRounds * layout.pipeline
        guard layout.microbatches > most else { return try playedPipeline(layout)?.value ?? 0 }
        func seconds(_ microbatches: Int) throws(ScheduleError) -> Double {
            var shorter = layout
            shorter.globalBatch = microbatches * layout.data * layout.microbatch
            return try playedPipeline(shorter)?.value ?? 0
        }
        let (half, whole) = (try seconds(most / 2), try seconds(most))
        return whole + Double(layout.microbatches - most) * (whole - half) / Double(most / 2)
    }

    private func played(
        _ layout: TrainingLayout, recording: SimulationWorkspace.Recording
    ) throws(ScheduleError) -> Simulation? {
        guard layout.pipeline > 1 else { return nil }
        let program = try PipelineProgram(
            layout.schedule, chunks: layout.chunks, devices: layout.pipeline,
            microbatches: layout.microbatches)
        var workspace = SimulationWorkspace()
        return workspace.simulation(of: program, times: try pipelineTimes(layout), recording: recording)
    }
}

extension TrainingLayout {
    /// Passes of a step's pipeline, forward, for inputs and for weights: what playing it goes through.
    public var passes: Int { 3 * microbatches * pipeline * chunks }
}

extension StepBreakdown {
    /// The part of a step that the pipeline takes: everything until the last gradient is there.
    public var inPipeline: Seconds { layers + ends + tensor + context + expert + pipeline + bubble }
}
