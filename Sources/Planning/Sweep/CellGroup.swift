import ScalingModel
import Training

/// Cells of a sweep that one search, or a chain of searches that warm-start each other, answers.
///
/// Shape and batch are constant on ranges of compute, and there only the number of steps follows the compute.
/// So with the accelerators given, one search answers every amount of compute of the range: the fastest step
/// is the fastest run.
struct CellGroup: Sendable {
    /// The cells in the order in which they are searched: each is a good start for the next.
    var cells: [SweepCell]
}

extension Sweep {
    /// Divides cells into groups for a number of threads.
    ///
    /// Given accelerators ascend, because a plan fits into every larger cluster; without them compute
    /// descends, because a plan that finishes a large run in time finishes a smaller one, and times ascend,
    /// because a plan that is in time stays so. Groups are cut into
    /// pieces where there are too few of them to keep the threads busy; what a cell's answer is does not
    /// depend on it.
    /// - Parameters:
    ///   - cells: some of ``cells``.
    ///   - threads: at least 1.
    /// - Returns: groups that together have every cell once.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    func groups(of cells: [SweepCell], threads: Int) throws(PlanningError) -> [CellGroup] {
        guard !cells.isEmpty else { return [] }
        if points == .publishedWidths || !template.sharesRuns {
            return cells.map { CellGroup(cells: [$0]) }
        }
        let runs = try template.runs(of: cells.map(\.flop))
        var positions: [String: Int] = [:]
        var groups: [CellGroup] = []
        for (cell, run) in zip(cells, runs) {
            if let position = positions[run] {
                groups[position].cells.append(cell)
            } else {
                positions[run] = groups.count
                groups.append(CellGroup(cells: [cell]))
            }
        }
        let pieces = max(1, 8 * max(1, threads) / groups.count)
        return groups.flatMap { Self.ordered($0).pieces(pieces) }
    }

    private static func ordered(_ group: CellGroup) -> CellGroup {
        CellGroup(
            cells: group.cells.sorted { left, right in
                if let one = left.gpus, let other = right.gpus {
                    return one != other ? one < other : left.index < right.index
                }
                if left.flop != right.flop { return left.flop > right.flop }
                if let one = left.time, let other = right.time, one != other { return one < other }
                return left.index < right.index
            })
    }
}

extension CellGroup {
    /// The group cut into at most so many pieces, never between cells that one search answers.
    func pieces(_ count: Int) -> [CellGroup] {
        guard count > 1, cells.count > 1 else { return [self] }
        let size = (cells.count + count - 1) / count
        var pieces: [CellGroup] = []
        for cell in cells {
            let isFull = (pieces.last?.cells.count ?? size) >= size
            let isShared = cell.gpus != nil && pieces.last?.cells.last?.gpus == cell.gpus
            if isFull, !isShared { pieces.append(CellGroup(cells: [])) }
            pieces[pieces.count - 1].cells.append(cell)
        }
        return pieces
    }
}
