import GRDB
import Optimization
import Reports
import ScalingModel
import TransformerModel

/// The table of a store: one row a question, with the columns of `plan --format csv` of its best plan.
enum StoreSchema {
    /// Columns of the table's own, before those of the plan.
    private static let own = [
        "question", "version", "inputs", "reasons", "payload", "payload_digest", "optimal", "feasible",
    ]

    /// Makes the tables where they are missing.
    /// - Throws: what the database throws, and `StoreError` where a table of that name has other columns.
    static func create(in database: Database) throws {
        try create(PlanningQuestion.self, in: database)
        try create(TransformerQuestion.self, in: database)
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS landmarks (sweep TEXT PRIMARY KEY NOT NULL, version TEXT NOT NULL, \
                inputs TEXT NOT NULL, payload TEXT NOT NULL, payload_digest TEXT NOT NULL)
                """)
    }

    private static func create<Question: KeptQuestion>(
        _ question: Question.Type, in database: Database
    ) throws {
        let (table, all) = (Question.table, Question.columns)
        let columns = all.map { "\($0.name) \($0.isWord ? "TEXT" : "NUMERIC")" }
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS \(table) (question TEXT PRIMARY KEY NOT NULL, \
                version TEXT NOT NULL, inputs TEXT NOT NULL, reasons TEXT NOT NULL, \
                payload TEXT NOT NULL, payload_digest TEXT NOT NULL, \
                optimal INTEGER NOT NULL, feasible INTEGER NOT NULL, \(columns.joined(separator: ", ")))
                """)
        let present = Set(try database.columns(in: table).map(\.name))
        let missing = (own + all.map(\.name)).filter { !present.contains($0) }
        guard missing.isEmpty else {
            throw StoreError("its table \(table) has no column \(missing[0]); name another file")
        }
    }

    /// The row of an answer.
    static func row<Answer: KeptAnswer>(
        for answer: Answer, key: QuestionKey, version: String
    ) throws -> [(name: String, value: DatabaseValue)] where Answer.Question.Answer == Answer {
        let payload = try StoredAnswer<Answer.Question>(answer).text()
        let best = answer.plans.first
        let own: [(name: String, value: DatabaseValue)] = [
            ("question", key.digest.databaseValue), ("version", version.databaseValue),
            ("inputs", key.inputs.databaseValue), ("reasons", answer.question.reasonsName.databaseValue),
            ("payload", payload.databaseValue), ("payload_digest", Digest.of(payload).databaseValue),
            ("optimal", answer.certificate.isOptimal.databaseValue),
            ("feasible", (best != nil).databaseValue),
        ]
        let fields = answer.question.labels + (best.map(answer.question.planFields) ?? [])
        return own + fields.map { (name: $0.name, value: Self.value($0.value)) }
    }

    /// Inserts a row or replaces the one with its key.
    static func insert(
        _ row: [(name: String, value: DatabaseValue)], into table: String, of database: Database
    ) throws {
        let names = row.map(\.name).joined(separator: ", ")
        let marks = row.map { _ in "?" }.joined(separator: ", ")
        try database.execute(
            sql: "INSERT OR REPLACE INTO \(table) (\(names)) VALUES (\(marks))",
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
