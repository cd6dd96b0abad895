import Foundation
import Testing
import Training

@testable import Files

@Suite struct LaunchScriptTests {
    static let strange = [
        "it's", "a b", "$(touch /tmp/launched)", "`touch /tmp/launched`", "line\nbreak", "\"quoted\"",
        "back\\slash",
        "'; rm -rf / #", "${HOME}", "", "--flag", "ünïcödé", "a\u{0}b", "!history", "*", "~",
    ]

    @Test("A quoted word comes out of a shell as it went in", arguments: strange)
    func shell(text: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "printf %s " + ShellText.quoted(text)]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        let read = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(read == text.filter { $0 != "\0" })
    }

    @Test("A quoted text is one scalar in JSON and YAML", arguments: strange)
    func quoted(text: String) throws {
        let written = ConfigurationText.yaml([("name", .text(text)), ("next", .number(1))])
        let document = try FlatDocument(text: written, place: "")
        #expect(document.text("name") == text.filter { $0 != "\0" })
        #expect(document.order == ["name", "next"])
        let json = ConfigurationText.json([("name", .text(text))])
        #expect(
            try JSONDecoder().decode([String: String].self, from: Data(json.utf8)) == [
                "name": text.filter { $0 != "\0" }
            ])
    }

    @Test("The name of a model starts nothing", arguments: strange, LaunchFramework.allCases)
    func names(name: String, framework: LaunchFramework) throws {
        var model = try ModelCatalogue.entry("llama-3-8b").model
        model.name = name
        let configuration = try Launch.configuration(
            LaunchRequest(model: model, layout: TrainingLayout(data: 8, globalBatch: 8)), for: framework)
        for script in configuration.scripts {
            #expect(!script.text.contains("touch") || !script.text.contains("/tmp"))
            let job = script.text.split(separator: "\n").first { $0.hasPrefix("#SBATCH --job-name=") }
            #expect(
                job.map { $0.dropFirst(19).allSatisfy { $0.isASCII && !" $`'\"\\".contains($0) } } ?? true)
        }
        #expect(configuration.text.contains("launched") == false)
    }

    @Test("A script starts the ranks that the layout has, on nodes that divide them")
    func ranks() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        for (gpus, node, nodes, ranks) in [
            (8, 8, 1, 8), (64, 8, 8, 8), (4, 8, 1, 4), (72, 16, 6, 12), (12, 8, 2, 6),
        ] {
            let request = LaunchRequest(
                model: model, layout: TrainingLayout(data: gpus, globalBatch: gpus), ranksPerNode: node)
            let scripts = try Launch.configuration(request, for: .megatronLM).scripts
            #expect(scripts.map(\.fileName) == LaunchScript.names)
            #expect(scripts[0].text.contains("torchrun --nnodes=\(nodes) --nproc-per-node=\(ranks) "))
            #expect(scripts[1].text.contains("#SBATCH --nodes=\(nodes)\n"))
            #expect(scripts[1].text.contains("#SBATCH --gpus-per-node=\(ranks)\n"))
        }
        #expect(
            LaunchRequest.ranksPerNode(ofDomain: 72) == 4 && LaunchRequest.ranksPerNode(ofDomain: nil) == 8)
    }

    @Test("Tensor and context ranks get one queue, FSDP several, and what wants both is named")
    func environment() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        var request = LaunchRequest(
            model: model,
            layout: TrainingLayout(tensor: 2, sequenceParallelism: .on, data: 4, globalBatch: 8),
            architecture: .hopper)
        var written = try Launch.configuration(request, for: .megatronLM)
        #expect(written.scripts[0].text.contains("\nexport CUDA_DEVICE_MAX_CONNECTIONS=1\n"))
        #expect(!written.notes.contains { $0.contains("CUDA_DEVICE") })
        request.layout.sharding.stage = .weights
        written = try Launch.configuration(request, for: .megatronLM)
        #expect(written.scripts[0].text.contains("\nunset CUDA_DEVICE_MAX_CONNECTIONS\n"))
        #expect(written.notes.contains { $0.contains("CUDA_DEVICE") })
        #expect(written.text.contains("--ckpt-format fsdp_dtensor"))
        request.architecture = .blackwell
        #expect(
            !(try Launch.configuration(request, for: .megatronLM).notes.contains {
                $0.contains("CUDA_DEVICE")
            }))
        request.layout = TrainingLayout(data: 8, globalBatch: 8)
        #expect(
            !(try Launch.configuration(request, for: .megatronLM).scripts[0].text.contains("CUDA_DEVICE")))
    }
}
