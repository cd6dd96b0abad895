import Foundation
import Quantities

/// What a member of a family is worth: its loss for given compute, and the compute that a loss takes.
///
/// Made once a shape; questions then take a few powers.
public struct MemberValue: Sendable {
    /// The member.
    public let model: Transformer
    /// Its shape.
    public let shape: TransformerShape
    /// Depth over that of the family's curve at as many parameters in use.
    public let depthRatio: Double
    /// Share of the parameters that count, from the shape penalty.
    public let countingShare: Double
    /// Parameters that a token uses, without multi-token predictions.
    public let activeParameters: Double
    /// Parameters in all, without multi-token predictions.
    public let parameters: Double
    /// Model FLOP of a token, forward and backward, every key of the sequence counted.
    public let flopPerToken: Double
    private let loss: TransformerLoss
    private let sparsity: Double

    /// Values a member.
    /// - Parameters:
    ///   - shape: of the family's grid, or the named one.
    ///   - family: gives loss, penalty and curve.
    public init(_ shape: TransformerShape, in family: TransformerFamily) {
        self.init(family.member(shape), in: family)
    }

    /// Values a model as a member of a family.
    /// - Parameters:
    ///   - model: differs from the named one in its shape alone.
    ///   - family: gives loss, penalty and curve.
    public init(_ model: Transformer, in family: TransformerFamily) {
        self.model = model
        shape = TransformerShape(model)
        depthRatio = Double(model.layers) / family.depth(body: TransformerFamily.body(of: model))
        let ratio = Self.innerRatio(model) / Self.innerRatio(family.named)
        countingShare = family.penalty.countingShare(depthRatio: depthRatio, feedForwardRatio: ratio)
        activeParameters = model.activeParameters.total
        parameters = model.mainParameters.total
        flopPerToken = model.modelFlop(counting: .full).value / Double(model.sequenceLength)
        loss = family.loss
        sparsity = Self.sparsity(model)
    }

    /// Reducible loss of a run, nats a token; falls with the compute.
    /// - Parameter flop: compute that the run spends, above zero.
    /// - Returns: nats a token.
    public func reducible(flop: Double) -> Double {
        loss.reducible(
            parameters: parameters * countingShare, tokens: flop / flopPerToken, sparsity: sparsity)
    }

    /// Least compute with which the member reaches a reducible loss.
    /// - Parameter reducible: nats a token.
    /// - Returns: FLOP that the run spends, or nil where no amount of data is enough.
    public func flop(reducible: Double) -> Double? {
        loss.tokens(
            reducible: reducible, parameters: parameters * countingShare, sparsity: sparsity
        )
        .map { $0 * flopPerToken }
    }

    /// Share of the routed experts that a token leaves out; 0 in a dense model.
    static func sparsity(_ model: Transformer) -> Double {
        guard model.hasExpertLayers, let experts = model.experts else { return 0 }
        return 1 - Double(experts.topK) / Double(experts.experts)
    }

    /// Inner width that a token passes, over the width: of layers with experts where there are any.
    private static func innerRatio(_ model: Transformer) -> Double {
        guard model.hasExpertLayers, let experts = model.experts else {
            return Double(model.feedForward.width) / Double(model.width)
        }
        let inner = experts.topK * experts.width + experts.sharedExperts * experts.sharedWidth
        return Double(inner) / Double(model.width)
    }
}

extension TransformerFamily {
    /// Reducible loss of the curve at an amount of effective compute, nats a token.
    /// - Parameter flop: above zero.
    /// - Returns: nats a token.
    public func reducible(flop: Double) -> Double {
        let active = curveParameters(flop: flop)
        let share = named.mainParameters.total / named.activeParameters.total
        return loss.reducible(
            parameters: active * share, tokens: active * tokensPerParameter,
            sparsity: MemberValue.sparsity(named))
    }

    /// Effective compute of a reducible loss: that at which the curve has it.
    ///
    /// Bisection down to neighbouring doubles of the logarithm: the same on every machine.
    /// - Parameter reducible: nats a token, above zero.
    /// - Returns: FLOP; between e^-20 and e^230.
    public func effectiveFlop(reducible: Double) -> Double {
        var (low, high) = (-20.0, 230.0)
        while true {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { return exp(middle) }
            if self.reducible(flop: exp(middle)) > reducible { low = middle } else { high = middle }
        }
    }

    /// Effective compute of a run.
    /// - Parameters:
    ///   - model: a member.
    ///   - flop: compute that the run spends.
    /// - Returns: FLOP.
    public func effectiveFlop(of model: Transformer, flop: Double) -> Double {
        effectiveFlop(reducible: MemberValue(model, in: self).reducible(flop: flop))
    }
}
