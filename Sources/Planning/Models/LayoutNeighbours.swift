import Optimization
import Quantities
import Training
import TransformerModel

/// Layouts that differ from one in a single decision, and in what must follow from it.
struct LayoutNeighbours {
    let layout: TrainingLayout
    let question: TransformerQuestion
    /// Accelerators given.
    let gpus: Int
    let model: TransformerStepModel

    /// Largest degree that is tried.
    private static let mostRanks = 1024
    /// Most values of a count that is no degree.
    private static let mostCounts = 12

    /// The quickest of them that can run.
    /// - Parameter clock: when to end, with the quickest by then.
    /// - Returns: the layout with its price, nil where none is quicker; and how many were priced.
    func best(until clock: SearchClock) -> (layout: PricedLayout?, tried: Int) {
        var best = model.priced(layout)
        let own = best
        var tried = 0
        // A layout that cannot run is helped by any that can.
        var isAnyBetter = !shortfalls(own).isEmpty
        for neighbour in layouts where !clock.isOver {
            tried += 1
            let priced = model.priced(neighbour)
            guard shortfalls(priced).isEmpty else { continue }
            guard isAnyBetter || priced.step.total.value < best.step.total.value * (1 - 1e-9) else {
                continue
            }
            (best, isAnyBetter) = (priced, false)
        }
        return (best.layout == own.layout ? nil : best, tried)
    }

    private func shortfalls(_ priced: PricedLayout) -> [RunShortfall] {
        question.shortfalls(of: priced, gpus: gpus, model: model)
    }

    /// The layouts, each once, that are legal and that the software runs.
    private var layouts: [TrainingLayout] {
        var known: Set<TrainingLayout> = [layout]
        var found: [TrainingLayout] = []
        for (name, values) in changes {
            for value in values {
                for candidate in changed(name, to: value) where known.insert(candidate).inserted {
                    guard candidate.problems(for: question.job.model).isEmpty,
                        question.limits.software.problems(with: candidate, for: question.job.model).isEmpty
                    else { continue }
                    found.append(candidate)
                }
            }
        }
        return found
    }

    /// A decision changed: with the recomputation that there is, and with as little as fits.
    private func changed(_ name: String, to value: String) -> [TrainingLayout] {
        let change = [(name: name, value: value)]
        let kept = name == "recompute" ? [] : [(name: "recompute", value: layout.recomputation.name)]
        return [change + kept, change].compactMap {
            try? PartialLayout(fields: $0).completed(by: layout, gpus: gpus, model: model)
        }
    }

    /// Values of each decision that are tried.
    private var changes: [(name: String, values: [String])] {
        let degrees = Divisors.all(of: gpus).filter { $0 <= Self.mostRanks }.map(String.init)
        let sequences = Divisors.all(of: layout.globalBatch).prefix(Self.mostCounts).map(String.init)
        let perStage = max(1, question.job.model.layers / max(1, layout.pipeline))
        let whole = (1...min(perStage, Self.mostCounts)).map { LayoutRecomputation.layersPerStage($0) }
        let modules = RecomputedModules.named.map { LayoutRecomputation.modules($0.module) }
        let recomputations = [.nothing, .selective, .full] + modules + whole
        return [
            ("tp", degrees), ("sequence_parallel", ["yes", "no"]), ("cp", degrees),
            ("context_method", ContextMethod.allCases.map(\.rawValue)), ("pp", degrees),
            ("interleave", (1...min(perStage, Self.mostCounts)).map(String.init)),
            ("schedule", Schedule.allCases.map(\.rawValue)), ("ep", degrees), ("expert_tensor", degrees),
            ("zero", Sharding.Stage.allCases.map { "\($0.rawValue)" }), ("microbatch", sequences),
            ("recompute", recomputations.map(\.name)), ("shard_group", ["all"] + degrees),
            ("offload", [Offload(), .optimizer, .weights, .activations].map(\.name)),
        ]
    }
}
