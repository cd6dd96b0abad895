import Optimization
import Quantities
import Training

/// How little memory the layouts of a model can do with on some number of accelerators: a bound that none is
/// below, and the leanest of the layouts that save most.
///
/// Both take what saves most of every decision: the smallest microbatch, everything sharded and offloaded that
/// may be, activations recomputed. So a few thousand combinations of degrees are all that is looked at, where a
/// search would look at every layout.
struct LeastMemory {
    /// Tensor, context and expert ranks with the costs of their block.
    private struct Ranks {
        var layout: TrainingLayout
        var held: HeldByModel
    }

    private let model: TransformerStepModel
    private let globalBatch: Int
    private let limits: LayoutLimits
    private let ranks: [Ranks]
    private let pipelines: [Int]
    private let datas: [Int]
    private let clock: SearchClock

    /// Prepares the combinations.
    /// - Parameters:
    ///   - model: prices memory.
    ///   - gpus: the most accelerators that will be asked about.
    ///   - globalBatch: sequences in a step.
    ///   - limits: what may be chosen.
    ///   - clock: when the work must end; some combinations are missing then.
    init(
        model: TransformerStepModel, gpus: Int, globalBatch: Int, limits: LayoutLimits, clock: SearchClock
    ) {
        self.model = model
        self.globalBatch = globalBatch
        self.limits = limits
        self.clock = clock
        let job = model.job.model
        let whole = StageTable(TrainingLayout(), model: job)
        let most = min(job.layers, gpus)
        pipelines = (limits.pipeline ?? Array(1...most)).filter { (1...most).contains($0) }.sorted()
        let smallest = Divisors.all(of: globalBatch).first { limits.microbatch?.contains($0) ?? true } ?? 1
        datas = Divisors.all(of: globalBatch).filter { limits.data?.contains($0) ?? true }
        var lean = limits
        lean.microbatch = [smallest]
        // Splitting the sequence never takes more memory, and how attention reaches other ranks takes none.
        lean.sequenceParallelism = [limits.sequenceParallelism.contains(.on) ? .on : .off]
        var layouts: [TrainingLayout] = []
        var places: [[Int]: Int] = [:]
        BlockList.forEachLayout(of: job, gpus: gpus, globalBatch: globalBatch, limits: lean) { layout in
            // Of the same product of expert degrees, the smaller expert-tensor degree holds no more.
            let key = [layout.tensor, layout.context, layout.expert * layout.expertTensor]
            guard let place = places[key] else {
                places[key] = layouts.count
                layouts.append(layout)
                return
            }
            if layout.expertTensor < layouts[place].expertTensor { layouts[place] = layout }
        }
        var ranks: [Ranks] = []
        for layout in layouts where !clock.isOver {
            ranks.append(Ranks(layout: layout, held: model.held(layout, whole: whole)))
        }
        self.ranks = ranks
    }

    /// Bytes of a rank that no layout on so many accelerators is below; infinite where no degrees are legal.
    func bound(gpus: Int) -> Double {
        var least = Double.infinity
        forEachGrid(gpus: gpus, pipelines: { most, all in all.last { $0 <= most }.map { [$0] } ?? [] }) {
            least = min(least, $1)
        }
        return least
    }

    /// The layout of least memory among those that save most of everything; nil where none is legal.
    func leanest(gpus: Int) -> PricedLayout? {
        let layers = model.job.model.layers
        var candidates: [(layout: Ranks, pipeline: Int, data: Int, bound: Double)] = []
        let choose: (Int, [Int]) -> [Int] = { most, all in
            let fitting = all.filter { $0 <= most }
            return fitting.filter { layers.isMultiple(of: $0) || $0 == fitting.last }
        }
        forEachGrid(gpus: gpus, pipelines: choose) { place, bound in
            candidates.append((ranks[place.index], place.pipeline, place.data, bound))
        }
        candidates.sort { $0.bound < $1.bound }
        var best: (layout: TrainingLayout, memory: MemoryFootprint)?
        for candidate in candidates {
            if let best, best.memory.total.value <= candidate.bound { break }
            guard !clock.isOver else { break }
            var layout = candidate.layout.layout
            layout.pipeline = candidate.pipeline
            layout.data = candidate.data
            for lean in leanForms(layout) {
                let memory = model.memory(lean)
                guard memory.host <= model.hostCapacity else { continue }
                if let best, best.memory.total <= memory.total { continue }
                best = (lean, memory)
            }
        }
        return best.map { PricedLayout(layout: $0.layout, step: model.step($0.layout), memory: $0.memory) }
    }

    /// The forms of a layout's other decisions that may take least memory, those that are legal.
    private func leanForms(_ given: TrainingLayout) -> [TrainingLayout] {
        var forms: [TrainingLayout] = []
        var layout = given
        // With nothing to share the space has the first choice alone.
        let known = layout.pipeline > 1 ? limits.software.pipelineSharding : limits.software.sharding
        let stage =
            layout.data * layout.context > 1
            ? limits.sharding.filter(known.contains).max() : limits.sharding.first
        let groups: [Int?] =
            switch limits.shardGroups {
            case .domains, .any: [nil]
            case .given(let sizes): sizes
            }
        let recomputations = limits.leanRecomputations(
            of: model.job.model, mostLayers: (model.job.model.layers - 1) / layout.pipeline)
        for schedule in limits.schedules {
            layout.schedule = schedule
            for chunks in limits.chunks ?? [schedule.chunkRange.lowerBound] {
                layout.chunks = chunks
                for group in groups {
                    layout.sharding = Sharding(stage ?? .nothing, group: group)
                    for recomputation in recomputations {
                        layout.recomputation = recomputation
                        for offload in limits.offload {
                            layout.offload = offload
                            if layout.problems(for: model.job.model).isEmpty,
                                limits.software.runs(layout, for: model.job.model)
                            {
                                forms.append(layout)
                            }
                        }
                    }
                }
            }
        }
        return forms
    }

    /// Visits degrees with their bound.
    private func forEachGrid(
        gpus: Int, pipelines choose: (_ most: Int, _ all: [Int]) -> [Int],
        _ visit: (_ place: (index: Int, pipeline: Int, data: Int), _ bound: Double) -> Void
    ) {
        let offload = limits.offload.reduce(Offload()) { $0.union($1) }
        let floors = limits.sharding.map { model.memoryFloor(sharding: $0, offload: offload) }
        for (index, entry) in ranks.enumerated() {
            guard !clock.isOver else { return }
            let held = entry.held
            let inner = held.tensor * held.context
            for data in datas where inner * data <= gpus {
                guard (inner * data).isMultiple(of: held.expertRanks) else { continue }
                for pipeline in choose(gpus / (inner * data), pipelines) {
                    let least = floors.reduce(Double.infinity) {
                        min($0, $1.bytes(held, pipeline: pipeline, data: data))
                    }
                    visit((index, pipeline, data), least)
                }
            }
        }
    }
}
