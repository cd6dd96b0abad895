import Foundation
import TestSupport
import Testing

/// The pages of `--output` as a browser shows them.
@Suite(
    .serialized,
    .enabled(if: Chromium.path != nil, "chromium is not installed (Debian: apt-get install chromium)"))
struct ReportPageTests {
    private let program = BuiltProgram("meshwright")

    private static let questions: [(name: String, words: [String])] = [
        ("a pipeline summed up", ["plan", "--gpus", "1021", "--flop", "1e25", "--top", "5"]),
        ("a pipeline pass by pass", ["plan", "--gpus", "64", "--flop", "1e22", "--space", "published"]),
        (
            "a transformer summed up",
            [
                "plan", "--model", "llama-3-70b", "--gpus", "512", "--batch", "1024", "--hardware",
                "h100-sxm-80gb", "--fix", "pipeline=8", "--fix", "stages=even", "--top", "3",
            ]
        ),
        (
            "a transformer pass by pass",
            ["plan", "--model", "llama-3-8b", "--gpus", "16", "--batch", "8", "--fix", "pipeline=4"]
        ),
        ("no plan", ["plan", "--gpus", "8", "--flop", "1e27"]),
        ("a curve", ["frontier", "--space", "published", "--widths", "published"]),
        (
            "sparse models",
            [
                "frontier", "--from", "1e24", "--to", "1e27", "--points", "7", "--sparse", "--space",
                "published",
            ]
        ),
        ("a front", ["pareto", "--flop", "1e24", "--gpus", "256:4096", "--points", "6"]),
        ("a grid", ["frontier", "--gpus", "1024:8192", "--from", "1e24", "--to", "1e25", "--points", "4"]),
    ]

    @Test(
        "A page says nothing on the console, fetches nothing, fits both widths, and no label covers another",
        arguments: questions.indices)
    func page(question: Int) throws {
        let folder = try TemporaryFolder()
        let words = Self.questions[question].words
        _ = try program.run(words + ["--output", folder.path("out")])
        let visit = try Chromium.visit(
            folder.url.appendingPathComponent("out/report.html"), widths: [400, 1400])
        #expect(visit.console.isEmpty, "\(visit.console)")
        #expect(visit.views.map(\.width) == [400, 1400])
        for view in visit.views {
            #expect(view.overflow == 0, "\(view.width) px")
            #expect(view.resources.isEmpty, "\(view.resources)")
            #expect(view.overlaps.isEmpty, "\(view.width) px: \(view.overlaps)")
            #expect(view.cut.isEmpty, "\(view.width) px: \(view.cut)")
            #expect(view.texts > 10 || Self.questions[question].name == "no plan")
        }
    }

    @Test("The look at a page finds a covered label, a cut one, an element too wide, and console errors")
    func control() throws {
        let folder = try TemporaryFolder()
        let page = folder.url.appendingPathComponent("bad.html")
        let labels = [(10, 20, "one"), (12, 22, "two"), (390, 60, "cut off")].map {
            "<text x='\($0.0)' y='\($0.1)'>\($0.2)</text>"
        }
        let body =
            "<svg width='400' height='100'>\(labels.joined())</svg><p style='width:2000px'>wide</p>"
            + "<script>console.error('bad')</script>"
        try Data("<!DOCTYPE html><body style='margin:0'><main>\(body)</main>".utf8).write(to: page)
        let visit = try Chromium.visit(page, widths: [400])
        let view = try #require(visit.views.first)
        #expect(!visit.console.isEmpty && view.overflow > 1000)
        #expect(view.overlaps == ["one | two"])
        #expect(view.cut.contains("cut off") && view.cut.contains("P"))
    }

    @Test("The figures of the documentation have no label that covers another or is cut")
    func documentation() throws {
        let folder = try TemporaryFolder()
        let images = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../../docs/images").standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: images.path)
            .filter { $0.hasSuffix(".svg") }.sorted()
        let figures = try names.map {
            "<div>" + (try String(contentsOf: images.appendingPathComponent($0), encoding: .utf8)) + "</div>"
        }
        let page = folder.url.appendingPathComponent("figures.html")
        try Data("<!DOCTYPE html><meta charset=\"utf-8\"><body>\(figures.joined())".utf8).write(to: page)
        let visit = try Chromium.visit(page, widths: [900])
        let view = try #require(visit.views.first)
        #expect(view.texts > 100)
        #expect(view.overlaps.isEmpty, "\(view.overlaps)")
        #expect(view.cut.isEmpty, "\(view.cut)")
    }
}
