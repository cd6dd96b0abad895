import Quantities
import Training

/// The seconds that make up one training step of a plan, before they are put together.
public struct StepParts: Hashable, Sendable {
    /// Arithmetic on each accelerator, recomputation included.
    public var arithmetic: Double
    /// Tensor-parallel traffic.
    public var tensor: TrafficTime
    /// Pipeline and expert traffic.
    public var pipelineExpert: TrafficTime
    /// Data-parallel traffic.
    public var data: TrafficTime

    /// Makes the parts.
    @inlinable
    public init(arithmetic: Double, tensor: TrafficTime, pipelineExpert: TrafficTime, data: TrafficTime) {
        self.arithmetic = arithmetic
        self.tensor = tensor
        self.pipelineExpert = pipelineExpert
        self.data = data
    }

    /// Tensor, data, pipeline and expert bandwidth seconds, overlapped or not.
    @inlinable
    public var traffic: Double { tensor.bandwidth + data.bandwidth + pipelineExpert.bandwidth }
}

/// One training step of a plan, priced.
public struct StepPrice: Hashable, Sendable {
    /// The parts.
    public var parts: StepParts
    /// Share of the pipeline's time in which stages idle, 0..<1.
    public var bubble: Double
    /// Seconds of a step.
    public var step: Double
    /// Tensor, data, pipeline and expert bandwidth seconds of a step, overlapped or not: breaks ties.
    public var traffic: Double { parts.traffic }
    /// Seconds of latency of a step, pipeline and data.
    public var latency: Double {
        parts.tensor.latency + parts.pipelineExpert.latency + parts.data.latency
    }
}

extension StepModel {
    /// Idle chunk-times of a stage for each of its v·M busy ones: bubble/(1 − bubble).
    ///
    /// (z + PP − 1)/(v·M) with z = (v − 1)·max(0, PP − M) for 1F1B; nothing for zero bubble.
    @inline(__always)
    public func idleRatio(
        pipeline: Int, microbatches: Int, interleave: Int, schedule: PipelineSchedule
    ) -> Double {
        switch schedule {
        case .zeroBubble: return 0
        case .oneForwardOneBackward:
            let short = Double((interleave - 1) * max(0, pipeline - microbatches))
            let idle = short + Double(pipeline - 1)
            return bubbleFactor * idle / (Double(interleave) * Double(microbatches))
        }
    }

    /// Puts a step together: body, bubble, latency, data-parallel traffic.
    /// - Parameters:
    ///   - parts: seconds of each term.
    ///   - idleRatio: bubble/(1 − bubble).
    ///   - schedule: decides what latency costs.
    /// - Returns: seconds of the step.
    @inline(__always)
    public func step(parts: StepParts, idleRatio: Double, schedule: PipelineSchedule) -> Double {
        settings.step(parts: parts, idleRatio: idleRatio, schedule: schedule)
    }

    /// Bytes that the whole cluster must hold.
    ///
    /// Weights for each replica, optimizer state sharded over the replicas (four words a parameter), and
    /// activations as the accounting has it. A sum over the cluster, not the worst rank.
    public func memoryBytes(
        pipeline: Int, data: Int, microbatches: Int, interleave: Int, schedule: PipelineSchedule
    ) -> Double {
        let word = machine.compute.wordBytes
        let states = stateBytes(data: data)
        let recomputed = settings.recomputation == .full
        guard recomputed || settings.accounting == .corrected else { return states }
        let stages = Double(pipeline)
        var alive =
            switch schedule {
            case .oneForwardOneBackward: stages
            case .zeroBubble: 2 * stages - 1
            }
        if settings.accounting == .corrected {
            // Interleaved warm-up: 2·(PP − 1) + (v − 1)·PP + 1 chunks of a v-th of a stage each.
            if interleave > 1 { alive += (stages - 1) / Double(interleave) }
            alive = min(alive, Double(microbatches))
        }
        let tokens = Double(batchTokens / (data * microbatches * shape.experts))
        let words =
            recomputed ? width * stages : (width + feedForwardWidth) * layers
        return states + words * word * tokens * alive * Double(data) * experts
    }

    /// Bytes of weights in every replica and of the optimizer state, over the whole cluster.
    public func stateBytes(data: Int) -> Double {
        let word = machine.compute.wordBytes
        return parameters * word * Double(data) + 4 * parameters * word
    }

    /// Seconds·accelerators of arithmetic below which no step can be: unpadded FLOP at the sustained rate.
    public var arithmeticFloor: Double {
        products.arithmeticFloor(flop: shape.flopPerToken * Double(batchTokens)) * arithmeticFactor
    }

    /// Seconds of kernel latency below which no step can be: six products a layer and expert, one microbatch.
    public func kernelFloor(pipeline: Int, expert: Int) -> Double {
        arithmetic(
            layer: 6 * products.latency * arithmeticFactor * (1 - 1e-12), pipeline: pipeline, expert: expert,
            microbatches: 1)
    }

    /// Prices a plan.
    ///
    /// The plan must be legal for the shape, batch and machine (`Plan.check`); memory is not a matter of
    /// price.
    public func price(_ plan: Plan) -> StepPrice {
        let placement = plan.placement
        let gpus = Double(plan.gpus)
        let expert = Split(factors: placement.expert)
        let layer = layerArithmetic(
            tensorModel: plan.tensorModel, tensorFeedForward: plan.tensorFeedForward,
            cuts: plan.data * plan.microbatches)
        let parts = StepParts(
            arithmetic: arithmetic(
                layer: layer, pipeline: plan.pipeline, expert: plan.expert, microbatches: plan.microbatches),
            tensor: tensorTraffic(
                model: Split(factors: placement.tensorModel),
                feedForward: Split(factors: placement.tensorFeedForward), gpus: gpus),
            pipelineExpert: pipelineTraffic(
                pipeline: Split(factors: placement.pipeline), expert: expert, interleave: plan.interleave,
                gpus: gpus),
            data: dataTraffic(Split(factors: placement.data), gpus: gpus))
        return price(
            parts: parts,
            idleRatio: idleRatio(
                pipeline: plan.pipeline, microbatches: plan.microbatches, interleave: plan.interleave,
                schedule: plan.schedule),
            schedule: plan.schedule)
    }

    /// Prices parts that were looked up; the same sum as ``price(_:)``.
    @inline(__always)
    public func price(parts: StepParts, idleRatio: Double, schedule: PipelineSchedule) -> StepPrice {
        StepPrice(
            parts: parts, bubble: idleRatio / (1 + idleRatio),
            step: step(parts: parts, idleRatio: idleRatio, schedule: schedule))
    }

    /// Bytes that the whole cluster must hold for a plan.
    public func memoryBytes(_ plan: Plan) -> Double {
        memoryBytes(
            pipeline: plan.pipeline, data: plan.data, microbatches: plan.microbatches,
            interleave: plan.interleave, schedule: plan.schedule)
    }

    /// Model-FLOP utilization of a step against the *peak* rate of the accelerators used.
    /// - Parameters:
    ///   - step: seconds.
    ///   - gpus: accelerators counted.
    /// - Returns: a share of the peak, 0...1.
    public func utilization(step: Double, gpus: Double) -> Double {
        let work = shape.flopPerToken * Double(batchTokens)
        return work / (machine.compute.peak.value * gpus) / step
    }
}

extension ModelSettings {
    /// Puts a step together: body, bubble, latency, data-parallel traffic.
    /// - Parameters:
    ///   - parts: seconds of each term.
    ///   - idleRatio: bubble/(1 − bubble).
    ///   - schedule: decides what latency costs.
    /// - Returns: seconds of the step.
    @inlinable
    public func step(parts: StepParts, idleRatio: Double, schedule: PipelineSchedule) -> Double {
        var overlapped = 0.0
        var exposed = 0.0
        switch tensorTraffic {
        case .overlapped: overlapped += parts.tensor.bandwidth
        case .exposed: exposed += parts.tensor.bandwidth
        }
        switch pipelineTraffic {
        case .overlapped: overlapped += parts.pipelineExpert.bandwidth
        case .exposed: exposed += parts.pipelineExpert.bandwidth
        }
        let latency = parts.tensor.latency + parts.pipelineExpert.latency
        var body = max(parts.arithmetic, overlapped)
        if schedule == .zeroBubble, accounting == .corrected { body = max(body, latency) }
        var pipeline = (body + exposed) * (1 + idleRatio)
        if schedule == .oneForwardOneBackward { pipeline += latency }
        let step =
            switch dataTraffic {
            case .overlapped: max(pipeline, parts.data.bandwidth)
            case .exposed: pipeline + parts.data.bandwidth
            }
        return step + parts.data.latency
    }
}
