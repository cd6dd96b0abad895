import Quantities
import Training

extension TransformerStepModel {
    /// The times of every chunk of a layout's pipeline, for the schedule simulator.
    ///
    /// Forward passes take a third of what layers take without recomputation; backward passes the rest, half
    /// of it for inputs and half for weights. What nothing hides of a transfer makes its pass longer, at the ends of the
    /// model as elsewhere: a share fitted to steps stands for sender and receiver.
    /// - Parameter layout: assumed legal.
    /// - Returns: times by place, chunk × stages + stage.
    /// - Throws: `ScheduleError` where a time is not a finite number.
    public func pipelineTimes(_ layout: TrainingLayout) throws(ScheduleError) -> PipelineTimes {
        try pipelineTimes(
            layout, costs: costs(of: layout), stages: StageTable(layout, model: job.model),
            crossings: StepSpreads.stageCrossings(layout, placement: placement))
    }

    private func pipelineTimes(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, crossings: [Double]
    ) throws(ScheduleError) -> PipelineTimes {
        let contents = layout.stages(of: job.model)
        let places = max(1, layout.chunks)
        // One transfer of one chunk, one way.
        let passing = layout.schedule.placement.passingShare
        let transfer = pipelineTransfer(layout, crossings) / (passing * Double(2 * places))
        let none = ChunkTime(forward: .zero, backwardInput: .zero, backwardWeight: .zero)
        var times = [ChunkTime](repeating: none, count: places * layout.pipeline)
        let entries = stages.runs.flatMap { repeatElement($0.entry, count: $0.stages) }
        for (stage, entry) in entries.enumerated() {
            let entry = stages.classes[entry]
            let share = entry.recomputedShare(layout.recomputation)
            let extra = hostExtra(layout, entry, costs, crossings) / passing
            for index in 0..<places {
                let held = chunk(index, on: contents[stage], of: layout)
                let hosts = extra * Double(held.layers.count) / Double(max(1, entry.layers))
                times[index * layout.pipeline + stage] = passes(
                    held, layout, costs, stages.elements, recomputed: share, hosts: hosts, transfer)
            }
        }
        return try PipelineTimes(chunks: times)
    }

    /// The chunk of a stage that a place runs.
    ///
    /// A second direction runs up: stage s holds there what stage p − 1 − s holds in the first.
    private func chunk(_ index: Int, on stage: StageContent, of layout: TrainingLayout) -> StageChunk {
        guard layout.schedule.placement == .opposed else { return stage.chunks[index] }
        let position = index == 0 ? stage.stage : layout.pipeline - 1 - stage.stage
        return stage.chunks.first { $0.position == position } ?? stage.chunks[0]
    }

    private func passes(
        _ chunk: StageChunk, _ layout: TrainingLayout, _ costs: BlockCosts, _ elements: [ChainElement],
        recomputed share: Double, hosts: Double, _ transfer: Double
    ) -> ChunkTime {
        var ends = 0.0
        if chunk.embedding == .present { ends += costs.embedding.total }
        if chunk.head == .present { ends += costs.head.total }
        let modules = modules(of: layout.recomputation)
        var forward = (ends + hosts) / 3 + transfer
        var total = ends + hosts + 2 * transfer
        for number in chunk.layers {
            guard let index = elements.firstIndex(of: job.model.element(atLayer: number)) else { continue }
            let layer = costs.layers[index]
            forward += layer.forwardSeconds
            total += seconds(of: layer, recomputing: modules, share: share).total
        }
        let half = Seconds((total - forward) / 2)
        return ChunkTime(forward: Seconds(forward), backwardInput: half, backwardWeight: half)
    }

    /// Time of the simulated pipeline of a step.
    /// - Parameter layout: assumed legal.
    /// - Returns: seconds, or nil without a pipeline.
    /// - Throws: `ScheduleError` where the schedule does not exist for the layout.
    public func playedPipeline(_ layout: TrainingLayout) throws(ScheduleError) -> Seconds? {
        try played(layout, recording: .totals)?.stepTime
    }

    /// The simulated pipeline of a step.
    /// - Parameter layout: assumed legal.
    /// - Returns: the simulation with every operation, or nil without a pipeline.
    /// - Throws: `ScheduleError` where the schedule does not exist for the layout.
    public func simulation(_ layout: TrainingLayout) throws(ScheduleError) -> Simulation? {
        try played(layout, recording: .operations)
    }

    /// A step whose pipeline takes as long as its schedule, played pass by pass.
    ///
    /// The closed form knows what stages have to do, but not all that they wait for; what the schedule takes beyond the
    /// form is added to the bubble. Where the form is known to be exact, nothing is played. More than ``playedRounds``
    /// microbatches a stage are not played: they go on at the pace of the second half of those that are.
    /// - Parameters:
    ///   - step: from the closed form.
    ///   - layout: of the step, assumed legal.
    ///   - costs: of its block.
    ///   - stages: of its pipeline.
    ///   - spreads: where its ranks lie.
    /// - Returns: a step that is at least as long.
    public func played(
        _ step: StepBreakdown, _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable,
        spreads: StepSpreads
    ) -> StepBreakdown {
        guard layout.pipeline > 1 else { return step }
        let floor = pipelineFloor(
            layout, costs: costs, stages: stages, transfer: pipelineTransfer(layout, spreads.stageCrossings),
            crossings: spreads.stageCrossings)
        guard !floor.isExact,
            let times = try? pipelineTimes(
                layout, costs: costs, stages: stages, crossings: spreads.stageCrossings),
            let played = try? pace(layout, times)
        else { return step }
        let wait = Seconds(max(0, played - step.inPipeline.value))
        var step = step
        step.bubble = step.bubble + wait
        step.jitter = step.jitter + wait * jitterShare(gpus: layout.gpus)
        return step
    }

    /// Microbatches for each stage that are played when a layout is priced.
    static let playedRounds = 8

    /// Passes above which schedules go on at a pace though stages do not divide their microbatches.
    private static let mostPasses = 100_000

    /// Seconds of a pipeline, played as far as ``playedRounds`` go.
    private func pace(_ layout: TrainingLayout, _ times: PipelineTimes) throws(ScheduleError) -> Double {
        let most = Self.playedRounds * layout.pipeline
        var workspace = SimulationWorkspace()
        func seconds(_ microbatches: Int) throws(ScheduleError) -> Double {
            let program = try PipelineProgram(
                layout.schedule, chunks: layout.chunks, devices: layout.pipeline, microbatches: microbatches)
            return workspace.stepTime(of: program, times: times).value
        }
        // Groups of unequal size have no pace of their own.
        let isUneven = layout.chunks > 1 && !layout.microbatches.isMultiple(of: layout.pipeline)
        guard layout.microbatches > most, !isUneven || layout.passes > Self.mostPasses else {
            return try seconds(layout.microbatches)
        }
        let (whole, half) = (try seconds(most), try seconds(most / 2))
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
