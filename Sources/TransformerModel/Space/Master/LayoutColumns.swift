import Training

/// The columns of a region's master: complete local decisions with their least cost, useless ones dropped.
///
/// A *group* holds all blocks with one microbatch size and one product of tensor and context degrees, and all
/// pairs of pipeline and data degree (*passes*) that go with them in the region. A pass therefore knows its
/// microbatches and its accelerators, and only the product of a pass's rate and a block's work couples the two.
/// See `docs/mixed-integer.md`, "Transformers".
struct LayoutColumns {
    /// A pipeline and data degree.
    struct Pass {
        var grid: TransformerSpace.Grid
        /// Accelerators used.
        var gpus: Int
        /// Seconds of the step for each accelerator-second of work, beyond what a step takes without any.
        var rate: Double
        /// Seconds of the step with the group's least work.
        var seconds = 0.0
    }

    /// Blocks and passes that go together.
    struct Group {
        var microbatch: Int
        var inner: Int
        var blocks: [TransformerSpace.BlockWork] = []
        var passes: [Pass] = []
        /// Passes that blocks do not go with, by experts or memory: for each such set, its blocks.
        var conflicts: [[Int]: [Int]] = [:]

        /// Least work of the blocks, least rate of the passes.
        var leastWork = 0.0
        var leastRate = 0.0

        var count: Int { blocks.count + passes.count }

        /// Seconds of a block beyond those of the least work, at the least rate.
        func excess(_ block: TransformerSpace.BlockWork) -> Double {
            leastRate * (block.work - leastWork) * (1 - 1e-9)
        }
    }

    /// Columns above which a region is cut.
    static let most = 5_000

    private(set) var groups: [Group] = []
    /// How the region's layouts cut the model into stages.
    let stages: LayoutLimits.StageChoice
    /// Seconds that a step takes without any work.
    private let overhead: Double
    /// Seconds above which nothing matters, infinite for none.
    let limit: Double
    /// The same with more than the rounding of the sums compared with it.
    private var ceiling: Double { limit * (1 + 1e-9) }

    var count: Int { groups.reduce(0) { $0 + $1.count } }

    /// Lists the columns of a region within the limit, whether or not they fit into memory.
    /// - Parameters:
    ///   - space: the space.
    ///   - region: the region.
    ///   - limit: seconds of a step above which nothing matters.
    init(space: TransformerSpace, region: TransformerSpace.Region, limit: Double) {
        self.limit = limit
        stages = region.stages
        overhead = space.model.job.conduct.stepOverhead
        let range = region.range
        // Blocks that the most accelerators of the region could finish in time.
        let blocks = region.blocks.prefix {
            space.leastStep(work: $0.work, gpus: range.upperBound) <= limit
        }
        let keyed = Dictionary(grouping: blocks.lazy.filter { $0.inner <= range.upperBound }) {
            [$0.microbatch, $0.inner]
        }
        for (key, members) in keyed.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            var group = Group(microbatch: key[0], inner: key[1], blocks: members)
            group.passes = Self.passes(of: group, space, region, ceiling)
            group.dropCostly(above: ceiling, overhead: overhead)
            if group.count > 0 { groups.append(group) }
        }
    }

    /// Lists what does not go together, and drops what goes with nothing.
    mutating func dropConflicting(_ space: TransformerSpace) {
        for index in groups.indices {
            var before = -1
            while groups[index].count != before {
                before = groups[index].count
                groups[index].dropConflicting(space)
                groups[index].dropCostly(above: ceiling, overhead: overhead)
            }
        }
        groups.removeAll { $0.count == 0 }
    }

    /// The passes of a group that its least work could take within a number of seconds.
    private static func passes(
        of group: Group, _ space: TransformerSpace, _ region: TransformerSpace.Region, _ ceiling: Double
    ) -> [Pass] {
        let sequences = space.globalBatch / group.microbatch
        let layerShare = group.blocks.map(\.layerShare).min() ?? 0
        let mainShare = group.blocks.map(\.mainShare).min() ?? 0
        let work = group.blocks.map(\.work).min() ?? 0
        var passes: [Pass] = []
        for data in space.cuts.dataDegrees(dividing: sequences) {
            for pipeline in space.cuts.pipelines {
                let gpus = group.inner * data * pipeline
                guard gpus <= region.range.upperBound else { break }
                guard gpus >= region.range.lowerBound, work <= ceiling * Double(gpus),
                    space.cuts.leaves(
                        pipeline: pipeline, microbatches: sequences / data, stages: region.stages) > 0
                else { continue }
                let stretch = space.leastStretch(
                    region.stages, pipeline: pipeline, microbatches: sequences / data,
                    layerShare: layerShare, mainShare: mainShare)
                let rate = space.model.leastRate(gpus: gpus) * stretch
                guard rate < .infinity, work * rate <= ceiling else { continue }
                passes.append(
                    Pass(grid: .init(pipeline: pipeline, data: data), gpus: gpus, rate: rate))
            }
        }
        return passes
    }
}

extension LayoutColumns.Group {
    /// Drops blocks and passes that cost more than the limit with everything that goes with them.
    fileprivate mutating func dropCostly(above ceiling: Double, overhead: Double) {
        var before = -1
        while count != before {
            before = count
            leastWork = blocks.map(\.work).min() ?? 0
            for index in passes.indices {
                passes[index].seconds = (leastWork * passes[index].rate + overhead) * (1 - 1e-9)
            }
            passes.removeAll { $0.seconds > ceiling }
            leastRate = passes.map(\.rate).min() ?? 0
            let quickest = passes.map(\.seconds).min() ?? .infinity
            blocks = blocks.filter { quickest + excess($0) <= ceiling }
            if blocks.isEmpty || passes.isEmpty { (blocks, passes) = ([], []) }
        }
    }

    /// Lists which passes each block excludes, and drops what goes with nothing.
    fileprivate mutating func dropConflicting(_ space: TransformerSpace) {
        var useful: Set<Int> = []
        var kept: [TransformerSpace.BlockWork] = []
        conflicts = [:]
        for column in blocks {
            let layout = space.blocks.layout(column.index)
            var excluded: [Int] = []
            for (index, pass) in passes.enumerated() {
                if space.suitsExperts(layout, pass.grid), space.mayFit(block: column.index, pass.grid) {
                    useful.insert(index)
                } else {
                    excluded.append(index)
                }
            }
            guard excluded.count < passes.count else { continue }
            kept.append(column)
            if !excluded.isEmpty { conflicts[excluded, default: []].append(column.index) }
        }
        blocks = kept
        // The lists of conflicts hold only if this drops none, so it is repeated until then.
        passes = passes.indices.filter(useful.contains).map { passes[$0] }
    }
}
