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

    init(_ question: some KeptQuestion, version: String) {
        let members = question.keyMembers.merging(["question": question.json]) { own, _ in own }
        inputs = JSONValue.object(members).text(.line)
        digest = Digest.of("\(version)\n\(inputs)")
    }
}
