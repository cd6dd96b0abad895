import Files
import Foundation
import GRDB
import Optimization
import Output
import Quantities
import Reports
import ScalingModel
@testable import Planning

/// The readers of what the program keeps: journals of frontiers and stores of answers.
///
/// Someone else may have written them. What is read is also printed.
enum StateTargets {
    static let all: [FuzzTarget] = [journal, store]

    private static let numbers = [
        "0", "1", "-1", "1e400", "1e300", "9223372036854775807", "-9223372036854775808",
        "4611686018427387904", "null", "true", "[]", "{}", "\"\"", "\\u001b[31m", "\\n", "[1,1]", "[8,1]",
        "0.5", "\"infinite\"",
    ]

    // MARK: Journals

    /// Lines without a digest get theirs, so that changes are read; `@inputs@` stands for the sweep's digest.
    static let journal = FuzzTarget(
        "journal",
        dictionary: numbers + [
            "\n", "@inputs@", "\"cell\":", "\"plan\":", "\"reason\":", "\"spaceSize\":", "\"shape\":",
            "\"shard\":\"1/2\"", "\"seconds\":", "\"evaluated\":",
        ]
    ) { text in
        let sweep = try sweep()
        let folder = try emptyFolder("journal")
        let inputs = JournalHeader(sweep: sweep, version: version, shard: nil, arguments: []).inputs
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            isSealed(line) ? String(line) : sealed(line.replacing("@inputs@", with: inputs))
        }
        try Data(lines.joined(separator: "\n").utf8)
            .write(to: folder.appendingPathComponent(CellJournal.fileName))
        let merged = Result { try ShardMerge(folders: [folder]).points(of: sweep, version: version) }
        if case .failure(let error) = merged { try FuzzFault.check(message: "\(error)") }
        let run = try SweepRun(
            sweep: sweep, shard: nil, folder: folder, version: version, arguments: [], mode: .resume)
        for warning in run.warnings { try FuzzFault.check(message: warning) }
        let report = FrontierReport(
            ScalingFrontier(
                sweep: sweep, points: run.known,
                landmarks: .init(linear: .nowhere, lastReturn: nil, feasible: .nowhere, latencyWall: nil)),
            version: version)
        try check(printed: report.text)
        _ = (report.json.text(), report.csv)
        _ = try AnswerFiles(folder: folder).write(timings: run.known)
    }

    private static func isSealed(_ line: Substring) -> Bool {
        line.isEmpty
            || line.utf8.count > 17 && line.prefix(16).allSatisfy(\.isHexDigit)
                && line.dropFirst(16).first == " "
    }

    private static func sealed(_ json: some StringProtocol) -> String {
        "\(Digest.of(String(json)).suffix(16)) \(json)"
    }

    // MARK: Stores

    /// The bytes of a file, or the text that a row of a sound store holds, with its digest.
    static let store = FuzzTarget(
        "store",
        dictionary: numbers + [
            "SQLite format 3", "\"plans\":[", "\"certificate\":", "\"pruned\":", "\"bound\":", "\"notes\":[",
            "\"infeasibility\":[", "\"shapes\":", "\"until\":", "\"wall\":",
        ]
    ) { bytes in
        let file = try emptyFolder("store").appendingPathComponent("answers.db")
        guard try write(bytes, to: file) else { return .refused }
        do { return try read(file) } catch let error as StoreError {
            try FuzzFault.check(message: "\(error)")
            return .refused
        }
    }

    /// Makes the file of an input; false for one that is neither a file nor text.
    private static func write(_ bytes: [UInt8], to file: URL) throws -> Bool {
        guard !bytes.starts(with: Data("SQLite".utf8)) else {
            try Data(bytes).write(to: file)
            return true
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        try base.get().write(to: file)
        try DatabaseQueue(path: file.path).write { database in
            for table in ["answers", "landmarks"] {
                try database.execute(
                    sql: "UPDATE \(table) SET payload = ?, payload_digest = ?",
                    arguments: [text, Digest.of(text)])
            }
        }
        return true
    }

    private static func read(_ file: URL) throws -> FuzzTarget.Outcome {
        let store = try ResultStore(path: file.path, version: version)
        var isRead = false
        for question in try questions() {
            guard let answer = try store.answer(to: question) else { continue }
            isRead = true
            let report = PlanReport(answer, version: version)
            try check(printed: report.text)
            _ = (report.json.text(), report.csv)
        }
        let sweep = try sweep()
        if let landmarks = try store.landmarks(of: sweep) {
            isRead = true
            let frontier = ScalingFrontier(sweep: sweep, points: [], landmarks: landmarks)
            try check(printed: FrontierReport(frontier, version: version).text)
        }
        _ = try store.points(of: sweep, cells: sweep.cells)
        if try store.count() < 0 { throw FuzzFault("a store of fewer than no answers") }
        return isRead ? .accepted : .refused
    }

    /// A store with an answer to each of the questions and the landmarks of the sweep.
    private static let base = Result {
        let file = try emptyFolder("base").appendingPathComponent("answers.db")
        let store = try ResultStore(path: file.path, version: version)
        try store.keep(try questions().map { try Planner($0).answer() })
        let frontier = ScalingFrontier(
            sweep: try sweep(), points: [],
            landmarks: .init(linear: .nowhere, lastReturn: nil, feasible: .nowhere, latencyWall: nil))
        try store.keep(landmarksOf: frontier)
        try DatabaseQueue(path: file.path).inDatabase {
            try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
        return try Data(contentsOf: file)
    }

    // MARK: What is asked

    private static let version = "1"

    private static func sweep() throws -> FrontierSweep {
        try FrontierSweep(
            template: try question(.flopAndTime(flop: 1e24, time: Calendar.month)),
            points: .compute(from: 1e22, to: 1e24, count: 3), time: .months(3))
    }

    private static func questions() throws -> [PlanningQuestion] {
        [
            try question(.gpusAndFlop(gpus: 64, flop: 1e22)),
            try question(.flopAndTime(flop: 1e22, time: .months(1))),
            try question(.gpusAndTime(gpus: 64, time: .days(7))),
            try question(.flopAndTime(flop: 1e32, time: .days(1))),
        ]
    }

    private static func question(_ given: Given) throws -> PlanningQuestion {
        PlanningQuestion(machine: try HardwareCatalogue.entry("h100-sxm").machine, given: given)
    }

    private static func emptyFolder(_ name: String) throws -> URL {
        let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
            .appendingPathComponent("state-\(name)")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// What goes to a terminal may not command it.
    private static func check(printed text: String) throws {
        if let found = Shown.firstControl(in: text) {
            throw FuzzFault("text with the character \(found.escaped) in line \(found.line)")
        }
    }
}
