import Files
import Training

/// One row of a table of training steps, as written: an empty cell is not stated.
///
/// Columns: `id, group, model, layers, d_model, d_ff, heads, kv_heads, head_size, vocab, seq_len, experts, top_k,
/// expert_d_ff, shared_experts, dense_layers, gpu, gpus, tp, pp, interleave, cp, ep, dp, zero, microbatch,
/// global_batch, recompute, sequence_parallel, precision, attention_kernel, shard_group, offload, schedule,
/// context_method, expert_tensor, layers_by_chunk, framework, release, step_seconds`. Empty cells of `shard_group` and `offload` mean
/// that there is none.
public struct StepRow: Sendable {
    let cells: [String]
    private let columns: [String: Int]

    init(cells: [String], columns: [String: Int]) {
        self.cells = cells
        self.columns = columns
    }

    /// The columns that decide a prediction.
    public static let inputs = [
        "model", "layers", "d_model", "d_ff", "heads", "kv_heads", "head_size", "vocab", "seq_len", "experts",
        "top_k",
        "expert_d_ff", "shared_experts", "dense_layers", "gpu", "gpus", "tp", "pp", "interleave", "cp", "ep",
        "dp", "zero", "microbatch", "global_batch", "recompute", "sequence_parallel", "precision",
        "attention_kernel", "shard_group", "offload", "schedule", "context_method", "expert_tensor",
        "layers_by_chunk", "framework", "release",
    ]
    /// All columns that tables of steps have: beside ``inputs`` those that name a row or measure it.
    public static let columns: Set<String> = Set(inputs).union([
        "id", "group", "step_seconds", "step_origin", "memory_gb", "notes", "source", "outcome",
    ])
    /// Those of them that are the plan: a sweep varies nothing else.
    static let plan: Set<String> = [
        "tp", "pp", "interleave", "cp", "ep", "dp", "zero", "microbatch", "recompute", "sequence_parallel",
        "shard_group", "offload", "schedule", "context_method", "expert_tensor", "layers_by_chunk",
    ]

    /// A cell, nil where it is empty or the table has no such column.
    public func text(_ column: String) -> String? {
        guard let index = columns[column], index < cells.count, !cells[index].isEmpty else { return nil }
        return cells[index]
    }

    /// This row with what it leaves empty in some columns taken from another.
    func completed(by other: StepRow, in names: [String]) -> StepRow {
        var cells = cells
        var columns = columns
        while cells.count <= columns.values.max() ?? 0 { cells.append("") }
        for name in names where text(name) == nil {
            guard let text = other.text(name) else { continue }
            columns[name] = cells.count
            cells.append(text)
        }
        return StepRow(cells: cells, columns: columns)
    }

    /// A whole number of at least `least`.
    /// - Throws: ``RowError`` naming column and value.
    func count(_ column: String, atLeast least: Int = 1) throws(RowError) -> Int? {
        guard let text = text(column) else { return nil }
        guard let number = Double(text), let count = Int(exactly: number), count >= least, count < 1 << 31
        else {
            throw RowError("\(column) is '\(text)'; a whole number of at least \(least) is needed")
        }
        return count
    }

    func needed(_ column: String) throws(RowError) -> Int {
        guard let count = try count(column) else { throw RowError("\(column) is missing") }
        return count
    }

    /// A time above zero.
    func seconds(_ column: String) throws(RowError) -> Double {
        guard let text = text(column), let number = Double(text), number > 0, number.isFinite else {
            throw RowError("\(column) is '\(text(column) ?? "")'; a number of seconds above zero is needed")
        }
        return number
    }

    /// All inputs but some, as one text: equal texts are the same question.
    func key(without left: Set<String> = []) -> String {
        StepRow.inputs.filter { !left.contains($0) }.map { text($0) ?? "" }.joined(separator: "\u{1F}")
    }

    /// Whether the row's notes call it an outlier.
    var isDoubtful: Bool { text("notes")?.contains("outlier") == true }

    /// Whether everything is stated that a complete row states.
    var isComplete: Bool {
        [
            "tp", "pp", "dp", "zero", "microbatch", "global_batch", "recompute", "sequence_parallel",
            "precision",
        ]
        .allSatisfy { text($0) != nil }
    }
}

/// Why a row cannot be priced.
public struct RowError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: which value, why, what would do.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A table of steps.
public struct StepTable: Sendable {
    /// Rows in order.
    public let rows: [StepRow]

    /// What tables of published runs must have.
    public static let shapeColumns = [
        "model", "layers", "d_model", "seq_len", "gpu", "gpus", "global_batch",
    ]

    /// Takes a table apart.
    /// - Parameters:
    ///   - table: with at least the needed columns.
    ///   - place: for messages.
    ///   - needed: columns that must be there.
    /// - Throws: `ScenarioError` naming a column that is missing.
    public init(
        _ table: CSVTable, place: String, needed: [String] = StepTable.shapeColumns
    ) throws(ScenarioError) {
        let table = try table.renamed(by: LayoutField.canonical, place: place)
        let columns = Dictionary(
            table.header.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
        for name in needed where columns[name] == nil {
            throw ScenarioError(place: place, reason: "has no column '\(name)'")
        }
        try table.refuseMisspelt(
            known: StepRow.inputs + ["id", "group", "step_seconds", "quantity", "value", "unit"], place: place
        )
        rows = table.rows.map { StepRow(cells: $0, columns: columns) }
    }
}
