import Files

/// Steps that somebody measured on a cluster of his own, to anchor predictions to (``StepAnchor``).
///
/// A table of steps as ``StepRow`` describes it, of which only `gpus`, `global_batch` and `step_seconds` must be
/// there: what else a row leaves empty is the question's (``AskedSetup``), or follows from the rules for all tables.
public struct MeasuredTable: Sendable {
    /// The rows.
    public let steps: StepTable
    /// Name of the file, for messages.
    public let place: String

    /// The most rows: an anchor is fitted on the spot, and left out one by one.
    public static let mostRows = 200

    /// Reads a table.
    /// - Parameters:
    ///   - text: comma-separated, with a header.
    ///   - place: name of the file, for messages.
    /// - Throws: `ScenarioError` naming what is missing, misspelt, of another length than the header, or too much.
    public init(text: String, place: String) throws(ScenarioError) {
        let table = try CSVTable(text: text, place: place)
        guard !table.rows.isEmpty else {
            throw ScenarioError(
                place: place, reason: "has no row under its header; one measured step is enough")
        }
        guard table.rows.count <= Self.mostRows else {
            throw ScenarioError(
                place: place,
                reason: "has \(table.rows.count) rows; at most \(Self.mostRows) are taken for an anchor: "
                    + "fit a hardware file to more with calibrate")
        }
        for (index, cells) in table.rows.enumerated() where cells.count != table.header.count {
            throw ScenarioError(
                place: place,
                reason: "row \(index + 1) has \(cells.count) cells, the header \(table.header.count)")
        }
        steps = try StepTable(table, place: place, needed: ["gpus", "global_batch", "step_seconds"])
        self.place = place
    }

    /// Reads a file.
    /// - Parameter file: its path, or `-` for standard input.
    /// - Throws: `ScenarioError` where it cannot be read, and as ``init(text:place:)`` does.
    public init(file: String) throws(ScenarioError) {
        let text = try TextFile.read(file, .table)
        try self.init(text: text, place: file == "-" ? "standard input" : file)
    }
}
