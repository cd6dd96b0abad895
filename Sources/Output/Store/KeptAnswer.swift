import Optimization
import Planning
import Reports
import ScalingModel
import Training
import TransformerModel

/// An answer that a store can keep.
public protocol KeptAnswer: Sendable {
    /// The question.
    associatedtype Question: KeptQuestion
    /// The question.
    var question: Question { get }
    /// Plans, best first.
    var plans: [Question.Priced] { get }
    /// What was proved.
    var certificate: Certificate { get }
    /// Why there is no plan.
    var infeasibility: [String] { get }
    /// What a reader should know.
    var notes: [String] { get }

    /// An answer from its parts.
    init(
        question: Question, plans: [Question.Priced], certificate: Certificate, infeasibility: [String],
        notes: [String])
}

/// A question whose answers a store can keep.
public protocol KeptQuestion: ReportedQuestion {
    /// What answers it.
    associatedtype Answer: KeptAnswer where Answer.Question == Self
    /// Table of the store.
    static var table: String { get }
    /// Columns of the table for its labels and its best plan; those of words are `TEXT`.
    static var columns: [(name: String, isWord: Bool)] { get }
    /// What decides, beside ``ReportedQuestion/json``, whether two questions are the same.
    var keyMembers: [String: JSONValue] { get }
    /// How much is said where there is no plan.
    var reasonsName: String { get }
    /// Effective compute of a plan's run, FLOP.
    func effectiveFlop(of plan: Priced) -> Double
    /// What a reader should know of an answer with a plan.
    func answerNotes(on plan: Priced) -> [String]
}

extension PlanningAnswer: KeptAnswer {}

extension PlanningQuestion: KeptQuestion {
    /// What answers it.
    public typealias Answer = PlanningAnswer

    /// Table of the store.
    public static var table: String { "answers" }

    /// Columns of the table.
    public static var columns: [(name: String, isWord: Bool)] {
        let words: Set<String> = [
            "hardware", "batch_law", "binding", "dp_by_level", "tp_model_by_level", "tp_ff_by_level",
            "pp_by_level", "ep_by_level",
        ]
        return (["hardware", "batch_law", "sparse"] + RunLabels.planColumns).map { ($0, words.contains($0)) }
    }

    /// What else decides whether two questions are the same.
    public var keyMembers: [String: JSONValue] {
        [
            "engine": .text(engine.rawValue),
            "depth_law": .array([.number(laws.depth.coefficient), .number(laws.depth.exponent)]),
            "sparsity_law": .text("\(laws.sparsity)"), "batch": .text("\(laws.batch)"),
            "tokens_per_parameter": .number(laws.tokensPerParameter),
            "feed_forward_ratio": .integer(laws.feedForwardRatio),
        ]
    }

    /// How much is said where there is no plan.
    public var reasonsName: String { reasons == .full ? "full" : "brief" }

    /// Effective compute of a run, FLOP.
    public func effectiveFlop(of plan: PricedPlan) -> Double {
        let reducible = value(of: plan.run.shape).reducible(flop: plan.run.flop)
        return effectiveCompute.flop(reducible: reducible)
    }

    /// What a reader should know of an answer.
    public func answerNotes(on plan: PricedPlan) -> [String] {
        (try? Planner(self))?.notes(for: plan) ?? []
    }
}

extension TransformerAnswer: KeptAnswer {
    /// What a reader should know.
    public var notes: [String] { [] }

    /// Takes its parts.
    public init(
        question: TransformerQuestion, plans: [LayoutRun], certificate: Certificate, infeasibility: [String],
        notes: [String]
    ) {
        var flop = plans.first?.flop
        var gpus = plans.first?.gpusGiven ?? 0
        switch question.given {
        case .gpus(let given): (flop, gpus) = (nil, given)
        case .gpusAndFlop(let given, let asked):
            (flop, gpus) = (question.family == nil ? asked : flop ?? asked, given)
        case .flopAndTime(let asked, _): flop = question.family == nil ? asked : flop ?? asked
        case .gpusAndTime(let given, _): gpus = given
        }
        self.init(
            question: question, member: question.family == nil ? nil : plans.first?.question,
            layouts: plans.map(\.priced), certificate: certificate,
            infeasibility: infeasibility, flop: flop, gpusGiven: gpus)
    }
}

extension TransformerQuestion: KeptQuestion {
    /// What answers it.
    public typealias Answer = TransformerAnswer

    /// Table of the store.
    public static var table: String { "layouts" }

    /// Columns of the table.
    public static var columns: [(name: String, isWord: Bool)] {
        let words: Set<String> = [
            "model", "hardware", "precision", "batch_law", "binding", "sequence_parallel", "context_method",
            "schedule", "zero", "recompute", "stages", "layers_by_chunk", "offload", "shard_group",
        ]
        return (labelColumns + planColumns).map { ($0, words.contains($0)) }
    }

    /// What else decides whether two questions are the same.
    public var keyMembers: [String: JSONValue] { ["engine": .text(engine.rawValue)] }
    /// How much is said where there is no plan.
    public var reasonsName: String { "full" }
    /// What a reader should know of an answer.
    public func answerNotes(on plan: LayoutRun) -> [String] { [] }
}
