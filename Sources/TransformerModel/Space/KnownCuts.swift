import Optimization
import Synchronization
import Training

/// The ways to cut and to split models, listed once for all searches of a question.
///
/// The shapes of a family with as many layers share ways to cut them, and so do searches for the fewest accelerators.
final class KnownCuts: Sendable {
    /// The ways to cut a model, with what their pipelines of some batch take at the least.
    typealias Known = (cuts: CutTable, stretches: StretchTable)

    private struct StretchKey: Hashable {
        var cuts: CutTables.Key
        var globalBatch: Int
    }

    private struct SplitKey: Hashable {
        var model: Transformer
        var limits: LayoutLimits
    }

    /// Where the ranks of layouts lie.
    let spreads = KnownSpreads()
    private let tables: CutTables
    private let known = Mutex<[StretchKey: Known]>([:])
    private let knownSplits = Mutex<[SplitKey: BlockSplits]>([:])

    /// Takes ways to cut models that searches of other questions may have listed.
    init(_ tables: CutTables = CutTables()) { self.tables = tables }

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
        let key = StretchKey(
            cuts: CutTables.Key(model, gpus: gpus, limits: limits), globalBatch: globalBatch)
        if let known = known.withLock({ $0[key] }) { return known }
        let cuts = tables.table(key.cuts, of: model, clock: clock)
        let stretches = StretchTable(
            cuts, layers: model.layers, globalBatch: globalBatch, choices: limits.stages)
        if !clock.isOver { known.withLock { $0[key] = (cuts, stretches) } }
        return (cuts, stretches)
    }
}

/// The ways to cut models, whatever the batch: what searches of many questions have in common.
///
/// A list depends on what follows what in a model and on the limits, neither on widths nor on the batch; accelerators
/// only end it.
public final class CutTables: Sendable {
    struct Key: Hashable {
        private var layers: [ChainElement]
        private var multiTokenDepth: Int
        fileprivate var most: Int
        fileprivate var limits: LayoutLimits

        init(_ model: Transformer, gpus: Int, limits: LayoutLimits) {
            layers = (0..<model.layers).map(model.element(atLayer:))
            multiTokenDepth = model.multiTokenDepth
            most = min(gpus, model.layers)
            self.limits = limits
        }
    }

    private let known = Mutex<[Key: CutTable]>([:])

    /// Lists nothing yet.
    public init() {}

    fileprivate func table(_ key: Key, of model: Transformer, clock: SearchClock) -> CutTable {
        if let cuts = known.withLock({ $0[key] }) { return cuts }
        let cuts = CutTable(model: model, gpus: key.most, limits: key.limits, clock: clock)
        if !clock.isOver { known.withLock { $0[key] = cuts } }
        return cuts
    }
}
