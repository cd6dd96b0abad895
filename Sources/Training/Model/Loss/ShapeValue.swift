import Foundation

/// What a shape is worth under some laws: its loss for given tokens, and the compute that a loss takes.
///
/// Made once a shape; the questions then take one or two powers.
public struct ShapeValue: Sendable {
    /// The shape.
    public let shape: LayerStack
    /// Depth over the depth that the law gives to as many active parameters.
    public let depthRatio: Double
    /// Share of the parameters that count, from the shape penalty.
    public let countingShare: Double
    /// Parameters that count: those of experts beyond the loss model's fit do not.
    private let parameters: Double
    /// Coefficients for the shape's experts.
    private let terms: LossModel.Terms

    /// Values a shape.
    /// - Parameters:
    ///   - shape: any; with more than one expert only under a loss model that knows them.
    ///   - laws: give the depth and the ratio that cost nothing.
    ///   - loss: loss model.
    ///   - penalty: what other depths and ratios cost.
    public init(shape: LayerStack, laws: WorkloadLaws, loss: LossModel, penalty: ShapePenalty) {
        self.shape = shape
        depthRatio = Double(shape.layers) / laws.depth.layers(activeParameters: shape.activeParameters)
        countingShare = penalty.countingShare(
            depthRatio: depthRatio,
            feedForwardRatio: Double(shape.feedForwardWidth) / Double(shape.width)
                / Double(laws.feedForwardRatio))
        terms = loss.terms(experts: Double(shape.experts))
        parameters =
            shape.activeParameters * loss.countingExperts(Double(shape.experts)) * countingShare
    }

    /// Reducible loss of a run with an amount of compute, nats a token; falls with the compute.
    /// - Parameter flop: training compute, above zero.
    /// - Returns: nats a token.
    public func reducible(flop: Double) -> Double {
        terms.reducible(parameters: parameters, tokens: flop / shape.flopPerToken)
    }

    /// Least compute with which the shape reaches a reducible loss.
    /// - Parameter reducible: nats a token.
    /// - Returns: FLOP, or nil where no amount of data is enough.
    public func flop(reducible: Double) -> Double? {
        terms.tokens(reducible: reducible, parameters: parameters).map { $0 * shape.flopPerToken }
    }
}
