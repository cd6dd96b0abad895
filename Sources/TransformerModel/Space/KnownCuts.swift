import Optimization
import Synchronization
import Training

/// The ways to cut and to split models, listed once for all searches of a question.
///
/// A list depends on what follows what in a model and on the limits, neither on widths nor on the batch; accelerators
/// only end it. So the shapes of a family with as many layers share one, and so do searches for the fewest accelerators.
final class KnownCuts: Sendable {
    private struct Key: Hashable {
        var layers: [ChainElement]
        var multiTokenDepth: Int
        var most: Int
        var limits: LayoutLimits
    }

    /// The ways to cut a model, with what their pipelines of some batch take at the least.
    typealias Known = (cuts: CutTable, stretches: StretchTable)

    private struct Entry {
        var cuts: CutTable
        var stretches: [Int: StretchTable] = [:]
    }

    private struct SplitKey: Hashable {
        var model: Transformer
        var limits: LayoutLimits
    }

    private let known = Mutex<[Key: Entry]>([:])
    private let knownSplits = Mutex<[SplitKey: BlockSplits]>([:])

    /// The ways to split a model over tensor, context and expert ranks.
    func splits(of model: Transformer, limits: LayoutLimits) -> BlockSplits {
        let key = SplitKey(model: model, limits: limits)
        if let splits = knownSplits.withLock({ $0[key] }) { return splits }
        let splits = BlockSplits(of: model, limits: limits)
        knownSplits.withLock { $0[key] = splits }
        return splits
    }

    /// The ways to cut a model.
    /// - Parameters:
    ///   - model: whose kinds of layers and experts are those of every other model asked for.
    ///   - gpus: accelerators given.
    ///   - globalBatch: sequences in a step.
    ///   - limits: what may be chosen.
    ///   - clock: when to end; where it ends first, some are missing.
    /// - Returns: the tables, which may go on past the accelerators.
    func tables(
        of model: Transformer, gpus: Int, globalBatch: Int, limits: LayoutLimits, clock: SearchClock
    ) -> Known {
        let key = Key(
            layers: (0..<model.layers).map(model.element(atLayer:)), multiTokenDepth: model.multiTokenDepth,
            most: min(gpus, model.layers), limits: limits)
        let entry = known.withLock { $0[key] }
        if let entry, let stretches = entry.stretches[globalBatch] { return (entry.cuts, stretches) }
        let cuts = entry?.cuts ?? CutTable(model: model, gpus: gpus, limits: limits, clock: clock)
        let stretches = StretchTable(
            cuts, layers: model.layers, globalBatch: globalBatch, choices: limits.stages)
        if !clock.isOver {
            known.withLock { $0[key, default: Entry(cuts: cuts)].stretches[globalBatch] = stretches }
        }
        return (cuts, stretches)
    }
}
