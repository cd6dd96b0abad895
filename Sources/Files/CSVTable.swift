import Quantities
import SwiftCSV

/// A comma-separated table with a header.
public struct CSVTable: Sendable {
    /// Column names in order.
    public private(set) var header: [String]
    /// Cells of each row, as many as there are columns; a row of another length is kept as it is.
    public let rows: [[String]]

    /// Cells of a table at most: 64 times the largest published one, for some 500 MB of memory.
    private static let mostCells = 4_000_000

    /// Reads a table.
    /// - Parameters:
    ///   - text: RFC 4180 text whose first line names the columns.
    ///   - place: file name for messages.
    /// - Throws: ``ScenarioError`` when there is no header, a name occurs twice, or quotes do not match.
    public init(text: String, place: String) throws(ScenarioError) {
        let lines = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        guard lines.contains(where: { !$0.isWhitespace }) else {
            throw ScenarioError(place: place, reason: "is empty; a header line is needed")
        }
        guard lines.utf8.count <= TextFile.Kind.table.mostBytes else {
            throw ScenarioError(place: place, reason: "is longer than a table may be")
        }
        let cells = lines.utf8.reduce(0) {
            $0 + ($1 == UInt8(ascii: ",") || $1 == UInt8(ascii: "\n") ? 1 : 0)
        }
        guard cells <= Self.mostCells else {
            throw ScenarioError(
                place: place, reason: "has more than \(Self.mostCells) cells; price it in parts")
        }
        let table: CSV<Enumerated>
        do {
            table = try CSV<Enumerated>(string: lines, delimiter: .comma, loadColumns: false)
        } catch {
            throw ScenarioError(place: place, reason: "is not comma-separated text: a quote is not closed")
        }
        header = table.header.map { $0.trimmingSpaces }
        rows = table.rows.filter { $0 != [""] }
        var seen: Set<String> = []
        for name in header where !seen.insert(name).inserted {
            throw ScenarioError(
                place: place, line: 1, reason: "the column \(Shown.value(name)) is there twice")
        }
    }
}

extension CSVTable {
    /// The table under other names of its columns.
    /// - Parameters:
    ///   - name: the name of a field by what a column is called.
    ///   - place: file name for messages.
    /// - Returns: the same rows.
    /// - Throws: ``ScenarioError`` where two columns are one field.
    public func renamed(by name: (String) -> String, place: String) throws(ScenarioError) -> CSVTable {
        var table = self
        table.header = header.map(name)
        for (index, name) in table.header.enumerated() {
            guard let first = table.header[..<index].firstIndex(of: name) else { continue }
            throw ScenarioError(
                place: place, line: 1,
                reason: "the columns \(Shown.value(header[first])) and \(Shown.value(header[index])) are "
                    + "both '\(name)'; leave one out")
        }
        return table
    }

    /// Refuses a column that is a slip away from one that is known and not there: as a column of the user's own
    /// it would be passed over, and what it says with it.
    /// - Parameters:
    ///   - known: names of all columns that are read.
    ///   - place: file name for messages.
    /// - Throws: ``ScenarioError`` naming both columns.
    public func refuseMisspelt(known: [String], place: String) throws(ScenarioError) {
        let absent = known.filter { !header.contains($0) }
        for name in header where !known.contains(name) {
            guard let meant = Suggestion.slip(of: name, among: absent) else { continue }
            throw ScenarioError(
                place: place, line: 1,
                reason: "the column \(Shown.value(name)) is not read, did you mean '\(meant)'? "
                    + "Rename it, or give a column of your own another name")
        }
    }
}

extension String {
    /// The text without spaces at its ends.
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
