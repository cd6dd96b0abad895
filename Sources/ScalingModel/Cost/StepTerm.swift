import Training

/// A term of the step of a plan: the seconds that it takes, and those of them that the step is longer for it.
///
/// The first may hide behind other terms. The second add up to the step, as the costs do that they are made of.
public struct StepTerm: Hashable, Sendable {
    /// Which term.
    public let kind: Kind
    /// Seconds that it takes in a step, hidden or not; at least 0.
    public let seconds: Double
    /// Seconds of the step that are its own; at least 0.
    public let exposed: Double

    /// The terms of a step, in the order of tables.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Matrix products and what feeds them.
        case arithmetic
        /// Tensor traffic.
        case tensor
        /// Pipeline and expert traffic.
        case pipelineExpert
        /// Data-parallel traffic.
        case data
        /// Idle stages.
        case bubble
        /// Latency of tensor, pipeline and expert messages.
        case pipelineLatency
        /// Latency of data-parallel messages.
        case dataLatency

        /// The term in words.
        public var words: String {
            switch self {
            case .arithmetic: "arithmetic"
            case .tensor: "tensor traffic"
            case .pipelineExpert: "pipeline and expert traffic"
            case .data: "data traffic"
            case .bubble: "pipeline bubble"
            case .pipelineLatency: "pipeline latency"
            case .dataLatency: "data latency"
            }
        }
    }

    /// How much of a term is hidden.
    public enum Cover: Hashable, Sendable {
        /// There is nothing to hide.
        case absent
        /// None of it.
        case exposed
        /// Some of it.
        case partly
        /// All of it.
        case hidden
    }

    /// How much of it is hidden; rounding (1e-12) does not count.
    public var cover: Cover {
        if seconds <= 0 { return .absent }
        if exposed >= seconds * (1 - 1e-12) { return .exposed }
        return exposed > seconds * 1e-12 ? .partly : .hidden
    }
}

extension StepModel {
    /// The terms of a plan's step, of which the exposed parts add up to ``StepPrice/step`` save for rounding
    /// (relative 1e-12).
    ///
    /// What overlapped tensor, pipeline and expert traffic together take beyond arithmetic is divided between them
    /// as their seconds are. Made of ``costs(of:)``; `BreakdownTests` checks the sum.
    /// - Parameter plan: legal for shape, batch and machine.
    /// - Returns: one term of each kind, in the order of ``StepTerm/Kind``.
    public func terms(of plan: Plan) -> [StepTerm] {
        let parts = price(plan).parts
        let costs = Dictionary(
            costs(of: plan).map { ($0.kind, $0.seconds) }, uniquingKeysWith: { first, _ in first })
        func cost(_ kinds: StepCost.Kind...) -> Double { kinds.reduce(0) { $0 + (costs[$1] ?? 0) } }
        let overlapped =
            (settings.tensorTraffic == .overlapped ? parts.tensor.bandwidth : 0)
            + (settings.pipelineTraffic == .overlapped ? parts.pipelineExpert.bandwidth : 0)
        func exposed(_ time: TrafficTime, _ overlap: Overlap, _ open: StepCost.Kind) -> Double {
            guard overlap == .overlapped, overlapped > 0 else { return cost(open) }
            return cost(.unhiddenTraffic) * (time.bandwidth / overlapped)
        }
        let bubble = cost(.bubble)
        return [
            StepTerm(
                kind: .arithmetic, seconds: parts.arithmetic,
                exposed: cost(.matrixEngine, .feeding, .kernelLatency)),
            StepTerm(
                kind: .tensor, seconds: parts.tensor.bandwidth,
                exposed: exposed(parts.tensor, settings.tensorTraffic, .tensor)),
            StepTerm(
                kind: .pipelineExpert, seconds: parts.pipelineExpert.bandwidth,
                exposed: exposed(parts.pipelineExpert, settings.pipelineTraffic, .pipelineExpert)),
            StepTerm(kind: .data, seconds: parts.data.bandwidth, exposed: cost(.data)),
            StepTerm(kind: .bubble, seconds: bubble, exposed: bubble),
            StepTerm(
                kind: .pipelineLatency, seconds: parts.tensor.latency + parts.pipelineExpert.latency,
                exposed: cost(.unhiddenLatency, .pipelineLatency)),
            StepTerm(kind: .dataLatency, seconds: parts.data.latency, exposed: cost(.dataLatency)),
        ]
    }
}
