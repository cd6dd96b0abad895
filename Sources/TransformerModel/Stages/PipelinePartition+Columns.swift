import Quantities

/// From columns to a partition, everything recomputed from the problem.
extension PipelinePartition {
    /// Makes the partition that a list of columns describes.
    /// - Parameters:
    ///   - columns: one a stage, in order.
    ///   - library: what their mixes refer to.
    ///   - problem: the problem.
    init(columns: [StageColumn], library: MixLibrary, problem: PipelineProblem) {
        let stages = columns.map { column in
            StageAssignment(
                column: column, counts: library.counts(front: column.front, point: column.point),
                problem: problem)
        }
        self.init(stages: stages, problem: problem)
    }

    private init(stages: [StageAssignment], problem: PipelineProblem) {
        self.stages = stages
        microbatches = problem.microbatches
        let times = stages.map(\.time)
        stepTime = StepTimeFormula.stepTime(
            times, microbatches: problem.microbatches, schedule: problem.schedule)
        simulatedStepTime =
            problem.inFlight == nil
            ? PipelineSimulation(
                stages: times, microbatches: problem.microbatches, schedule: problem.schedule
            ).stepTime() : nil
        budgetUse = stages.reduce(0) { sum, stage in
            switch problem.budget {
            case nil: sum
            case .extraTime: sum + Double(problem.microbatches) * stage.extra.value
            case .offloadedBytes: sum + stage.offloaded.value
            }
        }
    }
}

extension StageAssignment {
    fileprivate init(column: StageColumn, counts: [[Int]], problem: PipelineProblem) {
        let machine = problem.machines.machines[column.machine]
        let inFlight = problem.microbatchesInFlight(stage: column.stage)
        var sums = (forward: Seconds.zero, backward: Seconds.zero, extra: Seconds.zero)
        var bytes = (state: Bytes.zero, resident: Bytes.zero, offloaded: Bytes.zero)
        var treated: [TreatedLayers] = []
        for (kind, options) in zip(problem.chain.kinds, counts) {
            for (treatment, count) in zip(kind.treatments, options) where count > 0 {
                let factor = Double(count)
                sums.forward = sums.forward + factor * kind.forward
                sums.backward = sums.backward + factor * kind.backward
                sums.extra = sums.extra + factor * treatment.extra
                bytes.state = bytes.state + factor * kind.state
                bytes.resident = bytes.resident + factor * treatment.resident
                bytes.offloaded = bytes.offloaded + factor * treatment.offloaded
                treated.append(TreatedLayers(kind: kind.name, treatment: treatment.name, count: count))
            }
        }
        let transfer = Seconds(problem.transfer(stage: column.stage))
        self.machine = machine
        layers = column.start..<column.end
        self.treated = treated
        extra = machine.slowness * sums.extra
        time = StageTime(
            forward: machine.slowness * sums.forward + transfer,
            backward: machine.slowness * (sums.backward + sums.extra) + transfer)
        resident = bytes.state + Double(inFlight) * bytes.resident
        offloaded = Double(inFlight) * bytes.offloaded
        microbatchesInFlight = inFlight
    }
}
