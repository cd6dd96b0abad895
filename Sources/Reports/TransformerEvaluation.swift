import Evidence
import Files
import Quantities
import Training
import TransformerModel

/// Prices given layouts of transformers, row by row.
///
/// Columns as in tables of measured steps, an empty cell is not stated; each input column is passed on,
/// followed by the computed ones. A row that cannot be priced has its reason in the column `error`, and the
/// others go on.
public struct TransformerEvaluation: Sendable {
    private let table: CSVTable
    private let steps: StepTable
    private let inference: RowInference
    private let counting: AttentionCounting
    /// Columns that decide nothing and are passed on as they are.
    public let unread: [String]

    /// Names of the computed columns.
    public static let outputs: [String] =
        ["predicted_step_seconds", "mfu", "hfu", "attention_flop", "memory_bytes", "fits"]
        + StepBreakdown.parts.map { "\($0.name)_seconds" } + MemoryFootprint.parts.map { "\($0.name)_bytes" }
        + ["assumed", "error"]

    /// Prepares a table.
    /// - Parameters:
    ///   - table: with at least model, layers, d_model, seq_len, gpus and global_batch.
    ///   - hardware: machine of rows without one.
    ///   - overrides: `key=value` texts for every machine.
    ///   - counting: how utilization counts the arithmetic of attention.
    /// - Throws: ``ScenarioError`` naming a column that is missing, or one that is not read and looks like one
    ///   that would be.
    public init(
        table: CSVTable, hardware: String?, overrides: [String], counting: AttentionCounting
    ) throws(ScenarioError) {
        self.table = table
        steps = try StepTable(table, place: "the table of plans")
        if hardware == nil, !table.header.contains("gpu") {
            throw ScenarioError(
                place: "the table of plans", reason: "has no column 'gpu'; add it or give --hardware")
        }
        unread = table.header.filter {
            !StepRow.columns.contains(LayoutField.canonical($0)) && !Self.outputs.contains($0)
        }
        for name in unread {
            guard let meant = Suggestion.slip(of: name, among: StepRow.inputs), !table.header.contains(meant)
            else { continue }
            throw ScenarioError(
                place: "the table of plans",
                reason: "has a column '\(name)', which is not read, and none '\(meant)'; "
                    + "rename it to that, or to something else")
        }
        inference = RowInference(
            machines: MachineTable(for: [steps], usual: hardware, overrides: overrides))
        self.counting = counting
    }

    /// Prices every row, in order.
    /// - Returns: records and the number of bad rows.
    public func run() -> Evaluation.Result {
        let inputs = table.header.map { Self.outputs.contains($0) ? "given_\($0)" : $0 }
        var failures = 0
        let records = zip(table.rows, steps.rows).map { cells, row -> [Field] in
            let given = inputs.enumerated().map { index, name in
                Field(name, .text(index < cells.count ? cells[index] : ""))
            }
            do {
                guard cells.count == table.header.count else {
                    throw ScenarioError(
                        place: "the row",
                        reason: "has \(cells.count) cells, the header \(table.header.count)")
                }
                let inputs = try inference.inputs(row)
                return given + fields(StepPrediction(id: "", group: "", inputs: inputs))
            } catch {
                failures += 1
                return given + Self.outputs.map { Field($0, $0 == "error" ? .text("\(error)") : .missing) }
            }
        }
        return Evaluation.Result(records: records, header: inputs + Self.outputs, failures: failures)
    }

    private func fields(_ prediction: StepPrediction) -> [Field] {
        let (step, memory) = (prediction.step, prediction.memory)
        var fields = [
            Field("predicted_step_seconds", .number(step.total.value)),
            Field("mfu", .number(prediction.modelUtilization(counting))),
            Field("hfu", .number(prediction.hardwareUtilization(counting))),
            Field("attention_flop", .text(counting.rawValue)),
            Field("memory_bytes", .number(memory.total.value)),
            Field("fits", .integer(prediction.fits ? 1 : 0)),
        ]
        fields += StepBreakdown.parts.map {
            Field("\($0.name)_seconds", .number(step[keyPath: $0.part].value))
        }
        fields += MemoryFootprint.parts.map {
            Field("\($0.name)_bytes", .number(memory[keyPath: $0.part].value))
        }
        fields.append(Field("assumed", .text(prediction.inputs.assumed.joined(separator: "; "))))
        fields.append(Field("error", .missing))
        return fields
    }
}
