import Files
import Optimization
import Quantities
import ScalingModel
import Training

/// Prices given plans of the data-movement model, row by row.
///
/// Columns as in the reference table of steps; each input column is passed on, followed by the computed ones.
/// A row that cannot be priced has its reason in the column `error`, and the others go on.
public struct Evaluation: Sendable {
    private let table: CSVTable
    private let columns: [String: Int]
    private let defaultHardware: String?
    private let overrides: [String]
    private let accounting: Accounting

    /// Names of the computed columns.
    public static let outputs = [
        "total_seconds", "utilization", "tp_comm_seconds", "dp_comm_seconds", "pp_ep_comm_seconds",
        "latency_seconds", "memory_bytes", "step_seconds", "arithmetic_seconds", "bubble", "gpus", "fits",
        "binding", "exposed_tp_comm_seconds", "exposed_dp_comm_seconds", "exposed_pp_ep_comm_seconds",
        "exposed_latency_seconds", "bubble_seconds", "error",
    ]

    private static let required = [
        "d_model", "d_ff", "layers", "batch_sequences", "microbatches", "dp_by_level", "tp_model_by_level",
        "tp_ff_by_level", "pp_by_level", "ep_by_level",
    ]

    private static let optional = [
        "gpu", "sparsity", "seq_len", "interleave", "zero_bubble", "recompute", "overlap_tp", "overlap_dp",
        "overlap_pp", "flop", "accounting", "gpus_given",
    ]

    /// Prepares a table.
    /// - Parameters:
    ///   - table: with at least the columns that decide a plan.
    ///   - hardware: machine of rows without one.
    ///   - overrides: `key=value` texts for every machine.
    ///   - accounting: which reading of the source, for rows whose column `accounting` is empty or absent.
    /// - Throws: ``ScenarioError`` naming a column that is missing.
    public init(
        table: CSVTable, hardware: String?, overrides: [String], accounting: Accounting
    ) throws(ScenarioError) {
        self.table = table
        let named = try table.renamed(by: PlanLimits.Decision.canonical, place: "the table of plans")
        columns = Dictionary(
            named.header.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        defaultHardware = hardware
        self.overrides = overrides
        self.accounting = accounting
        let needed = Self.required + (hardware == nil ? ["gpu"] : [])
        for name in needed where columns[name] == nil {
            throw ScenarioError(
                place: "the table of plans",
                reason: "has no column '\(name)'" + Suggestion.phrase(for: name, among: table.header)
                    + (name == "gpu" ? "; add it or give --hardware" : ""))
        }
        try named.refuseMisspelt(
            known: Self.required + Self.optional + Self.outputs, place: "the table of plans")
    }

    /// The outcome of a table.
    public struct Result: Sendable {
        /// One record a row, input columns first.
        public let records: [[Field]]
        /// Column names, also where there is no row.
        public let header: [String]
        /// Rows that could not be priced.
        public let failures: Int

        /// The records as JSON; input cells that are numbers become numbers.
        public var json: JSONValue {
            .array(
                records.map { record in
                    record.map { field in
                        guard case .text(let text) = field.value, let number = Double(text) else {
                            return field
                        }
                        return Field(field.name, .number(number))
                    }.json
                })
        }
    }

    /// Prices every row, in order.
    /// - Returns: records and the number of bad rows.
    public func run() -> Result {
        var machines: [String: Swift.Result<Accelerator, ScenarioError>] = [:]
        var failures = 0
        let records = table.rows.map { cells -> [Field] in
            let given = table.header.enumerated().map { index, name in
                Field(
                    Self.outputs.contains(name) ? "given_\(name)" : name,
                    .text(index < cells.count ? cells[index] : ""))
            }
            do {
                guard cells.count == table.header.count else {
                    throw RowError("the row has \(cells.count) cells, the header \(table.header.count)")
                }
                let row = Row(cells: cells, columns: columns)
                let name = try hardwareName(row)
                let machine = machines[name] ?? lookUp(name)
                machines[name] = machine
                return given + (try price(row, on: machine.get()))
            } catch {
                failures += 1
                return given
                    + Self.outputs.map { Field($0, $0 == "error" ? .text("\(error)") : .missing) }
            }
        }
        let inputs = table.header.map { Self.outputs.contains($0) ? "given_\($0)" : $0 }
        return Result(records: records, header: inputs + Self.outputs, failures: failures)
    }

    private func lookUp(_ name: String) -> Swift.Result<Accelerator, ScenarioError> {
        do { return .success(try HardwareLookup.entry(name, overrides: overrides).machine) } catch {
            return .failure(error)
        }
    }

    private func hardwareName(_ row: Row) throws -> String {
        if let name = row.text("gpu") { return name }
        guard let defaultHardware else { throw RowError("gpu is empty and no --hardware is given") }
        return defaultHardware
    }

    private func price(_ row: Row, on machine: Accelerator) throws -> [Field] {
        let shape = try LayerStack(
            width: row.count("d_model"), feedForwardWidth: row.count("d_ff"), layers: row.count("layers"),
            experts: row.count("sparsity", or: 1))
        let laws = WorkloadLaws()
        let run = TrainingRun(
            shape: shape, batchSequences: try row.count("batch_sequences"),
            sequenceLength: try row.count("seq_len", or: 2048),
            flop: try row.flop("flop") ?? laws.lawFlop(of: shape))
        guard Double(run.batchSequences) * Double(run.sequenceLength) < 9e15 else {
            throw RowError("the batch has more than 9e15 tokens")
        }
        let settings = ModelSettings(
            tensorTraffic: try row.overlap("overlap_tp", or: .overlapped),
            pipelineTraffic: try row.overlap("overlap_pp", or: .overlapped),
            dataTraffic: try row.overlap("overlap_dp", or: .exposed),
            recomputation: try row.flag("recompute", or: 0) ? .full : .none,
            accounting: try row.accounting(or: accounting))
        let plan = Plan(
            placement: Placement(
                tensorModel: try row.factors("tp_model_by_level"),
                tensorFeedForward: try row.factors("tp_ff_by_level"),
                pipeline: try row.factors("pp_by_level"), expert: try row.factors("ep_by_level"),
                data: try row.factors("dp_by_level")),
            microbatches: try row.count("microbatches"), interleave: try row.count("interleave", or: 1),
            schedule: try row.schedule())
        try plan.check(shape: shape, batchTokens: run.batchTokens, machine: machine)
        let model = StepModel(
            machine: machine, shape: shape, batchTokens: run.batchTokens, settings: settings)
        let least = plan.leastCluster(on: machine)
        let given = try row.text("gpus_given") == nil ? least : row.count("gpus_given")
        guard given >= least else {
            throw RowError("gpus_given is \(given); the plan needs a cluster of \(least)")
        }
        let priced = PricedPlan(run: run, plan: plan, model: model, gpusGiven: given)
        let capacity = machine.memory.capacity * Double(plan.gpus)
        // The columns of `plan`, in the order of this table.
        let known = Dictionary(
            priced.frontierFields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return Self.outputs.map { name in
            name == "fits"
                ? Field(name, .integer(priced.memory <= capacity ? 1 : 0))
                : known[name] ?? Field(name, .missing)
        }
    }
}

/// Why a row cannot be priced.
private struct RowError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// One row's cells by column name.
private struct Row {
    let cells: [String]
    let columns: [String: Int]

    func text(_ name: String) -> String? {
        guard let index = columns[name], !cells[index].isEmpty else { return nil }
        return cells[index]
    }

    func count(_ name: String, or absent: Int? = nil) throws -> Int {
        guard let text = text(name) else {
            if let absent { return absent }
            throw RowError("\(name) is empty")
        }
        do { return try CountParsing.count(text) } catch { throw RowError("\(name): \(error)") }
    }

    func flag(_ name: String, or absent: Int) throws -> Bool {
        switch text(name) ?? String(absent) {
        case "0", "false": return false
        case "1", "true": return true
        case let other: throw RowError("\(name) is '\(other)'; 0 or 1 is needed")
        }
    }

    func schedule() throws -> PipelineSchedule {
        let word = text("zero_bubble") ?? "no"
        guard let schedule = PlanLimits.schedule(zeroBubble: word) else {
            throw RowError("zero_bubble is '\(word)'; yes or no is needed")
        }
        return schedule
    }

    func overlap(_ name: String, or absent: Overlap) throws -> Overlap {
        try flag(name, or: absent == .overlapped ? 1 : 0) ? .overlapped : .exposed
    }

    func accounting(or absent: Accounting) throws -> Accounting {
        guard let text = text("accounting") else { return absent }
        guard let accounting = Accounting(rawValue: text) else {
            throw RowError("accounting is '\(text)'; published or corrected is needed")
        }
        return accounting
    }

    func flop(_ name: String) throws -> Double? {
        guard let text = text(name) else { return nil }
        let flop = try Flop(parsing: text).value
        guard flop > 0, flop.isFinite else { throw RowError("\(name) is \(text); it must be above zero") }
        return flop
    }

    func factors(_ name: String) throws -> [Int] {
        guard let text = text(name) else { throw RowError("\(name) is empty; write factors like 8/4") }
        return try text.split(separator: "/", omittingEmptySubsequences: false).map { part in
            do { return try CountParsing.count(String(part)) } catch { throw RowError("\(name): \(error)") }
        }
    }
}
