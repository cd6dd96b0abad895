import Optimization
import Synchronization
import Training

/// The ways to cut models, listed once for all searches of a question.
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

    private let known = Mutex<[Key: CutTable]>([:])

    /// The ways to cut a model.
    /// - Parameters:
    ///   - model: whose kinds of layers and experts are those of every other model asked for.
    ///   - gpus: accelerators given.
    ///   - limits: what may be chosen.
    ///   - clock: when to end; where it ends first, some are missing.
    /// - Returns: the table, which may go on past the accelerators.
    func table(of model: Transformer, gpus: Int, limits: LayoutLimits, clock: SearchClock) -> CutTable {
        let key = Key(
            layers: (0..<model.layers).map(model.element(atLayer:)), multiTokenDepth: model.multiTokenDepth,
            most: min(gpus, model.layers), limits: limits)
        if let table = known.withLock({ $0[key] }) { return table }
        let table = CutTable(model: model, gpus: gpus, limits: limits, clock: clock)
        if !clock.isOver { known.withLock { $0[key] = table } }
        return table
    }
}
