import Foundation
import Quantities
import TestSupport
import Testing

/// Units and names agree: one quantity has one name and one unit in text, JSON and CSV of every command.
///
/// A walk over what the commands write for one question: every column of a table must be a JSON member of the
/// same name with the same number, and every number that two commands both write must be the same.
@Suite struct NamesAgreeTests {
    static let program = BuiltProgram("meshwright")
    /// One question, small and quick.
    static let question = ["--gpus", "1000", "--flop", "1e25"]

    private func run(_ arguments: [String], input: String = "") throws -> String {
        let outcome = try Self.program.run(arguments, input: input)
        #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return outcome.output
    }

    private func rows(_ arguments: [String], input: String = "") throws -> [[String: String]] {
        let lines = try run(arguments + ["--format", "csv"], input: input).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let header = try #require(lines.first)
        #expect(Set(header).count == header.count, "a column appears twice")
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
    }

    private func document(_ arguments: [String], input: String = "") throws -> Any {
        try JSONSerialization.jsonObject(
            with: Data(try run(arguments + ["--format", "json"], input: input).utf8))
    }

    /// Every leaf below a JSON value, by its name; leaves of equal names together.
    private func leaves(_ value: Any, name: String = "", into found: inout [String: [String]]) {
        if let object = value as? [String: Any] {
            for (name, member) in object { leaves(member, name: name, into: &found) }
        } else if let list = value as? [Any] {
            for member in list { leaves(member, name: name, into: &found) }
        } else if let number = value as? NSNumber {
            found[name, default: []].append(number.description)
        } else if let text = value as? String {
            found[name, default: []].append(text)
        }
    }

    private func leaves(_ value: Any) -> [String: [String]] {
        var found: [String: [String]] = [:]
        leaves(value, into: &found)
        return found
    }

    private func isSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard let one = Double(one), let other = Double(other) else { return false }
        return abs(one - other) <= 1e-12 * max(abs(one), abs(other))
    }

    /// Checks a table row against a JSON value: each non-empty cell is a member of its column's name.
    private func check(_ row: [String: String], in json: Any, except: Set<String> = [], _ place: String) {
        let members = leaves(json)
        for (column, cell) in row where !cell.isEmpty && !except.contains(column) {
            let values = members[column] ?? []
            #expect(
                values.contains { isSame($0, cell) },
                "\(place): \(column) is \(cell) in CSV, \(values) in JSON")
        }
    }

    @Test("plan: every column is a member of the JSON answer or its inputs, with the same value")
    func plan() throws {
        let json = try #require(try document(["plan"] + Self.question) as? [String: Any])
        var known: [String: Any] = ["answer": json["answer"] ?? [:]]
        let inputs = try #require(json["inputs"] as? [String: Any])
        for name in ["space", "accounting", "batch_law"] { known[name] = inputs[name] }
        let row = try #require(try rows(["plan"] + Self.question).first)
        // Names of the machine and the factors by level have their own place in JSON: inputs and placement.
        let apart: Set<String> = [
            "hardware", "sparse", "dp_by_level", "tp_model_by_level", "tp_ff_by_level", "pp_by_level",
            "ep_by_level",
        ]
        check(row, in: known, except: apart, "plan")
    }

    @Test(
        "frontier and pareto: points have the columns of the table, neither more nor fewer",
        arguments: [
            ["frontier", "--from", "1e24", "--to", "1e25", "--points", "2"],
            ["frontier", "--flop", "1e25", "--times", "1month:3months", "--points", "2"],
            ["frontier", "--gpus", "512:1024", "--from", "1e24", "--to", "1e24", "--points", "1"],
            ["pareto", "--flop", "1e25", "--gpus", "512:1024", "--points", "2"],
        ])
    func points(arguments: [String]) throws {
        let json = try #require(try document(arguments) as? [String: Any])
        let points = try #require(json["points"] as? [[String: Any]])
        let table = try rows(arguments)
        #expect(points.count == table.count && !table.isEmpty)
        for (point, row) in zip(points, table) {
            check(
                row, in: arguments[0] == "pareto" ? json : point, except: ["hardware", "sparse"], arguments[0]
            )
            #expect(Set(point.keys).isSubset(of: Set(row.keys)), "\(Set(point.keys).subtracting(row.keys))")
        }
    }

    @Test("explain: the answer is that of plan, and what a step is made of adds up to it")
    func explain() throws {
        let plan = try #require(try document(["plan"] + Self.question) as? [String: Any])
        let explain = try #require(try document(["explain"] + Self.question) as? [String: Any])
        let (one, other) = (plan["answer"] as? NSDictionary, explain["answer"] as? NSDictionary)
        #expect(one != nil && one == other)
        let breakdown = try #require((plan["answer"] as? [String: Any])?["breakdown"] as? [String: Double])
        let total = try #require((plan["answer"] as? [String: Any])?["total_seconds"] as? Double)
        let own = breakdown.filter { $0.key.hasPrefix("exposed_") || $0.key == "bubble_seconds" }
        #expect(own.count == 5)
        let sum = own.values.reduce(breakdown["arithmetic_seconds"] ?? 0, +)
        #expect(abs(sum / total - 1) < 1e-12)
    }

    @Test("evaluate: a plan's own row is priced as plan prices it, column by column")
    func evaluate() throws {
        let json = try #require(try document(["plan"] + Self.question) as? [String: Any])
        let row = try #require(try rows(["plan"] + Self.question).first)
        let shape = try #require((json["answer"] as? [String: Any])?["shape"] as? [String: Any])
        let sequences = try #require(shape["batch_sequences"] as? Int)
        let columns = [
            "d_model", "d_ff", "layers", "microbatches", "interleave", "zero_bubble", "dp_by_level",
            "tp_model_by_level", "tp_ff_by_level", "pp_by_level", "ep_by_level", "flop", "accounting",
            "gpus_given",
        ]
        let table =
            "gpu,batch_sequences," + columns.joined(separator: ",") + "\n" + "h100-sxm,\(sequences),"
            + columns.map { row[$0] ?? "" }.joined(separator: ",") + "\n"
        let priced = try #require(try rows(["evaluate", "-"], input: table).first)
        var compared = 0
        // Whether memory binds takes a search, which a table does not make.
        for (column, cell) in priced where !cell.isEmpty && column != "binding" {
            guard let own = row[column], !own.isEmpty else { continue }
            compared += 1
            #expect(isSame(cell, own), "\(column): evaluate \(cell), plan \(own)")
        }
        #expect(compared >= 25)
    }

    @Test("Utilization is of the GPUs given in text, JSON and CSV; that of those used has its own name")
    func utilization() throws {
        let answer = try #require(
            (try document(["plan"] + Self.question) as? [String: Any])?["answer"] as? [String: Any])
        let row = try #require(try rows(["plan"] + Self.question).first)
        let (used, given) = (answer["gpus"] as? Double ?? 0, answer["gpus_given"] as? Double ?? 0)
        #expect(used < given && given == 1000)
        let share = try #require(answer["utilization"] as? Double)
        let ofUsed = try #require(answer["utilization_of_used"] as? Double)
        #expect(abs(ofUsed * used / given / share - 1) < 1e-12)
        #expect(isSame(row["utilization"] ?? "", "\(share)"))
        #expect(isSame(row["utilization_of_used"] ?? "", "\(ofUsed)"))
        let text = try run(["plan"] + Self.question)
        #expect(text.contains("utilization  \(Readable.percent(share)) of peak"))
        #expect(text.contains("\(Readable.percent(ofUsed)) of the \(Int(used)) used"))
    }

    @Test("A transformer's utilization is the MFU of the GPUs given; a name of seconds is one number")
    func transformer() throws {
        let words = [
            "plan", "--model", "llama-3-8b", "--gpus", "20", "--batch", "64", "--fix", "pp=2", "--fix",
            "tp=8", "--hardware", "h100-sxm-80gb",
        ]
        let answer = try #require((try document(words) as? [String: Any])?["answer"] as? [String: Any])
        let row = try #require(try rows(words).first)
        let (used, given) = (answer["gpus"] as? Double ?? 0, answer["gpus_given"] as? Double ?? 0)
        #expect(used == 16 && given == 20)
        let share = try #require(answer["utilization"] as? Double)
        let mfu = try #require(answer["mfu"] as? Double)
        #expect(abs(mfu * used / given / share - 1) < 1e-12)
        #expect(isSame(row["utilization"] ?? "", "\(share)"))
        #expect(try run(words).contains("; \(Readable.percent(share)) of the 20 given"))
        // A name is one number, wherever it stands.
        var known = answer
        known["memory"] = nil
        for (name, values) in leaves(known) where name.hasSuffix("_seconds") && row[name]?.isEmpty == false {
            for value in values { #expect(isSame(value, row[name] ?? ""), "\(name)") }
        }
    }

    @Test("Parameters without multi-token layers have one name, with them another, in every command")
    func parameters() throws {
        let shown = try document(["models", "show", "deepseek-v3"]) as? [String: Any]
        let model = try #require(shown?["model"] as? [String: Any])
        let plan =
            try document([
                "plan", "--model", "deepseek-v3", "--gpus", "2048", "--hardware", "h100-sxm-80gb", "--fix",
                "tp=1", "--fix", "ep=64", "--fix", "pp=16", "--fix", "stages=even", "--fix", "schedule=1f1b",
                "--fix",
                "zero=1", "--fix", "cp=1",
            ]) as? [String: Any]
        let shape = try #require((plan?["answer"] as? [String: Any])?["shape"] as? [String: Any])
        for name in ["params", "params_with_multi_token", "active_params"] {
            #expect(model[name] as? Double == shape[name] as? Double, "\(name)")
        }
        let (main, all) = (model["params"] as? Double ?? 0, model["params_with_multi_token"] as? Double ?? 0)
        #expect(abs(main / 671.026e9 - 1) < 1e-5 && all > main)
        let parts = model.filter { $0.key.hasSuffix("_params") && $0.key != "active_params" }
        #expect(abs(parts.values.compactMap { $0 as? Double }.reduce(0, +) / all - 1) < 1e-12)
    }

    @Test("The text shows the numbers of the JSON, rounded, with their units")
    func text() throws {
        let answer = try #require(
            (try document(["plan"] + Self.question) as? [String: Any])?["answer"] as? [String: Any])
        let text = try run(["plan"] + Self.question)
        let total = Seconds(try #require(answer["total_seconds"] as? Double))
        let step = Seconds(try #require(answer["step_seconds"] as? Double))
        let memory = try #require(answer["memory"] as? [String: Any])
        #expect(text.contains(Readable.time(total)) && text.contains("steps of \(Readable.time(step))"))
        let utilization = try #require(answer["utilization"] as? Double)
        #expect(text.contains("\(Readable.percent(utilization)) of peak"))
        #expect(text.contains(Readable.text(Bytes(try #require(memory["memory_bytes"] as? Double)))))
        let breakdown = try #require(answer["breakdown"] as? [String: Double])
        let steps = try #require(answer["steps"] as? Double)
        for name in [
            "arithmetic_seconds", "tp_comm_seconds", "pp_ep_comm_seconds", "exposed_tp_comm_seconds",
        ] {
            let seconds = Seconds(try #require(breakdown[name]) / steps)
            #expect(text.contains(Readable.time(seconds)), "\(name)")
        }
    }

    @Test("Names that end in a unit are numbers of that unit: months and seconds of one run agree")
    func units() throws {
        for row in try rows(["frontier", "--from", "1e24", "--to", "1e26", "--points", "3"]) {
            let months = try #require(Double(row["months"] ?? ""))
            let seconds = try #require(Double(row["total_seconds"] ?? ""))
            #expect(abs(seconds / (months * Calendar.month.value) - 1) < 1e-12)
            let (step, tokens) = (Double(row["step_seconds"] ?? ""), Double(row["tokens"] ?? ""))
            let batch = try #require(Double(row["batch_tokens"] ?? ""))
            #expect(abs(try #require(step) * (try #require(tokens) / batch) / seconds - 1) < 1e-12)
            let deadline = try #require(Double(row["deadline_seconds"] ?? ""))
            #expect(seconds <= deadline && deadline == Calendar.month.value * 3)
        }
    }
}
