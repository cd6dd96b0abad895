import Foundation
import Optimization
import Planning
import Quantities
import Reports

/// Several folders of one sweep, put together.
public struct ShardMerge {
    private let folders: [URL]
    private let contents: [CellJournal.Contents]

    /// Reads the journals.
    /// - Parameter folders: at least one.
    /// - Throws: ``OutputError`` when one cannot be read or answers other inputs than the first.
    public init(folders: [URL]) throws(OutputError) {
        self.folders = folders
        var contents: [CellJournal.Contents] = []
        for folder in folders { contents.append(try CellJournal.read(folder: folder)) }
        self.contents = contents
        for (folder, part) in zip(folders, contents) {
            let place = folder.appendingPathComponent(CellJournal.fileName).relativePath
            guard let header = part.header else {
                throw OutputError("\(place) is empty; run its part again with --resume")
            }
            try header.checkSameQuestion(as: contents.first?.header ?? header, place: place)
        }
    }

    /// The words that asked for the sweep.
    public var arguments: [String] { contents.first?.header?.arguments ?? [] }

    /// All points of a sweep.
    /// - Parameters:
    ///   - sweep: the questions, which must be those of the journals.
    ///   - version: of the tool.
    /// - Returns: points in the order of the cells, and warnings.
    /// - Throws: ``OutputError`` when the inputs differ, a cell is missing, or two answers to it differ.
    public func points<Question: ReportedQuestion>(of sweep: Sweep<Question>, version: String) throws -> (
        points: [SweepPoint<Question>], warnings: [String]
    ) {
        let asked = JournalHeader(sweep: sweep, version: version, shard: nil, arguments: arguments)
        var all = JournalPoints(sweep: sweep, cells: sweep.cells)
        for (folder, part) in zip(folders, contents) {
            let place = folder.appendingPathComponent(CellJournal.fileName).relativePath
            try part.header?.checkSameQuestion(as: asked, place: place)
            try all.add(part, place: place)
        }
        let found = Set(all.points.map(\.cell.index))
        let missing = sweep.cells.filter { !found.contains($0.index) }
        if let first = missing.first {
            throw OutputError(
                "\(missing.count) of \(sweep.cells.count) cells are in none of the folders, the first at "
                    + "\(first.flop) FLOP" + (first.gpus.map { " on \($0)" } ?? "")
                    + "; run the missing shards, or unfinished ones again with --resume (there are: "
                    + Shown.line(contents.compactMap(\.header?.shard).joined(separator: ", ")) + ")")
        }
        return (all.points, all.warnings)
    }
}
