import Foundation
import Optimization
import Planning
import Reports
import ScalingModel

/// The points of one journal or of several, each checked against the sweep.
struct JournalPoints<Question: SweepQuestion> {
    let sweep: Sweep<Question>
    private let cells: [Int: SweepCell]
    private var entries: [Int: JournalEntry<Question.Record>] = [:]
    /// Points, in the order of their cells.
    private(set) var points: [SweepPoint<Question>] = []
    /// What was left out, in words.
    private(set) var warnings: [String] = []

    init(sweep: Sweep<Question>, cells: [SweepCell]) {
        self.sweep = sweep
        self.cells = Dictionary(cells.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Adds what a journal held.
    /// - Throws: ``OutputError`` when two answers to one cell differ or a cell is not one of the sweep's.
    mutating func add(_ contents: CellJournal.Contents, place: String) throws {
        let decoder = JSONDecoder()
        let found = contents.entries.compactMap {
            try? decoder.decode(JournalEntry<Question.Record>.self, from: $0)
        }.filter(\.isPrintable)
        let damaged = contents.damagedLines + contents.entries.count - found.count
        if damaged > 0 { warnings.append("\(place): \(damaged) damaged lines left out") }
        var reader = try Question.Reader(sweep)
        for entry in found {
            guard let cell = cells[entry.cell] else {
                throw OutputError(
                    "\(place) has cell \(entry.cell), which is not one of those asked; use another folder")
            }
            if let other = entries[entry.cell] {
                guard other.hasSameAnswer(as: entry) else {
                    throw OutputError(
                        "\(place) answers cell \(entry.cell) otherwise than it was answered before; remove the "
                            + "folder that is wrong and run its part again")
                }
                continue
            }
            do {
                let plan = try entry.plan.map { try reader.priced($0, for: cell) }
                entries[entry.cell] = entry
                points.append(
                    SweepPoint(
                        cell: cell, plan: plan, reason: entry.reason ?? "", certificate: entry.certificate,
                        effort: entry.effort))
            } catch RecordFault.illegal(let reason) {
                warnings.append("\(place): the plan of cell \(entry.cell) is not legal (\(reason)); left out")
            } catch RecordFault.otherPrice {
                warnings.append("\(place): the plan of cell \(entry.cell) now has another price; left out")
            }
        }
        points.sort { $0.cell.index < $1.cell.index }
    }
}
