import Foundation
import Testing
import Training

@testable import Files

/// Names that would be more than names where they are written.
@Suite struct LaunchInjectionTests {
    static let names =
        LaunchScriptTests.strange + [
            "a: b", "a # b", "a]", "[a", "{a}", "- a", "? a", "&a", "*a", "!a", "|", ">", "%a", "@a", "a,b",
            "\"\"\"", "'''", "\\", "a\tb", "a\rb", "\u{2028}", "\u{feff}a", "$IFS", "a;b", "a&&b", "a|b",
            ">a",
            "<(a)", "a\nexport B=1", "true", "null", "1e5", "0x10", "---", "...", "${run_name}",
        ]

    private func written(
        _ name: String, _ framework: LaunchFramework
    ) throws -> (plain: LaunchConfiguration, strange: LaunchConfiguration) {
        var request = LaunchRequest(
            model: try ModelCatalogue.entry("llama-3-8b").model,
            layout: TrainingLayout(data: 8, globalBatch: 8), architecture: .hopper)
        request.model.name = "plain"
        let plain = try Launch.configuration(request, for: framework)
        request.model.name = name
        return (plain, try Launch.configuration(request, for: framework))
    }

    @Test("A model's name changes no value of a configuration", arguments: LaunchFramework.allCases)
    func configurations(framework: LaunchFramework) throws {
        for name in Self.names {
            let (plain, strange) = try written(name, framework)
            #expect(strange.text == plain.text, "\(name)")
        }
    }

    @Test(
        "Scripts are well-formed and start the same words, whatever the model's name",
        arguments: LaunchFramework.allCases)
    func scripts(framework: LaunchFramework) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Programs that print what they are given, a word a line, in place of those that a script starts.
        for program in ["torchrun", "python3"] {
            let file = folder.appendingPathComponent(program)
            try Data("#!/bin/sh\nprintf '%s\\n' \"$@\"\n".utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
        var words: Set<String> = []
        for name in Self.names {
            for script in try written(name, framework).strange.scripts {
                let file = folder.appendingPathComponent(script.fileName)
                try Data(script.text.utf8).write(to: file)
                #expect(try Self.run(["-n", file.path], in: folder).status == 0, "\(name)")
                guard script.fileName == "run.sh" else { continue }
                let started = try Self.run([file.path], in: folder)
                #expect(started.status == 0, "\(name)")
                words.insert(started.output)
            }
        }
        #expect(words.count == 1)
        #expect(words.first?.isEmpty == false)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(Set(left).isSubset(of: ["python3", "run.sh", "submit.sbatch", "torchrun"]), "\(left)")
    }

    private static func run(
        _ arguments: [String], in folder: URL
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": folder.path + ":/usr/bin:/bin"]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    @Test(
        "The words of an argument list are those that a shell makes of it",
        arguments: [LaunchFramework.megatronLM, .torchtitan])
    func words(framework: LaunchFramework) throws {
        for (_, configuration) in try LaunchPlans.written(framework, count: 10, seed: 12) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", "printf '%s\\n' \\\n" + configuration.text]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let words = try LaunchWords(configuration.text).words.map(\.text)
            #expect(output.split(separator: "\n").map(String.init) == words)
        }
    }
}
