/// A table for people: columns padded to their widest cell, numbers to the right.
public struct TextTable: Sendable {
    /// The cells, a list a row.
    public private(set) var rows: [[String]]
    /// Headings with the side their cells keep to.
    public let columns: [(title: String, alignment: Alignment)]

    /// Which side of a column its cells keep to.
    public enum Alignment: Hashable, Sendable {
        /// Words.
        case left
        /// Numbers.
        case right
    }

    /// Starts a table.
    /// - Parameter columns: headings with their alignments.
    public init(_ columns: [(String, Alignment)]) {
        self.columns = columns.map { (title: $0.0, alignment: $0.1) }
        rows = []
    }

    /// Adds a row; missing cells are empty.
    public mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The table, each line indented by two spaces and without trailing spaces.
    public var text: String {
        let header = columns.map(\.title)
        let all = header.allSatisfy(\.isEmpty) ? rows : [header] + rows
        let widths = header.indices.map { column in
            all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return all.map { row in
            let cells = header.indices.map { column -> String in
                let cell = column < row.count ? row[column] : ""
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return columns[column].alignment == .left ? cell + padding : padding + cell
            }
            var line = "  " + cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
