/// Seconds that the passes of a pipeline take at least, from what its stages take.
///
/// Each bound is the length of one chain of passes that wait for one another, so the schedule played pass by pass
/// is never shorter. With p stages, M microbatches, F, G, W a stage's forward pass, the gradient that the stage before
/// waits for and the weights' that nobody waits for (G is the whole backward pass and W nothing where that is in one
/// piece), t = F + G + W, and sums over the stages before or behind stage k:
///
///     one chunk a stage, of every k
///         Σ before F + M t + max(0, Σ behind (F + G) - (lead - 1) F) + max(0, Σ before G - lag W)
///     all forward passes first, whole backward passes
///         Σ t + (M - 1)(max F + max G)
///     several chunks, in a loop, of every k          Σ before (first chunk's t) + M t
///     the same with M < p                            Σ t + (M - 1) max (first chunk's t)
///     several chunks, in a V, of every k             Σ before (first chunk's F) + M t
///     in two directions                              M max t
///     all                                            Σ (F + G)
///
/// Stage k begins when a microbatch has come through the stages before it, does all its work, and its last gradient
/// still has to go back; its first backward pass waits for the stages behind it, and it has only `lead` forward passes
/// to do until then. With all forward passes first, the stages are a line of machines there and another one back.
///
/// Exact for GPipe; for equal chunks and free messages, also for 1F1B, interleaved, H1 with M >= p, H2 with
/// M >= 2 p - 1 and V with M >= 2 p - 1 and F = G = W. Below the played time elsewhere: `PipelineFloorTests`.
/// Complexity: O(runs of equal stages).
public struct PipelineFloor: Sendable {
    /// What a stage takes for one microbatch, seconds; half of each of its chunks where two directions share the
    /// microbatches.
    public struct Stage: Sendable {
        /// All passes, with messages.
        public var total: Double
        /// Forward passes.
        public var forward: Double
        /// All passes of the chunk that a microbatch comes to first, at the least; not looked at for one chunk.
        public var firstTotal: Double
        /// Its forward pass, at the least.
        public var firstForward: Double

        /// Takes seconds.
        public init(total: Double, forward: Double, firstTotal: Double = 0, firstForward: Double = 0) {
            self.total = total
            self.forward = forward
            self.firstTotal = firstTotal
            self.firstForward = firstForward
        }
    }

    private let shape: PipelineShape
    private let microbatches: Double
    /// Whether backward passes are in one piece.
    private let isWhole: Bool
    /// Whether all forward passes come first.
    private let isForwardFirst: Bool
    private var sum = 0.0
    private var chain = 0.0
    private var mostForward = 0.0
    private var mostBackward = 0.0
    private var mostFirst = 0.0
    /// Stages passed, what comes before a stage's first pass, and what their gradients take.
    private var before = (stages: 0, head: 0.0, chain: 0.0, gradients: 0.0)
    private var longest = 0.0

    /// Prepares a bound: first all stages are counted, then all are passed in order.
    /// - Parameter shape: schedule, stages, chunks, microbatches.
    public init(_ shape: PipelineShape) {
        self.shape = shape
        microbatches = Double(shape.microbatches)
        let last = shape.schedule.rules.order(shape, stage: shape.devices - 1)
        isWhole = shape.schedule.isBackwardWhole
        isForwardFirst = isWhole && last.map { $0.lead >= shape.microbatches } ?? false
    }

    /// Counts equal stages, wherever they are.
    /// - Parameters:
    ///   - stage: what each takes.
    ///   - stages: how many.
    public mutating func count(_ stage: Stage, stages: Int) {
        sum += Double(stages) * stage.total
        chain += Double(stages) * (stage.forward + gradient(stage))
        mostForward = max(mostForward, stage.forward)
        mostBackward = max(mostBackward, stage.total - stage.forward)
        mostFirst = max(mostFirst, stage.firstTotal)
    }

    /// Passes equal stages that follow those passed before.
    ///
    /// The bound is convex along equal stages, so that the first and the last of them have the largest.
    /// - Parameters:
    ///   - stage: what each takes.
    ///   - stages: how many.
    public mutating func pass(_ stage: Stage, stages: Int) {
        let step = head(stage)
        longest = max(longest, bound(stage, ahead: 0, step))
        if stages > 1 { longest = max(longest, bound(stage, ahead: stages - 1, step)) }
        let count = Double(stages)
        before.stages += stages
        before.head += count * step
        before.chain += count * (stage.forward + gradient(stage))
        before.gradients += count * gradient(stage)
    }

    /// Seconds from the first start to the last end, at the least.
    public var seconds: Double {
        var least = max(longest, chain)
        if isForwardFirst { least = max(least, upper) }
        if shape.chunks > 1, shape.schedule.placement == .loop, shape.microbatches < shape.devices {
            least = max(least, sum + (microbatches - 1) * mostFirst)
        }
        return least
    }

    /// Whether the schedule, played, takes no longer.
    ///
    /// Known of GPipe and 1F1B, which never take more than Σ t + (M - 1)(max F + max G): docs/pipelines.md.
    public var isExact: Bool {
        isWhole && shape.chunks == 1 && seconds >= upper * (1 - 1e-12)
    }

    private var upper: Double { sum + (microbatches - 1) * (mostForward + mostBackward) }

    /// Seconds until a gradient can leave a stage.
    private func gradient(_ stage: Stage) -> Double {
        (stage.total - stage.forward) * (isWhole ? 1 : 0.5)
    }

    /// By how much a stage puts off the first pass of those behind it, and the end of those before it.
    private func head(_ stage: Stage) -> Double {
        guard shape.chunks > 1 else { return stage.forward }
        switch shape.schedule.placement {
        case .loop: return stage.firstTotal
        case .turn: return stage.firstForward
        case .opposed: return 0
        }
    }

    /// The bound of a stage with some of its like before it.
    private func bound(_ stage: Stage, ahead: Int, _ step: Double) -> Double {
        let here = before.head + Double(ahead) * step + microbatches * stage.total
        guard let order = shape.schedule.rules.order(shape, stage: before.stages + ahead) else { return here }
        let gradient = gradient(stage)
        let behind = chain - before.chain - Double(ahead + 1) * (stage.forward + gradient)
        var left = 0.0
        if case .split(let lag) = order.backward {
            left = Double(min(lag, shape.microbatches)) * (stage.total - stage.forward - gradient)
        }
        let after = before.gradients + Double(ahead) * gradient - left
        return here + max(0, behind - Double(order.lead - 1) * stage.forward) + max(0, after)
    }
}
