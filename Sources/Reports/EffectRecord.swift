import Optimization
import ScalingModel
import Training

/// What a run buys: its loss, and the compute at which the laws' own shape reaches the same loss.
public struct EffectRecord: Sendable {
    /// Reducible and irreducible loss, nats a token.
    public let loss: Double
    /// Compute at which the laws' shape reaches it, FLOP.
    public let effectiveFlop: Double
    /// Tokens of the run over parameters in all.
    public let tokensPerParameter: Double
    /// Depth over the depth that the law gives to as many active parameters.
    public let depthOverLaw: Double
    /// Share of the peak of the accelerators given that became effective compute.
    public let effectiveUtilization: Double
    private let question: PlanningQuestion

    /// Values a plan's run.
    /// - Parameters:
    ///   - plan: the plan.
    ///   - question: the question that it answers, with its laws and loss model.
    public init(_ plan: PricedPlan, question: PlanningQuestion) {
        let value = question.value(of: plan.run.shape)
        let reducible = value.reducible(flop: plan.run.flop)
        self.question = question
        loss = question.lossModel.irreducible + reducible
        effectiveFlop = question.effectiveCompute.flop(reducible: reducible)
        tokensPerParameter = plan.run.tokens / plan.run.shape.parameters
        depthOverLaw = value.depthRatio
        effectiveUtilization = plan.utilization * (effectiveFlop / plan.run.flop)
    }

    /// The columns before the last two, ``RunLabels/spaceFields``, of every table.
    public var fields: [Field] {
        [
            Field("shape", .text(question.shape == .law ? "law" : "free")),
            Field("loss_model", .text(question.lossModel.name)), Field("loss", .number(loss)),
            Field("effective_flop", .number(effectiveFlop)),
            Field("effective_utilization", .number(effectiveUtilization)),
            Field("tokens_per_parameter", .number(tokensPerParameter)),
            Field("depth_over_law", .number(depthOverLaw)),
        ]
    }

    /// Names of the columns, for rows without a plan.
    public static let columns = [
        "shape", "loss_model", "loss", "effective_flop", "effective_utilization", "tokens_per_parameter",
        "depth_over_law",
    ]
}
