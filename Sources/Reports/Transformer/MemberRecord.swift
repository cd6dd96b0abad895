import Planning
import Quantities
import Training
import TransformerModel

/// A shape that was chosen with the plan: its numbers, and what its run buys.
public struct MemberRecord: Sendable {
    /// The shape.
    public let shape: TransformerShape
    /// What the shape is worth in its family.
    public let value: MemberValue
    /// Compute that the run spends, FLOP.
    public let flop: Double
    /// Compute at which the family's curve has the same loss, FLOP.
    public let effectiveFlop: Double
    /// Loss with what no training removes, nats a token.
    public let loss: Double
    /// Training tokens.
    public let tokens: Double
    /// Share of the peak of the accelerators given that became effective compute.
    public let effectiveUtilization: Double
    private let family: TransformerFamily

    /// Values a run.
    /// - Parameters:
    ///   - run: of a member.
    ///   - family: of the question.
    public init(_ run: LayoutRun, in family: TransformerFamily) {
        self.family = family
        value = MemberValue(run.question.job.model, in: family)
        shape = value.shape
        flop = run.flop
        let reducible = value.reducible(flop: run.flop)
        effectiveFlop = family.effectiveFlop(reducible: reducible)
        loss = family.loss.irreducible + reducible
        tokens = run.flop / value.flopPerToken
        effectiveUtilization = run.utilization * (effectiveFlop / run.flop)
    }

    /// Columns of every table, after those of the layout.
    public var fields: [Field] {
        let experts = shape.experts
        return [
            Field("family", .text(family.named.name)), Field("d_model", .integer(shape.width)),
            Field("layers", .integer(shape.layers)), Field("heads", .integer(shape.heads)),
            Field("kv_heads", .integer(shape.keyValueHeads)), Field("d_ff", .integer(shape.feedForward)),
            Field("experts", experts.map { .integer($0.count) } ?? .missing),
            Field("top_k", experts.map { .integer($0.active) } ?? .missing),
            Field("expert_d_ff", experts.map { .integer($0.width) } ?? .missing),
            Field("params", .number(value.parameters)),
            Field("active_params", .number(value.activeParameters)),
            Field("loss_model", .text(family.loss.name)), Field("loss", .number(loss)),
            Field("effective_flop", .number(effectiveFlop)),
            Field("effective_utilization", .number(effectiveUtilization)),
            Field("tokens_per_parameter", .number(tokens / value.activeParameters)),
            Field("depth_over_curve", .number(value.depthRatio)),
            Field("counting_share", .number(value.countingShare)),
        ]
    }

    /// Names of ``fields``, for rows without a plan.
    public static let columns = [
        "family", "d_model", "layers", "heads", "kv_heads", "d_ff", "experts", "top_k", "expert_d_ff",
        "params", "active_params", "loss_model", "loss", "effective_flop", "effective_utilization",
        "tokens_per_parameter", "depth_over_curve", "counting_share",
    ]

    /// What the shape is, in one line.
    var shapeWords: String {
        let own = shape == family.own ? ", \(family.named.name)'s own" : ""
        return
            "\(shape)\(own): \(Readable.significant(value.depthRatio)) of the depth of its family's curve, "
            + "\(Readable.percent(value.countingShare)) of the parameters count"
    }

    /// What the run buys, in one line.
    var bought: String {
        "\(Readable.scientific(effectiveFlop)) FLOP of effective compute with \(Readable.scientific(flop)): \(worth)"
    }

    /// Loss and data of the run.
    var worth: String {
        "loss \(Readable.significant(loss, digits: 5)) (\(family.loss.name)), "
            + "\(Readable.significant(tokens)) tokens, "
            + "\(Readable.significant(tokens / value.activeParameters)) a parameter in use"
    }
}
