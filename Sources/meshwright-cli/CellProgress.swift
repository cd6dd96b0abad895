import Foundation

/// Cells finished and time left, on stderr.
final class CellProgress: Sendable {
    private let total: Int
    private let progress: Progress

    /// Starts watching.
    /// - Parameter total: cells to be answered in this run.
    init(total: Int) {
        self.total = total
        progress = Progress("0 of \(total) cells")
    }

    /// Tells how many cells are finished.
    func finished(_ count: Int) {
        // Text is only built now and then: small cells come by the thousand in a second.
        guard count.isMultiple(of: max(1, total / 1000)) else { return }
        let left = progress.seconds / Double(count) * Double(total - count)
        progress.update("\(count) of \(total) cells, about \(Int(left)) s left")
    }

    /// Says what is done after the cells.
    func look(_ text: String) { progress.update(text) }

    /// Removes the line.
    func finish() { progress.finish() }
}
