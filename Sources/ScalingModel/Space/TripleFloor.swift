import Training

/// What bounds a step once pipeline, expert and data degree are known: its floor under either schedule.
struct TripleFloor {
    /// Least seconds of kernel latencies, so that their stretch by the bubble is what they take at least.
    ///
    /// A microbatch has six kernels a layer and expert on each stage, on top of the FLOP, which take (1 + ρ)
    /// times theirs. Infinite for a schedule that is not legal.
    let kernels: (oneForwardOneBackward: Double, zeroBubble: Double)
    let hop: TrafficTime
    let data: TrafficTime
    /// The least bubble of 1F1B.
    let idle: Double
    /// What the cluster holds at least.
    let bytes: Double

    @inline(__always)
    init(_ triple: SpaceTables.Triple, tables: inout SpaceTables) {
        let stage = tables.stageFloor(pipeline: triple.pipeline, data: triple.data)
        idle = stage.idle
        bytes = stage.bytes
        let one = tables.kernelFloor(pipeline: triple.pipeline, expert: triple.expert) * (1 - 1e-9)
        // Without latencies an illegal schedule stays infinite.
        func all(_ microbatches: Double) -> Double {
            microbatches == .infinity ? .infinity : one * microbatches
        }
        kernels = (all(stage.microbatches.oneForwardOneBackward), all(stage.microbatches.zeroBubble))
        hop = tables.hopFloor(pipeline: triple.pipeline, expert: triple.expert)
        data = tables.dataFloors[Int(triple.data)]
    }

    /// Traffic of a step.
    /// - Parameters:
    ///   - gpus: accelerators used.
    ///   - tensor: least tensor traffic of one accelerator.
    /// - Returns: parts that are each no larger than those of any completion, without arithmetic.
    @inline(__always)
    func traffic(gpus: Double, tensor: TrafficTime) -> StepParts {
        StepParts(
            arithmetic: 0, tensor: tensor.shared(by: gpus), pipelineExpert: hop.shared(by: gpus),
            data: data.shared(by: gpus))
    }

    /// A step that no completion undercuts.
    /// - Parameters:
    ///   - traffic: from ``traffic(gpus:tensor:)``.
    ///   - flop: least seconds of FLOP.
    ///   - layers: least seconds of all layers, kernels included; 0 where they are not known.
    ///   - settings: of the model.
    /// - Returns: seconds.
    @inline(__always)
    func step(_ traffic: StepParts, flop: Double, layers: Double = 0, _ settings: ModelSettings) -> Double {
        var parts = traffic
        parts.arithmetic = max(flop + kernels.zeroBubble, layers)
        let zeroBubble = settings.step(parts: parts, idleRatio: 0, schedule: .zeroBubble)
        parts.arithmetic = max(flop + kernels.oneForwardOneBackward, layers)
        return min(
            zeroBubble, settings.step(parts: parts, idleRatio: idle, schedule: .oneForwardOneBackward))
    }
}
