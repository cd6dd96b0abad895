import Foundation
import GRDB
import Optimization
import Reports
import ScalingModel

/// Answers kept in an SQLite file, so that a question that was answered once is not searched again.
///
/// Only what was proved is kept: optimal plans, and that there is none. A stored plan is checked for legality
/// and priced anew on reading; an entry that is damaged, or whose price has changed, is passed over and
/// replaced by the next answer. Any number of processes may use one file at once (write-ahead log, a wait of
/// ten seconds).
public struct ResultStore: Sendable {
    let path: String
    let version: String
    let pool: DatabasePool

    /// Opens a store, or makes one where there is no file.
    /// - Parameters:
    ///   - path: the file; `-wal` and `-shm` files may lie beside it.
    ///   - version: of the program: answers of another version are not used.
    /// - Throws: ``StoreError`` where the file cannot be opened or is no store.
    public init(path: String, version: String) throws(StoreError) {
        self.path = path
        self.version = version
        let patience = Patience()
        var configuration = Configuration()
        configuration.busyMode = .callback { patience.waits(after: $0) }
        configuration.maximumReaderCount = 2
        do {
            pool = try patience.opening { () throws -> DatabasePool in
                let pool = try DatabasePool(path: path, configuration: configuration)
                try pool.write { try StoreSchema.create(in: $0) }
                return pool
            }
        } catch { throw Self.failure(error, path) }
    }

    /// The kept answer to a question.
    /// - Parameter question: any.
    /// - Returns: the answer with prices computed anew; nil where there is none that can be trusted.
    /// - Throws: ``StoreError`` where the file cannot be read.
    public func answer<Question: KeptQuestion>(
        to question: Question
    ) throws(StoreError) -> Question.Answer? {
        let key = QuestionKey(question, version: version)
        let row: GRDB.Row?
        do {
            row = try pool.read { database in
                try GRDB.Row.fetchOne(
                    database,
                    sql: """
                        SELECT inputs, reasons, payload, payload_digest FROM \(Question.table) \
                        WHERE question = ?
                        """,
                    arguments: [key.digest])
            }
        } catch { throw Self.failure(error, path) }
        guard let row, let inputs = row["inputs"] as? String, inputs == key.inputs,
            let payload = row["payload"] as? String, row["payload_digest"] as? String == Digest.of(payload),
            let stored = try? StoredAnswer<Question>(text: payload)
        else { return nil }
        // Short and long reasons are different texts; an answer with a plan has neither.
        if stored.plans.isEmpty, row["reasons"] as? String != question.reasonsName {
            return nil
        }
        return try? stored.answer(to: question)
    }

    /// Keeps an answer if it is proved; one that is there is replaced.
    /// - Parameter answer: from a planner.
    /// - Throws: ``StoreError`` where the file cannot be written.
    public func keep<Answer: KeptAnswer>(_ answer: Answer) throws(StoreError)
    where Answer.Question.Answer == Answer { try keep([answer]) }

    /// Keeps several answers in one transaction.
    /// - Parameter answers: those that are not proved are passed over.
    /// - Throws: ``StoreError`` where the file cannot be written.
    public func keep<Answer: KeptAnswer>(_ answers: [Answer]) throws(StoreError)
    where Answer.Question.Answer == Answer {
        do {
            let rows = try answers.filter { Self.isProved($0) }.map { answer in
                try StoreSchema.row(
                    for: answer, key: QuestionKey(answer.question, version: version), version: version)
            }
            guard !rows.isEmpty else { return }
            try pool.write { database in
                for row in rows { try StoreSchema.insert(row, into: Answer.Question.table, of: database) }
            }
        } catch { throw Self.failure(error, path) }
    }

    /// How many answers there are, of any version.
    /// - Throws: ``StoreError`` where the file cannot be read.
    public func count() throws(StoreError) -> Int {
        do {
            return try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM answers") ?? 0 }
        } catch { throw Self.failure(error, path) }
    }

    private static func isProved(_ answer: some KeptAnswer) -> Bool {
        guard answer.certificate.account.open == 0 else { return false }
        return answer.plans.isEmpty ? !answer.infeasibility.isEmpty : answer.certificate.isOptimal
    }

    static func failure(_ error: any Error, _ path: String) -> StoreError {
        guard let error = error as? DatabaseError else {
            return StoreError("the store \(path) cannot be used: \(error)")
        }
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return StoreError("\(path) is no result store or is damaged; remove it or name another file")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError("\(path) is locked by another program; try again or name another file")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            return StoreError("\(path) cannot be opened for writing; name a file in a folder that is there")
        default:
            return StoreError("the store \(path) cannot be used: \(error.message ?? "\(error.resultCode)")")
        }
    }
}

extension ResultStore {
    /// Runs a statement, for tests of damaged files.
    func execute(_ statement: String) throws { try pool.write { try $0.execute(sql: statement) } }

    /// The first column of a query.
    func texts(_ query: String) throws -> [String] { try pool.read { try String.fetchAll($0, sql: query) } }
}
