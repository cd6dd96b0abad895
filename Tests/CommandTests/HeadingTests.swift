import Foundation
import TestSupport
import Testing

/// Headings of figures say what was asked otherwise than by default, and curves have the landmarks of the text.
@Suite struct HeadingTests {
    private static let program = BuiltProgram("meshwright")

    private func figures(_ words: [String]) throws -> (text: String, files: [String: Data]) {
        let folder = try TemporaryFolder()
        let run = try Self.program.run(words + ["--output", folder.path("out")])
        #expect(run.status == 0, "\(words): \(run.errors)")
        return (run.output, try folder.files(in: "out", except: []))
    }

    private func text(_ data: Data?) throws -> String {
        String(decoding: try #require(data), as: UTF8.self)
    }

    @Test(
        "Each option that changes the answer is named under the title",
        arguments: [
            (["--width", "16384"], "width 16,384"), (["--depth", "126"], "126 layers"),
            (["--experts", "8"], "8 experts"), (["--sequence-length", "8192"], "sequences of 8,192 tokens"),
            (["--tokens-per-parameter", "40"], "40 tokens a parameter"),
            (["--overlap", "none"], "no traffic hides"),
            (["--overlap", "tensor,data"], "tensor, data traffic hides"),
            (["--fix", "zero_bubble=no"], "only zero_bubble=no"), (["--whole-sequences"], "whole sequences"),
            (["--recompute", "full"], "full recomputation"),
            (["--accounting", "published"], "published accounting"),
            (["--set", "hbm.capacity=96GB"], "datasheet figures, but hbm.capacity=96GB"),
            (["--batch-law", "none"], "batch law none"), (["--shape", "free"], "shapes searched"),
        ])
    func dataMovement(option: [String], words: String) throws {
        let asked = [
            "frontier", "--hardware", "h100-sxm-80gb", "--from", "1e24", "--to", "2e24", "--points", "2",
        ]
        let plain = try figures(asked).files
        let changed = try figures(asked + option).files
        for name in ["utilization.svg", "strategies.svg", "parallelism.svg"] {
            #expect(try !text(plain[name]).contains(words))
            #expect(try text(changed[name]).contains(words), "\(name)")
        }
    }

    @Test(
        "The same of a transformer",
        arguments: [
            (["--fix", "tp=1,2"], "only tp=1,2"),
            (["--fix", "recompute=none,moe_act"], "recompute=none,moe_act"),
            (["--fix", "zero=0"], "only zero=0"), (["--precision", "fp8"], "fp8"),
            (["--optimizer", "muon"], "muon"),
            (["--headroom", "0.2"], "20.0 % of memory left free"),
            (["--sequence-length", "4096"], "sequences of 4,096 tokens"),
            (["--attention-kernel", "unfused"], "unfused attention"),
            (["--set", "hbm.capacity=96GB", "--set", "jitter=0"], "but hbm.capacity=96GB"),
            (["--set", "jitter=0"], "jitter=0"),
        ])
    func transformer(option: [String], words: String) throws {
        let asked = [
            "frontier", "--model", "llama-3-8b", "--from", "1e22", "--to", "2e22", "--points", "2", "--batch",
            "256", "--fix", "pp=1", "--fix", "cp=1",
        ]
        let changed = try figures(asked + option).files
        let line = try text(changed["utilization.svg"])
        #expect(line.contains(words) || line.contains(words.replacing("only ", with: "")))
        #expect(line.contains("pp=1") && line.contains("cp=1"))
        #expect(try !text(figures(asked).files["utilization.svg"]).contains(words))
    }

    @Test("The figures of plan, explain and pareto have them too")
    func otherCommands() throws {
        let changed = ["--set", "hbm.capacity=96GB", "--fix", "tp<=8", "--overlap", "none"]
        for (words, names) in [
            (["plan", "--gpus", "1024", "--flop", "1e24"], ["step.svg"]),
            (["explain", "--gpus", "1024", "--flop", "1e24"], ["waterfall.svg", "tornado.svg"]),
            (["pareto", "--gpus", "1024,2048", "--flop", "1e24"], ["pareto-gpus.svg"]),
        ] {
            let files = try figures(words + changed).files
            for name in names {
                let figure = try text(files[name])
                for departure in ["but hbm.capacity=96GB", "no traffic hides", "&lt;=8"] {
                    #expect(figure.contains(departure), "\(words[0]) \(name): \(departure)")
                }
            }
        }
    }

    @Test("Every landmark that the text gives a place is drawn, and no other")
    func landmarks() throws {
        let asked = ["frontier", "--hardware", "h100-sxm", "--from", "1e24", "--points", "5"]
        for to in ["1e32", "1e26"] {
            let (text, files) = try figures(asked + ["--to", to])
            let drawn = try self.text(files["utilization.svg"])
            let specified = try self.text(files["utilization.vl.json"])
            for (line, label) in [
                ("end of linear scaling: ", "end of linear scaling"),
                ("linear again up to: ", "linear again up to here"),
                ("largest feasible run: ", "largest run"), ("latency wall: ", "latency wall"),
            ] {
                let said = text.components(separatedBy: "\n").first { $0.hasPrefix(line) } ?? ""
                let place = said.firstMatch(of: /: ([0-9.]+e[0-9]+) FLOP/).flatMap { Double($0.1) }
                let isInside = place.map { $0 <= (Double(to) ?? 0) } ?? false
                #expect(drawn.contains(">\(label)<") == isInside, "\(label) to \(to)")
                #expect(specified.contains("\"\(label)\"") == (place != nil), "\(label) to \(to)")
            }
        }
    }
}
