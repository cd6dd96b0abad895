import Foundation
import Optimization
import Reports
import ScalingModel

/// What decides whether two questions are the same: all inputs with every number of the machine, the engine,
/// and the version of the program.
///
/// A time limit is no part of it, because only answers that are proved are kept; neither is how much is said
/// about an infeasible question.
struct QuestionKey: Hashable, Sendable {
    /// Canonical JSON on one line, names sorted.
    let inputs: String
    /// Digest of the inputs and the version; the inputs are compared as well, so that a collision is a miss.
    let digest: String

    init(_ question: PlanningQuestion, version: String) {
        let laws = question.laws
        inputs = JSONValue.object([
            "question": question.json, "engine": .text(question.engine.rawValue),
            "depth_law": .array([.number(laws.depth.coefficient), .number(laws.depth.exponent)]),
            "sparsity_law": .text("\(laws.sparsity)"), "batch": .text("\(laws.batch)"),
            "tokens_per_parameter": .number(laws.tokensPerParameter),
            "feed_forward_ratio": .integer(laws.feedForwardRatio),
        ]).text(.line)
        digest = Digest.of("\(version)\n\(inputs)")
    }
}
