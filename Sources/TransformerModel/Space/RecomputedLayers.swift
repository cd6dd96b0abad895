import Training

/// What some layers keep for a microbatch, and take longer for what they recompute to keep no more.
///
/// Modules are recomputed in every layer alike; whole layers in some share of a stage's.
struct RecomputedLayers: Sendable {
    /// A choice of modules: bytes that a microbatch in flight leaves, and seconds that recomputing adds.
    private struct Choice {
        var bytes: Double
        var seconds: Double
    }

    /// Ever fewer bytes for ever more seconds.
    private let modules: [Choice]
    /// Bytes of layers that are kept, if they may be, and of those that are recomputed, with what that adds.
    private let kept: Double
    private let recomputed: Double
    private let again: Double
    /// Bytes of the layers at work on a stage that recomputes.
    private let working: Double

    /// What rounding may take off a number, many times over.
    private static let rounding = 1e-9

    /// Takes a block's costs.
    /// - Parameters:
    ///   - costs: of the block.
    ///   - counts: layers by kind.
    ///   - model: prices layers.
    ///   - shares: how layers may be recomputed.
    ///   - choices: modules that may be recomputed in every layer.
    init(
        _ costs: BlockCosts, counts: [Int], of model: TransformerStepModel,
        shares: TransformerStepModel.RecomputationShares, modules choices: [LayoutRecomputation]
    ) {
        let kinds = counts.indices.filter { counts[$0] > 0 }
        func sum(_ part: (Int) -> Double) -> Double {
            kinds.reduce(0) { $0 + Double(counts[$1]) * part($1) }
        }
        let (layers, activations) = (costs.layers, costs.activations.layers)
        kept = shares.keeps ? sum { activations[$0].kept } : .infinity
        recomputed = shares.recomputes ? sum { activations[$0].full } : .infinity
        again = sum { max(0, layers[$0].full.total - layers[$0].kept.total) }
        working =
            model.memoryConstants.workingLayers * kinds.reduce(0) { max($0, activations[$1].kept) }
        let all = choices.map { choice in
            let modules = model.modules(of: choice)
            return Choice(
                bytes: sum { activations[$0].kept(without: modules) },
                seconds: sum {
                    let seconds = model.seconds(of: layers[$0], recomputing: modules).total
                    return max(0, seconds - layers[$0].kept.total)
                })
        }
        modules = all.sorted { ($0.seconds, $0.bytes) < ($1.seconds, $1.bytes) }.reduce(into: []) {
            if $1.bytes < $0.last?.bytes ?? .infinity { $0.append($1) }
        }
    }

    /// Seconds that recomputation adds to all of them at the least where they keep at most so many bytes of a microbatch.
    /// - Parameters:
    ///   - bytes: of all of them for one microbatch in flight.
    ///   - held: the share of them that a stage has, times its microbatches in flight: over it what the layers at work take.
    /// - Returns: seconds; infinite where no choice keeps so little.
    func seconds(keeping bytes: Double, held: Double) -> Double {
        let most = bytes * (1 + Self.rounding)
        guard kept > most else { return 0 }
        let modules = modules.first { $0.bytes <= most }?.seconds ?? .infinity
        // Of a share s of the layers recomputed: (1 − s)·kept + s·(recomputed + working/held).
        let least = recomputed + working / held
        guard least <= most else { return modules }
        let share = kept < .infinity ? (kept - most) / (kept - least) : 1
        return min(modules, share * again)
    }
}
