import Foundation
import Training

/// Which shapes to search first, so that a good plan is known early.
///
/// Where moving data costs much, the best shape lies far from that of least compute: shallower, wider, with
/// more parameters. One shape of least bound for each octave of depth and of parameters finds such a region
/// quickly. This decides how long a search takes and nothing else: what is searched first is searched anyway
/// or would have been, and the answer does not depend on the order.
enum ShapeProbes {
    /// Probes, in the order of their bounds.
    /// - Parameter candidates: in the order of their bounds.
    /// - Returns: indices into them.
    static func indices(of candidates: [ShapeCandidate]) -> [Int] {
        guard let first = candidates.first else { return [] }
        let middle = log2(first.shape.activeParameters)
        var seen: Set<[Int]> = []
        return candidates.indices.filter { index in
            let candidate = candidates[index]
            let size = (log2(candidate.shape.activeParameters) - middle).rounded()
            guard abs(size) <= 2 else { return false }
            return seen.insert([Int(log2(candidate.value.depthRatio).rounded()), Int(size)]).inserted
        }
    }
}
