import Optimization
import Training

/// Why a shape of a family cannot hold the answer; names as in the certificate.
enum MemberRule: String, Error {
    /// Its parameters leave more loss than the target, whatever the data.
    case lossUnreachable = "loss_unreachable"
    /// It reaches the target only with more tokens than there are.
    case tokenLimit = "token_limit"
    /// It reaches the target with fewer tokens a parameter than asked for.
    case tokensPerParameter = "tokens_per_parameter"
    /// Its weights and optimizer states alone do not fit into the accelerators given.
    case memory = "shape_memory"
    /// No number of accelerators does its least step in time.
    case deadline = "shape_latency"
    /// Its compute asks for a batch that no question may have.
    case batch = "batch_range"
    /// Its least step already passes the best so far.
    case bound = "shape_bound"
}

extension ShapeAccount {
    mutating func discard(_ count: Int = 1, by rule: MemberRule) {
        guard count > 0 else { return }
        discarded[rule.rawValue, default: 0] += count
    }
}

extension TransformerFamily {
    /// The rule on data that forbids a shape its run; nil if none does.
    func rule(against value: MemberValue, flop: Double) -> MemberRule? {
        let tokens = flop / value.flopPerToken
        if tokens > mostTokens ?? .infinity { return .tokenLimit }
        if data == .atLeastCurve, tokens < tokensPerParameter * value.activeParameters {
            return .tokensPerParameter
        }
        return nil
    }
}

extension MemberRun {
    /// The order in which shapes are searched: by bound, then by shape.
    static func precedes(_ left: MemberRun, _ right: MemberRun) -> Bool {
        left.bound != right.bound
            ? left.bound < right.bound
            : left.shape.orderKey.lexicographicallyPrecedes(right.shape.orderKey)
    }
}
