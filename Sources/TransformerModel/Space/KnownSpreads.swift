import Synchronization
import Training

/// Where the ranks of layouts lie, by the degrees that decide it, looked up once for all searches of a question: shapes
/// and microbatches do not matter.
final class KnownSpreads: Sendable {
    private struct BlockKey: Hashable {
        var tensor, context, expert, expertTensor: Int
    }

    private struct StepKey: Hashable {
        var block: BlockKey
        var pipeline, data: Int
        /// Of nothing that is shared as of what is shared among all ranks.
        var group: Int?

        // Looked up more often than anything else, and few: one number instead of eight.
        func hash(into hasher: inout Hasher) {
            var mixed = UInt64(truncatingIfNeeded: block.tensor)
            for number in [block.context, block.expert, block.expertTensor, pipeline, data, group ?? 0] {
                mixed = (mixed ^ (mixed >> 29)) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(truncatingIfNeeded: number)
            }
            hasher.combine(mixed)
        }
    }

    private struct Known {
        var placement: LayoutPlacement?
        var blocks: [BlockKey: BlockSpreads] = [:]
        var steps: [StepKey: StepSpreads] = [:]
    }

    private let known = Mutex(Known())
    /// Entries that are kept; one takes half a kilobyte.
    private static let most = 100_000

    /// Of the ranks that exchange something in a layer.
    func block(_ layout: TrainingLayout, _ placement: LayoutPlacement) -> BlockSpreads {
        let key = Self.key(layout)
        return known.withLock { known in
            Self.prepare(&known, placement)
            if let spreads = known.blocks[key] { return spreads }
            let spreads = BlockSpreads(layout, placement: placement)
            known.blocks[key] = spreads
            return spreads
        }
    }

    /// Of the ranks that exchange something once a step or between stages; what is sharded does not matter, only among how
    /// many ranks.
    func step(_ layout: TrainingLayout, _ placement: LayoutPlacement) -> StepSpreads {
        let key = StepKey(
            block: Self.key(layout), pipeline: layout.pipeline, data: layout.data,
            group: layout.sharding.group)
        return known.withLock { known in
            Self.prepare(&known, placement)
            if let spreads = known.steps[key] { return spreads }
            let spreads = StepSpreads(layout, placement: placement)
            known.steps[key] = spreads
            return spreads
        }
    }

    private static func key(_ layout: TrainingLayout) -> BlockKey {
        BlockKey(
            tensor: layout.tensor, context: layout.context, expert: layout.expert,
            expertTensor: layout.expertTensor)
    }

    private static func prepare(_ known: inout Known, _ placement: LayoutPlacement) {
        if known.placement != placement { known = Known(placement: placement) }
        if known.steps.count >= most { known.steps = [:] }
        if known.blocks.count >= most { known.blocks = [:] }
    }
}
