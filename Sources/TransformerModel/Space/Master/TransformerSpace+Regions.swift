import Optimization
import Training

/// Regions of the space: even or balanced stages, ranges of accelerators used and of the work of blocks.
///
/// The coupling axes are the block, the grid (pipeline and data degree), the accelerators used and the choice of
/// stages. The third follows from the first two; it is there so that a whole number of accelerators can be
/// excluded in one row. The fourth is the region's own.
extension TransformerSpace: LinearizableSpace {
    /// Layouts of some blocks whose accelerators used lie in a range.
    public struct Region: Sendable {
        /// How the model is cut into stages.
        var stages: LayoutLimits.StageChoice
        /// Fewest and most accelerators used.
        var range: ClosedRange<Int>
        /// The blocks, least work first.
        var blocks: ArraySlice<BlockWork>
    }

    /// Octaves of accelerators used, the fewest last.
    public func regions() -> [BoundedRegion<Region>] {
        let works = blocks.indices.map(blockWork).sorted { ($0.work, $0.index) < ($1.work, $1.index) }
        var octaves: [BoundedRegion<Region>] = []
        // Among equals the last comes first: even stages are priced from tables and spare most cuts.
        for stages in limits.stages.sorted(by: >) {
            var highest = gpus
            while highest >= 1 {
                let lowest = floor.usesAll ? highest : highest / 2 + 1
                let octave = Region(stages: stages, range: lowest...highest, blocks: works[...])
                if let octave = bounded(octave) { octaves.append(octave) }
                highest = floor.usesAll ? 0 : lowest - 1
            }
        }
        return octaves
    }

    /// The rank that an objective of a region's master stands for.
    public func bound(of region: Region, objective: Double) -> Rank { Rank(objective, 0, 0) }

    /// The master of a region, or the region cut by the work of its blocks if it would have too many columns.
    public func master(of region: Region, limit: Rank) -> MasterAnswer<Region> {
        var columns = LayoutColumns(space: self, region: region, limit: min(limit.primary, deadline))
        let blocks = region.blocks
        if columns.count > LayoutColumns.most, blocks.count > 1 {
            let middle = blocks.startIndex + blocks.count / 2
            let halves = [blocks[..<middle], blocks[middle...]]
            let children = halves.map { Region(stages: region.stages, range: region.range, blocks: $0) }
            return .children(children.compactMap(bounded))
        }
        columns.dropConflicting(self)
        return columns.groups.isEmpty ? .nothing : .problem(columns.problem())
    }

    /// None: rows that exclude a number of accelerators close a region faster than cutting it.
    public func split(_ region: Region, at assignment: [Int]) -> [BoundedRegion<Region>] { [] }

    /// All blocks of a grid first, then everything on the same number of accelerators.
    public var openAxes: [Set<Int>] { [[0], [0, 1]] }

    /// The combinations on as many accelerators that agree on all axes but some.
    public func combinations(
        like assignment: [Int], except axes: Set<Int>, in region: Region, limit: Rank
    ) -> [[Int]] {
        let gpus = assignment[2]
        let fixed = axes.contains(1) ? nil : Grid(option: assignment[1])
        let ceiling = min(limit.primary, deadline)
        var found: [(least: Double, assignment: [Int])] = []
        for block in region.blocks {
            guard leastStep(work: block.work, gpus: gpus) <= ceiling else { break }
            guard axes.contains(0) || block.index == assignment[0] else { continue }
            for grid in grids(of: block, gpus: gpus) where fixed == nil || fixed == grid {
                let least = leastStep(Self.stageChoices[assignment[3]], block, grid)
                if least <= ceiling {
                    found.append((least, [block.index, grid.option, gpus, assignment[3]]))
                }
            }
        }
        // The most promising first, so that the limit falls early.
        return found.sorted { $0.least < $1.least }.map(\.assignment)
    }

    /// The pairs of pipeline and data degree with which a block uses some accelerators.
    private func grids(of block: BlockWork, gpus: Int) -> [Grid] {
        let (ranks, rest) = gpus.quotientAndRemainder(dividingBy: block.inner)
        guard rest == 0 else { return [] }
        return cuts.dataDegrees(dividing: globalBatch / block.microbatch).compactMap { data in
            guard ranks.isMultiple(of: data), cuts.pipelines.contains(ranks / data) else { return nil }
            return Grid(pipeline: ranks / data, data: data)
        }
    }

    /// Options of the fourth coupling axis.
    static let stageChoices = LayoutLimits.StageChoice.allCases

    /// Prices the layouts of one block, pipeline and data degree.
    public func price(_ assignment: [Int], into frontier: inout Frontier<TransformerSpace>) {
        let grid = Grid(option: assignment[1])
        let least = leastStep(Self.stageChoices[assignment[3]], blockWork(assignment[0]), grid)
        guard suitsExperts(blocks.layout(assignment[0]), grid), least <= deadline,
            !(frontier.limit < Rank(least, 0, 0)), mayFit(block: assignment[0], grid)
        else { return }
        price(Self.stageChoices[assignment[3]], assignment[0], grid, into: &frontier)
    }

    /// Whether a grid that suits a block's microbatch and accelerators suits its experts too.
    func suitsExperts(_ block: TrainingLayout, _ grid: Grid) -> Bool {
        (block.tensor * block.context * grid.data).isMultiple(of: block.expert * block.expertTensor)
    }

    /// A region with the bound of its least work; nil where no block fits or the deadline is missed.
    private func bounded(_ region: Region) -> BoundedRegion<Region>? {
        let most = region.range.upperBound
        guard let quickest = region.blocks.first(where: { $0.inner <= most }) else { return nil }
        let least = leastStep(work: quickest.work, gpus: most)
        return least <= deadline ? BoundedRegion(region, bound: Rank(least, 0, 0)) : nil
    }
}

extension TransformerSpace.Grid {
    /// The grid of an option of the second coupling axis.
    init(option: Int) { self.init(pipeline: option >> 32, data: option & 0xFFFF_FFFF) }

    /// The grid as an option of the second coupling axis.
    var option: Int { pipeline << 32 | data }
}
