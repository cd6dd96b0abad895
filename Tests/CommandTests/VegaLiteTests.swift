import Foundation
import TestSupport
import Testing

/// The Vega-Lite specifications of `frontier --output`, compiled by another program.
@Suite(
    .enabled(
        if: VegaLiteCompiler.isThere, "python3 has no vl_convert (pip install vl-convert-python)"))
struct VegaLiteTests {
    private static let questions: [[String]] = [
        ["--from", "1e26", "--to", "1e29", "--points", "4", "--space", "published"],
        ["--space", "published", "--widths", "published", "--sparse"],
        ["--gpus", "1024:8192", "--from", "1e24", "--to", "1e26", "--points", "5"],
        [
            "--from", "1e26", "--to", "1e29", "--points", "4", "--space", "published", "--uncertain",
            "network.*.bandwidth=0.5..1x", "--samples", "5",
        ],
        [
            "--model", "llama-3-8b", "--batch", "512", "--from", "1e22", "--to", "1e24", "--points", "3",
            "--uncertain", "network.*.bandwidth=0.5..1x", "--samples", "2",
        ],
    ]

    @Test("Every specification compiles to a figure with marks and without a warning", arguments: questions)
    func compiles(question: [String]) throws {
        let folder = try TemporaryFolder()
        _ = try BuiltProgram("meshwright").run(["frontier"] + question + ["--output", folder.path("out")])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out"))
            .filter { $0.hasSuffix(".vl.json") }
        #expect(!names.isEmpty)
        for name in names {
            let compiled = try VegaLiteCompiler.run(folder.path("out/\(name)"))
            #expect(compiled.status == 0 && compiled.errors.isEmpty, "\(name): \(compiled.errors)")
            #expect(compiled.output.contains("<path") && !compiled.output.contains("NaN"), "\(name)")
            #expect(compiled.output.contains("Training compute (FLOP)"), "\(name)")
        }
    }

    @Test("A specification that is wrong does not compile")
    func control() throws {
        let folder = try TemporaryFolder()
        try Data(#"{"mark": "no such mark", "encoding": 1}"#.utf8).write(
            to: folder.url.appendingPathComponent("bad.vl.json"))
        #expect(try VegaLiteCompiler.run(folder.path("bad.vl.json")).status != 0)
    }
}

/// The compiler vl-convert, if python3 has it.
enum VegaLiteCompiler {
    static let isThere: Bool = (try? python(["-c", "import vl_convert"]).status) == 0

    /// Compiles one specification to SVG on standard output.
    static func run(_ path: String) throws -> (status: Int32, output: String, errors: String) {
        let script = """
            import sys, vl_convert
            print(vl_convert.vegalite_to_svg(open(sys.argv[1]).read(), vl_version="5.20"))
            """
        return try python(["-c", script, path])
    }

    private static func python(
        _ words: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        let folder = try TemporaryFolder()
        let (output, errors) = (folder.path("output"), folder.path("errors"))
        for file in [output, errors] { try Data().write(to: URL(fileURLWithPath: file)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + words
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8),
            try String(contentsOfFile: errors, encoding: .utf8)
        )
    }
}
