import Training

/// One of the seconds that a step is the sum of.
public struct StepCost: Hashable, Sendable {
    /// Which seconds.
    public let kind: Kind
    /// Seconds of a step, at least 0.
    public let seconds: Double

    /// Makes a cost.
    public init(_ kind: Kind, seconds: Double) {
        self.kind = kind
        self.seconds = seconds
    }

    /// Where the seconds of a step can go.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The matrix engine at its sustained rate, padding included.
        case matrixEngine = "matrix_engine"
        /// What memory, L2 or shared memory take beyond the matrix engine, product by product.
        case feeding
        /// Fixed latencies of matrix products.
        case kernelLatency = "kernel_latency"
        /// Overlapped traffic beyond what arithmetic hides.
        case unhiddenTraffic = "unhidden_traffic"
        /// Latency beyond what arithmetic hides (zero bubble in corrected accounting).
        case unhiddenLatency = "unhidden_latency"
        /// Tensor traffic that does not overlap.
        case tensor
        /// Pipeline and expert traffic that does not overlap.
        case pipelineExpert = "pipeline_expert"
        /// Idle stages.
        case bubble
        /// Latency of tensor, pipeline and expert messages (1F1B).
        case pipelineLatency = "pipeline_latency"
        /// Data-parallel traffic that nothing hides.
        case data
        /// Latency of data-parallel messages.
        case dataLatency = "data_latency"

        /// The kind in words.
        public var words: String {
            switch self {
            case .matrixEngine: "matrix engine"
            case .feeding: "memory and caches beyond it"
            case .kernelLatency: "kernel latency"
            case .unhiddenTraffic: "overlapped traffic beyond arithmetic"
            case .unhiddenLatency: "latency beyond arithmetic"
            case .tensor: "tensor traffic"
            case .pipelineExpert: "pipeline and expert traffic"
            case .bubble: "pipeline bubble"
            case .pipelineLatency: "pipeline latency"
            case .data: "data traffic"
            case .dataLatency: "data latency"
            }
        }
    }
}

extension StepModel {
    /// The step of a plan as a sum: parts that hide behind others count only where they stick out.
    ///
    /// The costs add up to ``StepPrice/step`` save for rounding (relative 1e-12).
    /// - Parameter plan: legal for shape, batch and machine.
    /// - Returns: one cost of each kind, in the order of ``StepCost/Kind``; many are 0.
    public func costs(of plan: Plan) -> [StepCost] {
        let price = price(plan)
        let parts = price.parts
        let engine = engineShare(of: plan)
        var overlapped = 0.0
        let isTensorHidden = settings.tensorTraffic == .overlapped
        let isPipelineHidden = settings.pipelineTraffic == .overlapped
        if isTensorHidden { overlapped += parts.tensor.bandwidth }
        if isPipelineHidden { overlapped += parts.pipelineExpert.bandwidth }
        let latency = parts.tensor.latency + parts.pipelineExpert.latency
        let hidden = max(parts.arithmetic, overlapped)
        let isLatencyInBody = plan.schedule == .zeroBubble && settings.accounting == .corrected
        let body = isLatencyInBody ? max(hidden, latency) : hidden
        let tensor = isTensorHidden ? 0 : parts.tensor.bandwidth
        let pipelineExpert = isPipelineHidden ? 0 : parts.pipelineExpert.bandwidth
        let busy = body + tensor + pipelineExpert
        let idle =
            busy
            * idleRatio(
                pipeline: plan.pipeline, microbatches: plan.microbatches, interleave: plan.interleave,
                schedule: plan.schedule)
        let exposedLatency = plan.schedule == .oneForwardOneBackward ? latency : 0
        let pipeline = busy + idle + exposedLatency
        let data =
            settings.dataTraffic == .overlapped
            ? max(0, parts.data.bandwidth - pipeline) : parts.data.bandwidth
        return [
            StepCost(.matrixEngine, seconds: engine.engine * parts.arithmetic),
            StepCost(.feeding, seconds: engine.feeding * parts.arithmetic),
            StepCost(.kernelLatency, seconds: engine.latency * parts.arithmetic),
            StepCost(.unhiddenTraffic, seconds: hidden - parts.arithmetic),
            StepCost(.unhiddenLatency, seconds: body - hidden), StepCost(.tensor, seconds: tensor),
            StepCost(.pipelineExpert, seconds: pipelineExpert), StepCost(.bubble, seconds: idle),
            StepCost(.pipelineLatency, seconds: exposedLatency), StepCost(.data, seconds: data),
            StepCost(.dataLatency, seconds: parts.data.latency),
        ]
    }

    /// Shares of the arithmetic seconds; they add up to 1.
    private func engineShare(of plan: Plan) -> (engine: Double, feeding: Double, latency: Double) {
        let narrow = shape.width / plan.tensorModel
        let wide = shape.feedForwardWidth / plan.tensorFeedForward
        let tokens = batchTokens / (plan.data * plan.microbatches * shape.experts)
        // Forward and activation-gradient products of both matrices, and both weight gradients.
        let products = [
            (2.0, wide, narrow, ProductKind.activation), (2, narrow, wide, .activation),
            (1, wide, narrow, .weightGradient), (1, narrow, wide, .weightGradient),
        ]
        var (engine, feeding, latency) = (0.0, 0.0, 0.0)
        for (count, rows, columns, kind) in products {
            let terms = self.products.terms(rows: rows, columns: columns, tokens: tokens, kind: kind)
            engine += count * terms.arithmetic
            feeding += count * max(0, max(terms.memory, terms.l2, terms.shared) - terms.arithmetic)
            latency += count * terms.latency
        }
        let sum = engine + feeding + latency
        return (engine / sum, feeding / sum, latency / sum)
    }
}
