import Quantities
import Training

/// What a pipeline takes at least, out of tables.
extension TransformerStepModel {
    /// Seconds of a step's pipeline that its schedule, played pass by pass, is not below.
    /// - Parameters:
    ///   - layout: degrees, schedule, chunks, recomputation.
    ///   - costs: of its block.
    ///   - stages: of its pipeline.
    ///   - transfer: seconds of a stage's transfers for one microbatch.
    ///   - crossings: see ``StepSpreads/stageCrossings``; empty leaves out hosts that wait.
    /// - Returns: the bound, and whether it is known to be the played time.
    func pipelineFloor(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, transfer: Double,
        crossings: [Double]
    ) -> PipelineFloor {
        var floor = PipelineFloor(PipelineShape(layout))
        withUnsafeTemporaryAllocation(of: PipelineFloor.Stage.self, capacity: stages.classes.count) { times in
            for index in stages.classes.indices {
                times[index] = stageTimes(
                    layout, stages.classes[index], costs, transfer: transfer, crossings)
                floor.count(times[index], stages: stages.classes[index].stages)
            }
            for run in stages.runs { floor.pass(times[run.entry], stages: run.stages) }
        }
        return floor
    }

    /// Seconds of a layout's pipeline in closed form.
    /// - Parameter layout: assumed legal.
    /// - Returns: what its schedule, played, is not below; nil without a pipeline.
    public func pipelineFormula(_ layout: TrainingLayout) -> Seconds? {
        guard layout.pipeline > 1 else { return nil }
        let crossings = StepSpreads.stageCrossings(layout, placement: placement)
        let floor = pipelineFloor(
            layout, costs: costs(of: layout), stages: StageTable(layout, model: job.model),
            transfer: pipelineTransfer(layout, crossings), crossings: crossings)
        return Seconds(floor.seconds)
    }

    /// Seconds of a stage for one microbatch as bounds need them: what ``pipelineTimes(_:)`` gives its chunks, added up.
    private func stageTimes(
        _ layout: TrainingLayout, _ stage: StageTable.Class, _ costs: BlockCosts, transfer: Double,
        _ crossings: [Double]
    ) -> PipelineFloor.Stage {
        let passing = layout.schedule.placement.passingShare
        let whole = stageSeconds(layout, stage, costs)
        let extra = hostExtra(layout, stage, costs, crossings)
        var forward = 0.0
        for index in stage.counts.indices where stage.counts[index] > 0 {
            forward += Double(stage.counts[index]) * costs.layers[index].forwardSeconds
        }
        let ends = Double(stage.embeddings) * costs.embedding.total + Double(stage.heads) * costs.head.total
        var times = PipelineFloor.Stage(
            total: whole.total + extra + transfer,
            forward: (forward + ends / 3) * passing + extra / 3 + transfer / 2)
        guard !stage.firstCounts.isEmpty else { return times }
        let share = stage.recomputedShare(layout.recomputation)
        let modules = modules(of: layout.recomputation)
        var (first, firstForward, layers) = (0.0, 0.0, 0)
        for index in stage.firstCounts.indices where stage.firstCounts[index] > 0 {
            let count = stage.firstCounts[index]
            let layer = costs.layers[index]
            layers += count
            first += Double(count) * seconds(of: layer, recomputing: modules, share: share).total
            firstForward += Double(count) * layer.forwardSeconds
        }
        let start = Double(stage.embeddings) * costs.embedding.total
        let hosts = extra * Double(layers) / Double(max(1, stage.layers))
        let message = transfer / Double(layout.chunks)
        times.firstTotal = first + start + hosts + message
        times.firstForward = firstForward + (start + hosts) / 3 + message / 2
        return times
    }

    /// Seconds that hosts hold up a stage beyond what its layers take, for one microbatch.
    func hostExtra(
        _ layout: TrainingLayout, _ stage: StageTable.Class, _ costs: BlockCosts, _ crossings: [Double]
    ) -> Double {
        let host = hostSeconds(layout, stage, crossings)
        return host > 0 ? max(0, host - stageSeconds(layout, stage, costs).layers) : 0
    }
}

extension BlockCosts.Layer {
    /// Seconds of the forward pass, a third of a layer that recomputes nothing.
    ///
    /// Its kernels take a quarter to a third. That share rises where only the backward pass gets faster, and a schedule
    /// may then take longer; with thirds it never does.
    var forwardSeconds: Double { kept.total / 3 }
}
