import Optimization
import Training

/// By how much the pipelines of a model and a batch stretch work that would be shared evenly, at the least: looked up by
/// choice of stages, pipeline degree p and number of microbatches M.
///
/// The slowest stage takes γ·Σ/p for each microbatch, where γ is above 1 if ⌈L/p⌉ layers are more than a pth of Σ. Of the
/// layers that there are most of, c seconds each, some stage of every even cut has n or more, and a step comes through h of
/// them or more before it (`CutTable.Heads`, of the cuts that run with M), so that it takes c·(M·n + h). Stages that are
/// cut to be balanced may be shorter the later they come: `CutFloor.sumWeight`, and, as they hold whole layers,
/// `FullestStages`.
final class StretchTable: Sendable {
    /// Factors of a step's work over its accelerators: it takes the largest of three products at least.
    struct Stretch {
        /// With the work; infinite where no cut runs.
        var all: Double
        /// With the work times the share of the cheapest layer.
        var leastLayer: Double
        /// With the work times the share of the layer that there are most of.
        var mainLayer: Double

        /// Of no cut.
        static let none = Stretch(all: .infinity, leastLayer: 0, mainLayer: 0)

        /// Whether some cut runs.
        var isRun: Bool { all < .infinity }

        /// The factor of the work.
        /// - Parameters:
        ///   - leastShare: the cheapest layer over all layers and ends.
        ///   - mainShare: the layer that there are most of over the same.
        /// - Returns: at least 1; infinite where no cut runs.
        func factor(leastLayer leastShare: Double, mainLayer mainShare: Double) -> Double {
            max(all, leastLayer * leastShare, mainLayer * mainShare)
        }

        /// The factors for one of so many stages.
        fileprivate func over(_ stages: Double) -> Stretch {
            Stretch(all: all / stages, leastLayer: leastLayer / stages, mainLayer: mainLayer / stages)
        }

        fileprivate func lowered(to other: Stretch) -> Stretch {
            guard isRun else { return other }
            guard other.isRun else { return self }
            return Stretch(
                all: min(all, other.all), leastLayer: min(leastLayer, other.leastLayer),
                mainLayer: min(mainLayer, other.mainLayer))
        }
    }

    /// A data degree with what a block does with it.
    struct DataDegree {
        let data: Int
        /// Microbatches of a data rank.
        let count: Int
        /// Place of their number.
        fileprivate let microbatches: Int
    }

    private let cuts: CutTable
    private let globalBatch: Int
    private let choices: [LayoutLimits.StageChoice]
    /// Numbers of microbatches, ascending.
    private let microbatches: [Int]
    /// By choice of stages, microbatches and pipeline degree; empty for choices that are not asked.
    private let stretches: [[Stretch]]
    /// The same over the stages, of the best of all pipeline degrees up to one.
    private let shortest: [[Stretch]]
    /// The same of the best choice of stages.
    private let shortestOfAny: [Stretch]

    /// Lists them.
    /// - Parameters:
    ///   - cuts: of the model.
    ///   - layers: of the model.
    ///   - globalBatch: sequences in a step.
    ///   - choices: of stages.
    init(_ cuts: CutTable, layers: Int, globalBatch: Int, choices: [LayoutLimits.StageChoice]) {
        self.cuts = cuts
        self.globalBatch = globalBatch
        self.choices = choices
        microbatches = Divisors.all(of: globalBatch)
        var stretches: [[Stretch]] = LayoutLimits.StageChoice.allCases.map { _ in [] }
        var shortest = stretches
        for choice in choices {
            for count in microbatches {
                var least = Stretch.none
                for pipeline in cuts.pipelines {
                    let stretch = Self.stretch(
                        cuts, choice, layers: layers, pipeline: pipeline, microbatches: count)
                    least = least.lowered(to: stretch.over(Double(pipeline)))
                    stretches[choice.index].append(stretch)
                    shortest[choice.index].append(least)
                }
            }
        }
        self.stretches = stretches
        self.shortest = shortest
        let asked = choices.map { shortest[$0.index] }
        shortestOfAny = (asked.first ?? []).indices.map { place in
            asked.reduce(Stretch.none) { $0.lowered(to: $1[place]) }
        }
    }

    private static func stretch(
        _ cuts: CutTable, _ choice: LayoutLimits.StageChoice, layers: Int, pipeline: Int, microbatches: Int
    ) -> Stretch {
        let fullest = FullestStages(layers: layers, pipeline: pipeline)
        let most = Double(fullest.layers)
        // In two directions a stage averages two chunks and may have less than ⌈L/p⌉ layers.
        let runsBothWays = cuts.mayRunBothWays(pipeline: pipeline, microbatches: microbatches)
        var stretch = Stretch(all: 1, leastLayer: runsBothWays ? 0 : most * Double(pipeline), mainLayer: 0)
        guard let heads = cuts.heads(pipeline: pipeline, microbatches: microbatches, stages: choice) else {
            return .none
        }
        let (stages, rounds) = (Double(pipeline), Double(microbatches))
        if choice != .balanced {
            stretch.mainLayer = stages * (heads.most + heads.before / rounds)
            // None of these layers is quicker than the cheapest.
            stretch.leastLayer = max(stretch.leastLayer, stretch.mainLayer)
        }
        guard let chunks = heads.chunks else { return stretch }
        let weight = CutFloor.sumWeight(
            share: 1 / Double(chunks), stages: pipeline, microbatches: microbatches)
        stretch.all = max(1, weight * stages / rounds)
        guard choice == .balanced, !runsBothWays else { return stretch }
        let before = fullest.before(share: 1, chunks: chunks)
        stretch.leastLayer = stages * fullest.passed(before: before, microbatches: rounds) / rounds
        return stretch
    }

    /// The stretch of one pipeline degree with a number of microbatches that divides the batch.
    func stretch(_ choice: LayoutLimits.StageChoice, pipeline: Int, microbatches count: Int) -> Stretch {
        guard let place = cuts.place(of: pipeline), let row = row(microbatches: count) else { return .none }
        return stretches[choice.index][row * cuts.pipelines.count + place]
    }

    /// The stretch of a pipeline degree by its place.
    func stretch(_ choice: LayoutLimits.StageChoice, place: Int, _ degree: DataDegree) -> Stretch {
        stretches[choice.index][degree.microbatches * cuts.pipelines.count + place]
    }

    /// The stretches over the stages, the least of the first so many pipeline degrees, at least one; of any choice of stages
    /// where none is given.
    func shortest(_ choice: LayoutLimits.StageChoice?, first count: Int, _ degree: DataDegree) -> Stretch {
        let place = degree.microbatches * cuts.pipelines.count + count - 1
        guard let choice else { return shortestOfAny[place] }
        return shortest[choice.index][place]
    }

    /// The same of the first pipeline degrees, or of one alone, by their places.
    func shortest(
        _ choice: LayoutLimits.StageChoice?, _ places: Range<Int>, _ degree: DataDegree
    ) -> Stretch {
        guard places.lowerBound > 0 else {
            return shortest(choice, first: places.upperBound, degree)
        }
        let place = places.upperBound - 1
        let stages = Double(cuts.pipelines[place])
        if let choice { return stretch(choice, place: place, degree).over(stages) }
        return choices.reduce(Stretch.none) {
            $0.lowered(to: stretch($1, place: place, degree).over(stages))
        }
    }

    /// The data degrees that go with a microbatch size, ascending.
    func dataDegrees(microbatch: Int) -> [DataDegree] {
        let sequences = globalBatch / microbatch
        return cuts.dataDegrees(dividing: sequences).compactMap { data in
            row(microbatches: sequences / data).map {
                DataDegree(data: data, count: sequences / data, microbatches: $0)
            }
        }
    }

    private func row(microbatches count: Int) -> Int? {
        var (low, high) = (0, microbatches.count)
        while low < high {
            let middle = (low + high) / 2
            if microbatches[middle] < count { low = middle + 1 } else { high = middle }
        }
        return low < microbatches.count && microbatches[low] == count ? low : nil
    }
}
