/// Why a layout is not legal for a model.
public enum LayoutProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// A number below 1.
    case notPositive(field: String, value: Int)
    /// The degrees multiply past the range of integers that are handled.
    case tooManyRanks
    /// A degree that must divide a number of the model does not.
    case doesNotDivide(field: String, value: Int, of: String, total: Int)
    /// Tensor degree and heads of keys neither divide nor are divided.
    case keyValueHeads(tensor: Int, heads: Int)
    /// Ranks over which no software is known to split a mixer.
    case unsplitMixer(field: String, value: Int, mixer: String)
    /// A way of reaching context ranks that an attention does not have.
    case contextMethod(method: ContextMethod, mixer: String, accepted: ContextMethod)
    /// Expert degrees in a model without experts.
    case noExperts(field: String, value: Int)
    /// Chunks that the schedule does not have.
    case chunks(schedule: Schedule, chunks: Int, accepted: ClosedRange<Int>)
    /// A schedule that needs a pipeline.
    case noPipeline(schedule: Schedule)
    /// More chunks than the model has elements to fill them with.
    case tooManyChunks(chunks: Int, layers: Int)
    /// A spread of layers that does not fit.
    case spread(reason: String)
    /// Fewer microbatches than a schedule needs.
    case microbatches(schedule: Schedule, microbatches: Int, needed: Int)
    /// An odd number of stages or microbatches where pairs are needed.
    case notEven(schedule: Schedule, field: String, value: Int)
    /// More layers recomputed than a stage has.
    case recomputedLayers(value: Int, most: Int)
    /// Modules that cannot be recomputed.
    case recomputedModules(reason: String)
    /// Recomputed layers given for another number of stages.
    case recomputedStages(value: Int, stages: Int)
    /// A shard group without sharding.
    case shardGroupWithoutSharding(group: Int)
    /// Ranks that do not match those given.
    case ranks(needed: Int, given: Int)

    /// One line: which value, why, what would be accepted.
    public var description: String {
        switch self {
        case .notPositive(let field, let value): "\(field) is \(value); it starts at 1"
        case .tooManyRanks: "the degrees multiply to more than 2^31 ranks; fewer are accepted"
        case .doesNotDivide(let field, let value, let other, let total):
            "\(other) \(total) is not divisible by \(field) \(value); "
                + "\(field) \(Self.divisors(of: total, near: value)) would be accepted"
        case .keyValueHeads(let tensor, let heads):
            "tensor \(tensor) and kv_heads \(heads) do not divide one another; tensor "
                + "\(Self.divisors(of: heads, near: tensor)) or a multiple of \(heads) would be accepted"
        case .unsplitMixer(let field, let value, let mixer):
            "\(field) is \(value), but no software is known to split \(mixer) so; 1 would be accepted"
        case .contextMethod(let method, let mixer, let accepted):
            "context ranks exchange by \(method.rawValue), but with \(mixer) they are known to exchange by "
                + "\(accepted.rawValue) alone; that, or context 1, would be accepted"
        case .noExperts(let field, let value):
            "\(field) is \(value) but the model has no experts; 1 would be accepted"
        case .chunks(let schedule, let chunks, let accepted):
            "schedule \(schedule.rawValue) has "
                + (accepted.count == 1 ? "\(accepted.lowerBound)" : "at least \(accepted.lowerBound)")
                + " chunks a stage, not \(chunks)"
        case .noPipeline(let schedule):
            "schedule \(schedule.rawValue) needs at least 2 stages; with pipeline 1, 1f1b is accepted"
        case .tooManyChunks(let chunks, let layers):
            "\(chunks) chunks cannot each have one of \(layers) layers; at most \(layers) are accepted"
        case .spread(let reason): reason
        case .microbatches(let schedule, let microbatches, let needed):
            "schedule \(schedule.rawValue) needs at least \(needed) microbatches, not \(microbatches); "
                + "raise the global batch or lower data or microbatch"
        case .notEven(let schedule, let field, let value):
            "schedule \(schedule.rawValue) needs an even \(field), not \(value)"
        case .recomputedLayers(let value, let most):
            "recomputation of \(value) layers a stage, but the largest stage has \(most); "
                + "1 to \(most), or full, is accepted"
        case .recomputedModules(let reason): reason
        case .recomputedStages(let value, let stages):
            "recomputed layers are given for \(value) stages; \(stages) are needed"
        case .shardGroupWithoutSharding(let group):
            "a shard group of \(group) without sharding; leave it out, or shard the optimizer at least"
        case .ranks(let needed, let given):
            "tensor x context x data x pipeline is \(needed), but \(given) ranks are given; "
                + "the two must be equal"
        }
    }

    /// The divisors on both sides of a value: `4 or 8`.
    private static func divisors(of total: Int, near value: Int) -> String {
        var below = 1
        var above: Int?
        var small = 1
        while small * small <= total {
            if total.isMultiple(of: small) {
                for divisor in [small, total / small] {
                    if divisor <= value {
                        below = max(below, divisor)
                    } else {
                        above = min(above ?? divisor, divisor)
                    }
                }
            }
            small += 1
        }
        return [below, above].compactMap { $0.map(String.init) }.joined(separator: " or ")
    }
}
