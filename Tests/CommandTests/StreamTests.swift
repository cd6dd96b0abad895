import Foundation
import TestSupport
import Testing

/// Standard streams that are closed or full, and files that are none, as a shell hands them over.
@Suite struct StreamTests {
    static let program = BuiltProgram("meshwright")

    /// Runs the program through a shell; `$0` stands for it.
    static func shell(_ line: String) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", line, program.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let status =
            process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return (status, String(decoding: data, as: UTF8.self))
    }

    @Test(
        "A closed standard input is one line and status 2, for every command that reads it",
        arguments: [
            "evaluate -", "evaluate - --model transformer", "hardware check -", "models import -", "fleet -",
            "launch - --framework megatron-lm", "validate --measured -",
            "calibrate --measured - --hardware h100-sxm", "explain --gpus 8 --flop 1e20 --plan -",
        ])
    func closedInput(command: String) throws {
        let outcome = try Self.shell("\"$0\" \(command) <&-")
        #expect(outcome.status == 2)
        #expect(outcome.text.contains("standard input"), "\(outcome.text)")
        #expect(outcome.text.split(separator: "\n").count == 1, "\(outcome.text)")
    }

    @Test("A closed or full standard error leaves the status", arguments: ["2>&-", "2>/dev/full"])
    func closedErrors(redirection: String) throws {
        #expect(try Self.shell("\"$0\" plan --gpus 0 --flop 1e20 \(redirection)").status == 2)
        #expect(try Self.shell("\"$0\" frobnicate \(redirection)").status == 2)
        #expect(try Self.shell("\"$0\" evaluate - <&- \(redirection)").status == 2)
    }

    @Test(
        "Pipes, devices and folders are refused wherever a file is named", .timeLimit(.minutes(2)),
        arguments: [
            "evaluate FILE", "evaluate FILE --model transformer", "hardware check FILE", "models import FILE",
            "models show ./FILE", "plan --gpus 8 --flop 1e20 --hardware ./FILE", "fleet FILE",
            "plan --model ./FILE --gpus 8", "launch FILE --framework megatron-lm", "validate --measured FILE",
            "explain --gpus 8 --flop 1e20 --plan FILE",
        ])
    func notRegular(command: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(mkfifo(folder.appendingPathComponent("pipe").path, 0o600) == 0)
        for name in ["pipe", "/dev/zero", "."] {
            let words = command.replacing("./FILE", with: name.hasPrefix("/") ? name : "./\(name)")
                .replacing("FILE", with: name)
            let outcome = try Self.shell("cd \(folder.path) && \"$0\" \(words)")
            #expect(outcome.status == 2, "\(words)")
            #expect(outcome.text.contains("no regular file"), "\(words): \(outcome.text)")
        }
    }

    @Test("One fault is one line, whatever a value or a file holds")
    func oneLine() throws {
        let values = ["3\n", "\u{1B}[31m3", String(repeating: "9", count: 100_000), "3\u{202E}", "a\tb"]
        for value in values {
            for option in [
                "--width", "--gpus", "--flop", "--hardware", "--space", "--set", "--shape", "--loss",
            ] {
                let outcome = try Self.program.run(["plan", "--gpus", "8", "--flop", "1e20", option, value])
                #expect(outcome.status == 2, "\(option)")
                #expect(outcome.errors.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
                #expect(outcome.errors.unicodeScalars.count < 2000)
                #expect(!outcome.errors.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
            }
        }
    }
}
