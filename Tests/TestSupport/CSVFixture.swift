import Foundation

/// A comma-separated fixture without quoted cells, as rows by column name.
public enum CSVFixture {
    /// Reads a table of `Tests/Fixtures`.
    /// - Parameter name: file name without extension.
    /// - Returns: rows in order.
    /// - Throws: when the table cannot be read.
    public static func rows(_ name: String) throws -> [[String: String]] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(name).csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Dictionary(uniqueKeysWithValues: zip(header, cells))
        }
    }
}

/// |a − b| relative to the larger; 0 when both are equal.
public func relativeError(_ left: Double, _ right: Double) -> Double {
    left == right ? 0 : abs(left - right) / max(abs(left), abs(right))
}
