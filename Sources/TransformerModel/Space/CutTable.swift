import Optimization
import Training

/// The ways to cut a model into a pipeline: degree, schedule, chunks.
struct CutTable: Sendable {
    /// One way.
    struct Cut: Sendable {
        var schedule: Schedule
        var chunks: Int
        /// How layers are spread, even or with the ends counted; balanced stages start from even ones.
        var spread: LayerSpread
        var stages: StageTable
        /// Layers of the largest stage.
        var mostLayers: Int
        /// Choices of recomputation.
        var recomputations: Int
        /// Whether stages may be cut unevenly.
        var isOpen: Bool
        /// The microbatches that its schedule needs.
        var needs: ScheduleNeeds
        /// Whether the software runs it with whole rounds of microbatches alone, one for each stage.
        var isInRounds: Bool

        /// Whether the software runs it with so many microbatches, as far as their number decides.
        func isRun(microbatches: Int, stages: Int) -> Bool {
            !isInRounds || microbatches.isMultiple(of: stages)
        }

        /// Whether the cut stands for a choice of stages.
        func belongs(to stages: LayoutLimits.StageChoice) -> Bool {
            switch stages {
            case .even: spread == .even
            case .countingEnds: spread == .countingEnds
            case .balanced: isOpen
            }
        }

        /// Leaves for one choice of sharding: recomputations, or the one best cut.
        func leaves(_ stages: LayoutLimits.StageChoice) -> Int {
            guard belongs(to: stages) else { return 0 }
            return stages == .balanced ? 1 : recomputations
        }
    }

    /// Pipeline degrees, ascending.
    let pipelines: [Int]
    /// For each choice of stages, the cuts of each pipeline degree.
    private let cutsByChoice: [[[Cut]]]
    /// Place in ``pipelines`` of the first degree that is not below a number.
    private let places: [Int]
    /// Leaves of schedules that need the same numbers of microbatches.
    private struct Group: Sendable {
        let needs: ScheduleNeeds
        /// Those of the first pipeline degrees, so many, by choice of stages, for one choice of sharding.
        let leavesOfFirst: [[Int]]
    }

    private let groups: [Group]
    /// For each choice of stages, what all cuts of each pipeline degree have in common, and what those have that need no
    /// whole rounds.
    private let headsByChoice: [[(all: Heads?, anyRounds: Heads?)]]
    private let allowedData: [Int]?
    /// Needs of the schedules that may be chosen and run in two directions.
    private let bothWays: [ScheduleNeeds]

    /// Lists the ways; where the clock ends first, some are missing.
    init(model: Transformer, gpus: Int, limits: LayoutLimits, clock: SearchClock = .unlimited) {
        let most = min(model.layers, gpus)
        pipelines = (limits.pipeline ?? Array(1...most)).filter { (1...most).contains($0) }.sorted()
        let source = Source(model: model, limits: limits)
        let cuts = pipelines.map { source.cuts(pipeline: $0, clock) }
        let degrees = pipelines
        var place = 0
        places = (0...max(1, most) + 1).map { number in
            while place < degrees.count, degrees[place] < number { place += 1 }
            return place
        }
        let choices = LayoutLimits.StageChoice.allCases
        cutsByChoice = choices.map { choice in cuts.map { $0.filter { $0.belongs(to: choice) } } }
        let counts = model.elementCounts.filter(\.element.kind.isLayer).map {
            (element: $0.element, count: $0.count)
        }
        let main = TransformerStepModel.mainLayer(counts)
        headsByChoice = zip(choices, cutsByChoice).map { choice, cuts in
            func heads(_ cuts: [Cut]) -> Heads? {
                Heads(cuts, main: main, counts: counts.map(\.count), isBalanced: choice == .balanced)
            }
            return cuts.map { (heads($0), heads($0.filter { !$0.isInRounds })) }
        }
        let needs: [ScheduleNeeds] = limits.schedules.reduce(into: []) {
            if !$0.contains($1.needs) { $0.append($1.needs) }
        }
        groups = needs.map { needs in
            let leavesOfFirst = choices.map { choice in
                cuts.reduce(into: [0]) { sums, cuts in
                    let leaves = cuts.reduce(0) { $0 + ($1.needs == needs ? $1.leaves(choice) : 0) }
                    sums.append(sums[sums.count - 1] + leaves)
                }
            }
            return Group(needs: needs, leavesOfFirst: leavesOfFirst)
        }
        allowedData = limits.data
        bothWays = limits.schedules.filter { $0.placement == .opposed }.map(\.needs)
    }

    /// The cuts of a pipeline degree that stand for a choice of stages; each is legal only for the microbatches
    /// that its schedule needs.
    func cuts(pipeline: Int, stages: LayoutLimits.StageChoice) -> [Cut] {
        place(of: pipeline).map { cutsByChoice[stages.index][$0] } ?? []
    }

    /// What all cuts of a pipeline degree have in common that run with some microbatches; nil where there are none.
    func heads(pipeline: Int, microbatches: Int, stages: LayoutLimits.StageChoice) -> Heads? {
        guard let place = place(of: pipeline) else { return nil }
        let heads = headsByChoice[stages.index][place]
        return microbatches.isMultiple(of: pipeline) ? heads.all : heads.anyRounds
    }

    /// Leaves of a pipeline degree for one choice of sharding.
    func leaves(pipeline: Int, microbatches: Int, stages: LayoutLimits.StageChoice) -> Int {
        guard let place = place(of: pipeline) else { return 0 }
        var leaves = 0
        for group in groups where group.needs.accepts(stages: pipeline, microbatches: microbatches) {
            let counts = group.leavesOfFirst[stages.index]
            leaves += counts[place + 1] - counts[place]
        }
        return leaves
    }

    /// Leaves of all pipeline degrees up to one for one choice of sharding.
    func leaves(pipelinesUpTo most: Int, microbatches: Int, stages: LayoutLimits.StageChoice) -> Int {
        var leaves = 0
        for group in groups {
            let stagesTaken = min(most, group.needs.mostStages(microbatches: microbatches))
            leaves += group.leavesOfFirst[stages.index][count(upTo: stagesTaken)]
        }
        return leaves
    }

    /// Leaves of some pipeline degrees by their places, the first ones or one alone, for one choice of sharding.
    func leaves(places: Range<Int>, microbatches: Int, stages: LayoutLimits.StageChoice) -> Int {
        guard let last = places.last else { return 0 }
        return places.count == 1
            ? leaves(pipeline: pipelines[last], microbatches: microbatches, stages: stages)
            : leaves(pipelinesUpTo: pipelines[last], microbatches: microbatches, stages: stages)
    }

    /// How many pipeline degrees are at most so many stages; they are the first of ``pipelines``.
    func count(upTo most: Int) -> Int { places[max(0, min(most + 1, places.count - 1))] }

    /// Place of a pipeline degree in ``pipelines``; nil where it is not one of them.
    func place(of pipeline: Int) -> Int? {
        guard pipeline >= 0, pipeline < places.count else { return nil }
        let place = places[pipeline]
        return place < pipelines.count && pipelines[place] == pipeline ? place : nil
    }

    /// Whether a schedule in two directions is among those of a pipeline degree with some microbatches.
    func mayRunBothWays(pipeline: Int, microbatches: Int) -> Bool {
        bothWays.contains { $0.accepts(stages: pipeline, microbatches: microbatches) }
    }

    /// Data degrees that divide a number and may be chosen, ascending.
    func dataDegrees(dividing number: Int) -> [Int] {
        let all = Divisors.all(of: number)
        guard let allowedData else { return all }
        return all.filter(allowedData.contains)
    }
}

/// What the cuts of one model are made from.
private struct Source {
    let model: Transformer
    let limits: LayoutLimits
    private let layers: LayerCounts
    /// Choices of recomputation by module.
    private let modules: Int

    init(model: Transformer, limits: LayoutLimits) {
        self.model = model
        self.limits = limits
        layers = LayerCounts(model)
        modules = limits.recomputationsByModule(of: model).count
    }

    /// The cuts of a pipeline degree; where the clock ends first, some are missing.
    func cuts(pipeline: Int, _ clock: SearchClock) -> [CutTable.Cut] {
        var cuts: [CutTable.Cut] = []
        for schedule in limits.schedules {
            guard pipeline > 1 || schedule == .oneForwardOneBackward else { continue }
            guard schedule.needs.accepts(stages: pipeline) else { continue }
            for spread in [LayerSpread.even, .countingEnds] {
                // Embedding, head and multi-token depths are counted beside the layers.
                let elements = spread == .even ? model.layers : model.layers + 2 + model.multiTokenDepth
                let most = schedule.placement == .opposed ? 2 : elements / pipeline
                let range = schedule.chunkRange.clamped(to: 1...max(1, most))
                for chunks in range where schedule.chunkRange.contains(chunks) {
                    guard !clock.isOver else { return cuts }
                    if let allowed = limits.chunks, !allowed.contains(chunks) { continue }
                    var layout = TrainingLayout(
                        pipeline: pipeline, chunks: chunks, schedule: schedule, spread: spread)
                    // No data degree: the stages do not depend on it.
                    layout.globalBatch = 1
                    guard spread == .even || isOther(layout) else { continue }
                    cuts.append(cut(layout))
                }
            }
        }
        return cuts
    }

    /// Whether counting the ends cuts a model otherwise than even stages do.
    private func isOther(_ layout: TrainingLayout) -> Bool {
        guard layout.pipeline > 1, layout.schedule.placement != .opposed else { return false }
        var even = layout
        even.spread = .even
        return layout.cutCount > model.layers
            || layout.layersByChunk(of: model) != even.layersByChunk(of: model)
    }

    private func cut(_ layout: TrainingLayout) -> CutTable.Cut {
        let stages = StageTable(layout, model: model, layers: layers)
        let mostLayers = stages.mostLayers
        let isOpen =
            layout.spread == .even
            && StageBalance.isOpen(
                layout.schedule, pipeline: layout.pipeline, kinds: stages.kinds,
                choices: StageBalance.Choices(limits))
        return CutTable.Cut(
            schedule: layout.schedule, chunks: layout.chunks, spread: layout.spread, stages: stages,
            mostLayers: mostLayers,
            recomputations: limits.recomputationCount(byModule: modules, mostLayers: mostLayers),
            isOpen: isOpen, needs: layout.schedule.needs,
            isInRounds: limits.software.runsInRounds(layout.schedule))
    }
}
