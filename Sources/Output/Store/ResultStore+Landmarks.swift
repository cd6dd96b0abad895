import Foundation
import GRDB
import Optimization
import Planning
import Quantities
import Reports

extension ResultStore {
    /// The kept landmarks of a curve over compute.
    /// - Parameter sweep: any; only curves without a time limit have kept landmarks.
    /// - Returns: the landmarks with prices computed anew; nil where there are none that can be trusted.
    /// - Throws: ``StoreError`` where the file cannot be read.
    public func landmarks<Question: KeptQuestion>(
        of sweep: Sweep<Question>
    ) throws(StoreError) -> Landmarks<Question.Priced>? {
        guard Self.hasLandmarks(sweep) else { return nil }
        let inputs = Self.inputs(sweep)
        let row: GRDB.Row?
        do {
            row = try pool.read { database in
                try GRDB.Row.fetchOne(
                    database,
                    sql: "SELECT inputs, payload, payload_digest FROM landmarks WHERE sweep = ?",
                    arguments: [digest(inputs)])
            }
        } catch { throw Self.failure(error, path) }
        guard let row, row["inputs"] as? String == inputs, let payload = row["payload"] as? String,
            row["payload_digest"] as? String == Digest.of(payload)
        else { return nil }
        let stored = try? JSONDecoder().decode(StoredLandmarks<Question>.self, from: Data(payload.utf8))
        return try? stored?.landmarks(sweep)
    }

    /// Keeps the landmarks of a curve over compute that no time limit cut short.
    /// - Parameter frontier: with its landmarks; others are passed over.
    /// - Throws: ``StoreError`` where the file cannot be written.
    public func keep<Question: KeptQuestion>(
        landmarksOf frontier: SweepFrontier<Question>
    ) throws(StoreError) {
        guard Self.hasLandmarks(frontier.sweep), let landmarks = frontier.landmarks else { return }
        let inputs = Self.inputs(frontier.sweep)
        do {
            let payload = try StoredLandmarks(landmarks, of: frontier.sweep.template).text()
            let arguments: StatementArguments = [
                digest(inputs), version, inputs, payload, Digest.of(payload),
            ]
            try pool.write { database in
                try database.execute(
                    sql: "INSERT OR REPLACE INTO landmarks VALUES (?, ?, ?, ?, ?)", arguments: arguments)
            }
        } catch { throw Self.failure(error, path) }
    }

    private func digest(_ inputs: String) -> String { Digest.of("\(version)\n\(inputs)") }

    private static func inputs(_ sweep: Sweep<some KeptQuestion>) -> String {
        JSONValue.object([
            "sweep": sweep.inputs, "question": .text(QuestionKey(sweep.template, version: "").inputs),
            "linear_share": .number(sweep.thresholds.linearShare),
            "least_utilization": .number(sweep.thresholds.leastUtilization),
        ]).text(.line)
    }

    private static func hasLandmarks(_ sweep: Sweep<some KeptQuestion>) -> Bool {
        guard case .compute = sweep.points else { return false }
        return sweep.template.timeLimit.value == .infinity
    }
}
