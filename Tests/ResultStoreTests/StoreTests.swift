import Files
import Foundation
import GRDB
import Optimization
import Quantities
import Reports
import ScalingModel
import Testing
import Training
@testable import Planning

@testable import Output

@Suite struct StoreTests {
    /// A file of its own for a test, with the side files of its log.
    private func withFile<Value>(_ body: (String) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.appendingPathComponent("answers.db").path)
    }

    @Test("A file that another program holds is given up after ten seconds, with a line that says so")
    func heldLock() throws {
        try withFile { path in
            _ = try ResultStore(path: path, version: "1")
            let holder = try DatabaseQueue(path: path)
            let start = ContinuousClock.now
            let error = try holder.inDatabase { database in
                for statement in [
                    "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "DELETE FROM answers",
                ] { try database.execute(sql: statement) }
                defer { try? database.execute(sql: "ROLLBACK") }
                return #expect(throws: StoreError.self) { try ResultStore(path: path, version: "1") }
            }
            let waited = ContinuousClock.now - start
            print("a held store was given up after \(waited)")
            #expect("\(try #require(error))".contains("locked by another program"))
            // Ten seconds and what a busy machine adds to them; it was over 200.
            #expect(waited >= .seconds(9) && waited < .seconds(40))
        }
    }

    private func questions() throws -> [PlanningQuestion] {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        return [
            PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1021, flop: 1e25), wanted: 4),
            PlanningQuestion(machine: machine, given: .flopAndTime(flop: 1e27, time: .months(3))),
            PlanningQuestion(machine: machine, given: .flopAndTime(flop: 1e30, time: .days(1))),
            PlanningQuestion(
                machine: machine, given: .flopAndTime(flop: 1e26, time: .months(3)), objective: .utilization),
            PlanningQuestion(machine: machine, given: .gpusAndTime(gpus: 4096, time: .months(3)), wanted: 3),
            PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 8, flop: 1e27)),
        ]
    }

    @Test("A kept answer prints the same bytes as the searched one, in every format")
    func hitEqualsMiss() throws {
        try withFile { path in
            for question in try questions() {
                let store = try ResultStore(path: path, version: "1")
                #expect(try store.answer(to: question) == nil)
                let searched = try Planner(question).answer()
                try store.keep(searched)
                let again = try ResultStore(path: path, version: "1")
                let kept = try #require(try again.answer(to: question))
                let (one, other) = (
                    PlanReport(searched, version: "1"), PlanReport(kept, version: "1")
                )
                #expect(one.text == other.text)
                #expect(one.json.text() == other.json.text())
                #expect(one.csv == other.csv)
            }
        }
    }

    @Test("Another version, machine number, setting or engine is a miss")
    func misses() throws {
        try withFile { path in
            let question = try questions()[0]
            let store = try ResultStore(path: path, version: "1")
            try store.keep(try Planner(question).answer())
            #expect(try store.answer(to: question) != nil)
            #expect(try ResultStore(path: path, version: "2").answer(to: question) == nil)
            var others = [question, question, question, question]
            others[0].machine.memory.bandwidth = others[0].machine.memory.bandwidth * (1 + 1e-15)
            others[1].settings.accounting = .published
            others[2].engine = .enumerate
            others[3].laws.tokensPerParameter = 21
            for other in others { #expect(try store.answer(to: other) == nil) }
        }
    }

    @Test("An answer that a time limit cut short is not kept")
    func unproved() throws {
        try withFile { path in
            var question = try questions()[1]
            question.timeLimit = Seconds(1e-9)
            let store = try ResultStore(path: path, version: "1")
            try store.keep(try Planner(question).answer())
            #expect(try store.count() == 0)
        }
    }

    @Test(
        "An entry that was changed is not trusted",
        arguments: [
            ("payload = replace(payload, '\"microbatches\":', '\"microbatches\":1')", "digest"),
            ("payload_digest = 'x'", "digest"), ("inputs = 'x'", "inputs"),
        ])
    func tampered(change: String, what: String) throws {
        try withFile { path in
            let question = try questions()[0]
            let store = try ResultStore(path: path, version: "1")
            try store.keep(try Planner(question).answer())
            try store.execute("UPDATE answers SET \(change)")
            #expect(try store.answer(to: question) == nil, "\(what)")
            // The next answer takes its place.
            try store.keep(try Planner(question).answer())
            #expect(try store.answer(to: question) != nil)
        }
    }

    @Test("An illegal plan, or one whose price is another now, is not trusted though its digest is right")
    func repriced() throws {
        let question = try questions()[0]
        let text = try StoredAnswer<PlanningQuestion>(try Planner(question).answer()).text()
        #expect(try StoredAnswer<PlanningQuestion>(text: text).answer(to: question).best != nil)
        for (from, to) in [
            ("\"stepSeconds\":", "\"stepSeconds\":1"), ("\"interleave\":1", "\"interleave\":5"),
            ("\"data\":[1", "\"data\":[2"), ("\"leastSeconds\":{\"_0\":", "\"leastSeconds\":{\"_0\":9"),
        ] {
            let changed = text.replacingOccurrences(of: from, with: to)
            #expect(changed != text, "\(from)")
            #expect(throws: (any Error).self) {
                try StoredAnswer<PlanningQuestion>(text: changed).answer(to: question)
            }
        }
    }

    @Test("A file that is no database is one clear line")
    func noDatabase() throws {
        try withFile { path in
            try Data("this is a text, long enough to be read as a header of a database file\n".utf8)
                .write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: StoreError.self) { try ResultStore(path: path, version: "1") }
            #expect(error?.description.contains("no result store") == true)
            #expect(error?.description.contains("\n") == false)
        }
    }

    @Test("A file in a folder that is not there is one clear line")
    func noFolder() {
        let error = #expect(throws: StoreError.self) {
            try ResultStore(path: "nowhere/at/all/answers.db", version: "1")
        }
        #expect(error?.description.contains("cannot be opened") == true)
    }

    @Test("Points of a sweep are answers of single questions, late ones included")
    func sweeps() async throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        let template = PlanningQuestion(
            machine: machine, given: .flopAndTime(flop: 1e24, time: .months(3)))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: folder.appendingPathComponent("a.db").path, version: "1")
        let sweep = try FrontierSweep(
            template: template, points: .grid(gpus: [8, 1024, 4096], from: 1e24, to: 1e27, count: 4),
            time: .months(3))
        var points: [FrontierPoint] = []
        for try await point in sweep.stream() { points.append(point) }
        try store.keep(points, of: sweep)
        let kept = try store.points(of: sweep, cells: sweep.cells)
        #expect(kept.count == sweep.cells.count)
        for (point, own) in zip(points.sorted { $0.cell.index < $1.cell.index }, kept) {
            #expect(point.plan?.plan == own.plan?.plan && point.plan?.price == own.plan?.price)
            #expect(point.reason == own.reason)
            #expect(point.certificate == own.certificate)
        }
        let single = PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1024, flop: 1e24))
        let answer = try #require(try store.answer(to: single))
        #expect(answer.best?.plan == (try Planner(single).answer().best?.plan))
    }

    @Test(
        "A curve from the store has the points and landmarks of a searched one, byte for byte",
        arguments: [ShapeChoice.law, .free(ShapeFreedom(ratios: [4], parameterFactor: 4))])
    func curves(shape: ShapeChoice) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try ResultStore(path: folder.appendingPathComponent("a.db").path, version: "1")
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        var template = PlanningQuestion(
            machine: machine, given: .flopAndTime(flop: 1e24, time: .months(3)))
        template.shape = shape
        // A free shape goes on for longer than can be searched quickly.
        let places = SweepPoints.compute(from: 1e28, to: shape == .law ? 1e32 : 3e30, count: 4)
        let sweep = try FrontierSweep(template: template, points: places, time: .months(3))
        #expect(try store.landmarks(of: sweep) == nil)
        var points: [FrontierPoint] = []
        for try await point in sweep.stream() { points.append(point) }
        let searched = try ScalingFrontier(sweep: sweep, points: points)
        try store.keep(points, of: sweep)
        try store.keep(landmarksOf: searched)
        let kept = ScalingFrontier(
            sweep: sweep, points: try store.points(of: sweep, cells: sweep.cells),
            landmarks: try #require(try store.landmarks(of: sweep)))
        let (one, other) = (
            FrontierReport(searched, version: "1"), FrontierReport(kept, version: "1")
        )
        #expect(one.text == other.text && one.csv == other.csv)
        #expect(one.json.text() == other.json.text())
        #expect(searched.endOfLinearScaling != nil && (searched.largestRun != nil) == (shape == .law))
        try store.execute("UPDATE landmarks SET payload = replace(payload, '1', '2')")
        #expect(try store.landmarks(of: sweep) == nil)
    }

    /// Free shapes with each pair of quantities given, few enough to search quickly.
    private func freeQuestions() throws -> [PlanningQuestion] {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        var questions = [
            PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 64, flop: 1e22), wanted: 3),
            PlanningQuestion(machine: machine, given: .flopAndTime(flop: 1e25, time: .months(3))),
            PlanningQuestion(
                machine: machine, given: .flopAndTime(flop: 1e25, time: .months(3)), objective: .utilization),
            PlanningQuestion(machine: machine, given: .gpusAndTime(gpus: 512, time: .months(1)), wanted: 2),
            PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1, flop: 1e27)),
        ]
        for index in questions.indices { questions[index].shape = .free(ShapeFreedom()) }
        return questions
    }

    @Test("A kept answer of a free shape prints the same bytes as the searched one")
    func freeShapes() throws {
        try withFile { path in
            let store = try ResultStore(path: path, version: "1")
            for question in try freeQuestions() {
                #expect(try store.answer(to: question) == nil)
                let searched = try Planner(question).answer()
                try store.keep(searched)
                let kept = try #require(try store.answer(to: question), "\(question.given)")
                #expect(searched.best?.run == kept.best?.run)
                let (one, other) = (PlanReport(searched, version: "1"), PlanReport(kept, version: "1"))
                #expect(one.text == other.text && one.csv == other.csv)
                #expect(one.json.text() == other.json.text())
            }
        }
    }

    @Test("Another freedom, loss, penalty or the laws' shape is a miss")
    func freeMisses() throws {
        try withFile { path in
            let question = try freeQuestions()[0]
            let store = try ResultStore(path: path, version: "1")
            try store.keep(try Planner(question).answer())
            #expect(try store.answer(to: question) != nil)
            var others = [question, question, question, question, question]
            others[0].shape = .law
            others[1].shape = .free(ShapeFreedom(depthRange: 0.5...2))
            others[2].shape = .free(ShapeFreedom(data: .atLeastLaw))
            others[3].penalty = .none
            others[4].loss = .hoffmann
            for other in others { #expect(try store.answer(to: other) == nil) }
        }
    }

    @Test("A kept shape that no longer buys the effective compute asked for is not trusted")
    func changedShape() throws {
        let question = try freeQuestions()[1]
        let text = try StoredAnswer<PlanningQuestion>(try Planner(question).answer()).text()
        #expect(try StoredAnswer<PlanningQuestion>(text: text).answer(to: question).best != nil)
        for (from, to) in [("\"flop\":", "\"flop\":1"), ("\"shape\":[", "\"shape\":[1")] {
            let changed = text.replacingOccurrences(of: from, with: to)
            #expect(changed != text, "\(from)")
            #expect(throws: (any Error).self) {
                try StoredAnswer<PlanningQuestion>(text: changed).answer(to: question)
            }
        }
        let without = text.replacingOccurrences(of: "\"shape\":[", with: "\"shapes\":[")
        #expect(throws: (any Error).self) {
            try StoredAnswer<PlanningQuestion>(text: without).answer(to: question)
        }
    }

    @Test("Short and long reasons for there being no plan are not taken for each other")
    func reasons() throws {
        try withFile { path in
            let full = try questions()[2]
            var brief = full
            brief.reasons = .brief
            let store = try ResultStore(path: path, version: "1")
            try store.keep(try Planner(full).answer())
            #expect(try store.answer(to: brief) == nil && store.answer(to: full) != nil)
            try store.keep(try Planner(brief).answer())
            #expect(try store.answer(to: full) == nil && store.answer(to: brief) != nil)
        }
    }

    @Test("Columns of the best plan can be asked in SQL")
    func columns() throws {
        try withFile { path in
            let question = try questions()[0]
            let store = try ResultStore(path: path, version: "1")
            let answer = try Planner(question).answer()
            try store.keep(answer)
            let rows = try store.texts("SELECT gpus || ' ' || hardware || ' ' || binding FROM answers")
            let best = try #require(answer.best)
            #expect(rows == ["\(best.gpus) h100-sxm \(best.binding)"])
        }
    }
}
