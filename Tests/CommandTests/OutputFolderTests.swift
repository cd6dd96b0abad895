import Foundation
import TestSupport
import Testing

/// The files of `--output`, without a browser.
@Suite struct OutputFolderTests {
    private let program = BuiltProgram("meshwright")

    private func files(_ words: [String]) throws -> (files: [String: Data], outcome: BuiltProgram.Outcome) {
        let folder = try TemporaryFolder()
        let outcome = try program.run(words + ["--output", folder.path("out")])
        return (try folder.files(in: "out"), outcome)
    }

    @Test("A plan leaves the same figures, documents, trace and page every time")
    func plan() throws {
        let words = ["plan", "--gpus", "64", "--flop", "1e22", "--space", "published"]
        let (files, outcome) = try files(words)
        #expect(outcome.status == 0)
        #expect(
            files.keys.sorted() == [
                "memory.svg", "plan.csv", "plan.json", "report.html", "step.svg", "timeline.json",
                "timeline.svg",
            ])
        #expect(try self.files(words).files == files)
        let trace = try JSONSerialization.jsonObject(with: files["timeline.json"] ?? Data()) as? [String: Any]
        #expect((trace?["traceEvents"] as? [Any])?.isEmpty == false)
        #expect(outcome.output.hasSuffix("timeline.json, report.html\n"))
    }

    @Test("A page has no address but those of names of formats, and says what was asked and proved")
    func page() throws {
        let page = String(
            decoding: try files(["plan", "--gpus", "64", "--flop", "1e22"]).files["report.html"] ?? Data(),
            as: UTF8.self)
        let addresses = page.matches(of: /https?:[^"' <]*/).map { String($0.output) }
        #expect(Set(addresses) == ["http://www.w3.org/2000/svg"])
        for word in ["Certificate", "proved optimal", "Inputs", "hbm_bytes_per_second", "id=\"data\""] {
            #expect(page.contains(word), "\(word)")
        }
    }

    @Test("Without a plan there are no figures, the page has the reasons, and the status is 1")
    func infeasible() throws {
        let (files, outcome) = try files(["plan", "--gpus", "8", "--flop", "1e27"])
        #expect(outcome.status == 1)
        #expect(files.keys.sorted() == ["plan.csv", "plan.json", "report.html"])
        let page = String(decoding: files["report.html"] ?? Data(), as: UTF8.self)
        #expect(page.contains("Why there is no plan") && page.contains("weights and optimizer state"))
    }

    @Test("A frontier leaves specifications with one value a point and one a point and part of a stack")
    func vegaLite() throws {
        let (files, _) = try files(
            ["frontier", "--from", "1e24", "--to", "1e26", "--points", "5", "--space", "published"])
        for (name, count) in [("utilization.vl.json", 5), ("parallelism.vl.json", 15)] {
            let json = try JSONSerialization.jsonObject(with: files[name] ?? Data()) as? [String: Any]
            #expect(json?["$schema"] as? String == "https://vega.github.io/schema/vega-lite/v5.json")
            #expect(((json?["data"] as? [String: Any])?["values"] as? [Any])?.count == count)
        }
        #expect(files.keys.contains("strategies.svg") && files.keys.contains("report.html"))
    }
}
