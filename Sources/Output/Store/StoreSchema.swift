import GRDB
import Optimization
import Reports
import ScalingModel

/// The table of a store: one row a question, with the columns of `plan --format csv` of its best plan.
enum StoreSchema {
    /// Columns of the table's own, before those of the plan.
    private static let own = [
        "question", "version", "inputs", "reasons", "payload", "payload_digest", "optimal", "feasible",
    ]

    /// Columns with words; the others are numbers.
    private static let words: Set<String> = [
        "hardware", "batch_law", "binding", "dp_by_level", "tp_model_by_level", "tp_ff_by_level",
        "pp_by_level", "ep_by_level",
    ]

    private static let labels = ["hardware", "batch_law", "sparse"]

    /// Makes the tables where they are missing.
    /// - Throws: what the database throws, and `StoreError` where a table of that name has other columns.
    static func create(in database: Database) throws {
        let columns = (labels + RunLabels.planColumns).map { name in
            "\(name) \(words.contains(name) ? "TEXT" : "NUMERIC")"
        }
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS answers (question TEXT PRIMARY KEY NOT NULL, \
                version TEXT NOT NULL, inputs TEXT NOT NULL, reasons TEXT NOT NULL, \
                payload TEXT NOT NULL, payload_digest TEXT NOT NULL, \
                optimal INTEGER NOT NULL, feasible INTEGER NOT NULL, \(columns.joined(separator: ", ")))
                """)
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS landmarks (sweep TEXT PRIMARY KEY NOT NULL, version TEXT NOT NULL, \
                inputs TEXT NOT NULL, payload TEXT NOT NULL, payload_digest TEXT NOT NULL)
                """)
        let present = Set(try database.columns(in: "answers").map(\.name))
        let missing = (own + labels + RunLabels.planColumns).filter { !present.contains($0) }
        guard missing.isEmpty else {
            throw StoreError("its table answers has no column \(missing[0]); name another file")
        }
    }

    /// How much is said about an infeasible question, as the column `reasons` has it.
    static func name(of detail: PlanningQuestion.ReasonDetail) -> String {
        detail == .full ? "full" : "brief"
    }

    /// The row of an answer.
    static func row(
        for answer: PlanningAnswer, key: QuestionKey, version: String
    ) throws -> [(name: String, value: DatabaseValue)] {
        let payload = try StoredAnswer(answer).text()
        let own: [(name: String, value: DatabaseValue)] = [
            ("question", key.digest.databaseValue), ("version", version.databaseValue),
            ("inputs", key.inputs.databaseValue),
            ("reasons", name(of: answer.question.reasons).databaseValue),
            ("payload", payload.databaseValue), ("payload_digest", Digest.of(payload).databaseValue),
            ("optimal", answer.certificate.isOptimal.databaseValue),
            ("feasible", (answer.best != nil).databaseValue),
        ]
        let fields = RunLabels(answer.question).fields + (answer.best?.frontierFields ?? [])
        return own + fields.map { (name: $0.name, value: Self.value($0.value)) }
    }

    /// Inserts a row or replaces the one with its key.
    static func insert(_ row: [(name: String, value: DatabaseValue)], into database: Database) throws {
        let names = row.map(\.name).joined(separator: ", ")
        let marks = row.map { _ in "?" }.joined(separator: ", ")
        try database.execute(
            sql: "INSERT OR REPLACE INTO answers (\(names)) VALUES (\(marks))",
            arguments: StatementArguments(row.map(\.value)))
    }

    private static func value(_ value: Field.Value) -> DatabaseValue {
        switch value {
        case .number(let number): number.databaseValue
        case .integer(let integer): integer.databaseValue
        case .text(let text): text.databaseValue
        case .flag(let flag): flag.databaseValue
        case .missing: .null
        }
    }
}
