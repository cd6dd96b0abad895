import Optimization
import Training

/// How width, feed-forward width, depth and experts are chosen.
public enum ShapeChoice: Hashable, Sendable {
    /// By the laws, from the compute.
    case law
    /// Together with the plan, among many; compared by effective compute.
    case free(ShapeFreedom)
}

/// The shapes among which a free search chooses.
public struct ShapeFreedom: Hashable, Sendable {
    /// Depth over the depth that the law gives to as many active parameters, both ends included.
    public var depthRange: ClosedRange<Double>
    /// Feed-forward widths as multiples of the width, ascending.
    public var ratios: [Int]
    /// How far the active parameters may lie from the law's, as a factor either way.
    public var parameterFactor: Double
    /// How far the experts may lie from the law's, as a factor either way; only where they follow the law.
    public var expertFactor: Double
    /// How much data a shape gets.
    public var data: DataRule
    /// Widths instead of the grid's, for small searches; nil for the grid.
    public var widths: [Int]?
    /// Depths instead of the grid's, for small searches; nil for the grid.
    public var depths: [Int]?

    /// How parameters and data share the compute.
    public enum DataRule: Hashable, Sendable {
        /// As the loss model finds best.
        case lossOptimal
        /// At least as many tokens a parameter as the law, so that the model is as small as asked for.
        ///
        /// The law's own shape, which rounding may put a little below, is always allowed.
        case atLeastLaw
    }

    /// Depths that are searched where none are asked for: the penalty then decides alone.
    public static let widestDepthRange = 1.0 / 32...4.0

    /// Makes a freedom; unless changed, the whole grid with the data share of least loss.
    public init(
        depthRange: ClosedRange<Double> = widestDepthRange, ratios: [Int] = [2, 3, 4, 6, 8],
        parameterFactor: Double = 64, expertFactor: Double = 4, data: DataRule = .lossOptimal,
        widths: [Int]? = nil, depths: [Int]? = nil
    ) {
        self.depthRange = depthRange
        self.ratios = ratios
        self.parameterFactor = parameterFactor
        self.expertFactor = expertFactor
        self.data = data
        self.widths = widths
        self.depths = depths
    }
}

extension ShapeAccount {
    mutating func discard(_ count: Int = 1, by rule: ShapeRule) {
        guard count > 0 else { return }
        discarded[rule.rawValue, default: 0] += count
    }
}

/// Why a shape cannot hold the answer.
enum ShapeRule: String {
    /// Its parameters leave more loss than the target, whatever the data.
    case lossUnreachable = "loss_unreachable"
    /// It reaches the target only with more tokens than there are.
    case tokenLimit = "token_limit"
    /// It reaches the target with fewer tokens a parameter than asked for.
    case tokensPerParameter = "tokens_per_parameter"
    /// Its compute lies outside the range that questions may be about.
    case computeRange = "compute_range"
    /// Its weights and optimizer state alone do not fit into the accelerators given.
    case memory = "shape_memory"
    /// Kernel latencies of its layers alone, one after the other, pass the deadline.
    case latency = "shape_latency"
    /// Its FLOP at the sustained rate, or its latencies, already pass the best so far.
    case bound = "shape_bound"
}
