import Optimization
import Quantities
import ScalingModel
import Training

extension PricedPlan {
    /// Shape and batch, in the columns of frontier tables.
    public var shapeFields: [Field] {
        [
            Field("d_model", .integer(run.shape.width)), Field("d_ff", .integer(run.shape.feedForwardWidth)),
            Field("params", .number(run.shape.parameters)), Field("layers", .integer(run.shape.layers)),
            Field("sparsity", .integer(run.shape.experts)), Field("batch_tokens", .integer(run.batchTokens)),
        ]
    }

    /// The degrees and the schedule.
    public var degreeFields: [Field] {
        [
            Field("tp_model", .integer(plan.tensorModel)), Field("tp_ff", .integer(plan.tensorFeedForward)),
            Field("pp", .integer(plan.pipeline)), Field("interleave", .integer(plan.interleave)),
            Field("dp", .integer(plan.data)), Field("ep", .integer(plan.expert)),
            Field("microbatches", .integer(plan.microbatches)),
            Field("zero_bubble", .integer(plan.schedule == .zeroBubble ? 1 : 0)),
        ]
    }

    /// Factors of each degree by network level, innermost first, with slashes between.
    public var placementFields: [Field] {
        func list(_ factors: [Int]) -> Field.Value { .text(factors.map(String.init).joined(separator: "/")) }
        let placement = plan.placement
        return [
            Field("dp_by_level", list(placement.data)),
            Field("tp_model_by_level", list(placement.tensorModel)),
            Field("tp_ff_by_level", list(placement.tensorFeedForward)),
            Field("pp_by_level", list(placement.pipeline)), Field("ep_by_level", list(placement.expert)),
        ]
    }

    /// Seconds of the whole run by term, hidden or not, and what each adds to it.
    ///
    /// `arithmetic_seconds` and the columns after `bubble` add up to `total_seconds`.
    public var breakdownFields: [Field] {
        let steps = run.steps
        let exposed = Dictionary(
            model.terms(of: plan).map { ($0.kind, $0.exposed) }, uniquingKeysWith: { first, _ in first })
        func own(_ kinds: StepTerm.Kind...) -> Field.Value {
            .number(kinds.reduce(0) { $0 + (exposed[$1] ?? 0) } * steps)
        }
        return [
            Field("arithmetic_seconds", .number(price.parts.arithmetic * steps)),
            Field("tp_comm_seconds", .number(price.parts.tensor.bandwidth * steps)),
            Field("dp_comm_seconds", .number(price.parts.data.bandwidth * steps)),
            Field("pp_ep_comm_seconds", .number(price.parts.pipelineExpert.bandwidth * steps)),
            Field("latency_seconds", .number(price.latency * steps)),
            Field("bubble", .number(price.bubble)),
            Field("exposed_tp_comm_seconds", own(.tensor)), Field("exposed_dp_comm_seconds", own(.data)),
            Field("exposed_pp_ep_comm_seconds", own(.pipelineExpert)),
            Field("exposed_latency_seconds", own(.pipelineLatency, .dataLatency)),
            Field("bubble_seconds", own(.bubble)),
        ]
    }

    /// Names of ``breakdownFields``.
    static let breakdownColumns = [
        "arithmetic_seconds", "tp_comm_seconds", "dp_comm_seconds", "pp_ep_comm_seconds", "latency_seconds",
        "bubble", "exposed_tp_comm_seconds", "exposed_dp_comm_seconds", "exposed_pp_ep_comm_seconds",
        "exposed_latency_seconds", "bubble_seconds",
    ]

    /// A row of a frontier table, without the columns that name machine and laws.
    public var frontierFields: [Field] {
        shapeFields + [
            Field("flop", .number(run.flop)), Field("months", .number(total / Calendar.month)),
            Field("utilization", .number(utilization)), Field("gpus", .integer(gpus)),
        ] + degreeFields + [
            Field("binding", .text(binding)), Field("gpus_given", .integer(gpusGiven)),
            Field("utilization_of_used", .number(utilizationOfUsed)),
        ] + placementFields + [
            Field("step_seconds", .number(price.step)), Field("total_seconds", .number(total.value)),
            Field("tokens", .number(run.tokens)), Field("memory_bytes", .number(memory.value)),
        ] + breakdownFields
    }
}

extension PlanningQuestion {
    /// Which plans were searched and how they were priced, in words.
    public var spaceWords: String { spaceWords(["\(settings.accounting.rawValue) accounting"]) }

    func spaceWords(_ accounting: [String]) -> String {
        (["\(preset.rawValue) space of plans"] + planDepartures + accounting).joined(separator: ", ")
    }
}

/// The columns that name the machine, the laws and the space of a row.
public struct RunLabels: Sendable {
    /// `hardware`, `batch_law` and `sparse`.
    public let fields: [Field]
    /// `space` and `accounting`, the last two columns of every table.
    public let spaceFields: [Field]

    /// Takes the names from a question.
    public init(_ question: PlanningQuestion) {
        fields = [
            Field("hardware", .text(question.machine.name)),
            Field("batch_law", .text(question.laws.batch.name)),
            Field("sparse", .integer(question.laws.sparsity == .dense ? 0 : 1)),
        ]
        spaceFields = [
            Field("space", .text(question.preset.rawValue)),
            Field("accounting", .text(question.settings.accounting.rawValue)),
        ]
    }

    /// Names of all columns of a frontier row, for rows without a plan.
    public static let planColumns =
        [
            "d_model", "d_ff", "params", "layers", "sparsity", "batch_tokens", "flop", "months",
            "utilization",
            "gpus", "tp_model", "tp_ff", "pp", "interleave", "dp", "ep", "microbatches", "zero_bubble",
            "binding",
            "gpus_given", "utilization_of_used", "dp_by_level", "tp_model_by_level", "tp_ff_by_level",
            "pp_by_level", "ep_by_level", "step_seconds", "total_seconds", "tokens", "memory_bytes",
        ] + PricedPlan.breakdownColumns
}
