import Foundation
import MeshwrightCommands
import TestSupport

/// Whole command lines, run in this process: an input has one word a line.
///
/// Words are taken from all commands and options that the program says it has, so that new ones are tried
/// without being listed here, with values that each kind of number and file may have.
struct CommandTarget: Sendable {
    /// Options with a value, by command; an empty name for one that takes none.
    private let options: [String: [String]]
    private let flags: Set<String>

    private static let values = [
        "0", "1", "2", "8", "64", "1e3", "1e6", "1e9", "1e12", "1e15", "1e16", "9e15", "1e21", "1e27", "1e40",
        "1e41", "1e300", "1e400", "-1", "-1e300", "0.5", "1.5", "1e-300", "nan", "inf", "infinite", "",
        "9223372036854775807", "9223372036854775808", "4611686018427387904", "2147483647", "1us", "10s",
        "3months",
        "80GB", "700W", "1:1e15", "8,16", "8,,16", "64:8", "2x", "1e300x", "0.5..2x", "1e-300..1e300x",
        "±10%", "normal:0.1",
        "a=b", "=", "tp=8,pp=2", "tp=9223372036854775807", "pp=2147483647", "zero_bubble=0", "dp=3",
        "tensor=4,8", "zero=0,3",
        "sequence-parallel=yes", "expert=2", "recompute=full", "schedule=interleaved", "stages=balanced",
        "offload=optimizer",
        "hbm.capacity=1e-12", "compute.word_bytes=1e300", "network.*.latency=1e300", "network.*.latency=2x",
        "network.*.bandwidth_one_way=1e-300", "network.0.size=576", "hbm.bandwidth=2x",
        "network.99.latency=1us",
        "network.+={name: x, size_below: 2048, bandwidth_one_way: 10GB/s, latency: 5ms}", "layers=1e9",
        "d_model=1",
        "0.29,0.33", "1,2,3,4,5", "free", "law", "full", "published", "corrected", "none", "mip", "both",
        "enumerate", "gpus",
        "utilization", "time", "money", "makespan", "text", "json", "csv", "yaml", "data-movement",
        "transformer", "causal",
        "llama-3-8b", "mixtral-8x7b", "h100-sxm", "tpu-v5p", "gb200-nvl72", "h100-sxn", "megatron-lm",
        "torchtitan", "bf16",
        "nvfp4", "flash2", "besiroglu", "krajewski", "kaplan", "1/4", "5/4", "best", "plans.csv",
        "layouts.csv", "steps.csv",
        "config.json", "machine.yaml", "model.yaml", "fleet.yaml", "plan.json", "arguments.sh", ".",
        "/dev/null", "/dev/zero",
        "no/such.yaml", "-", "\u{1B}[31m", "out",
    ]

    /// Reads what commands and options there are.
    init() async throws {
        let text = try await Self.output(of: ["--experimental-dump-help"])
        let root = try JSONDecoder().decode(Help.self, from: Data(text.utf8)).command
        var options: [String: [String]] = [:]
        var flags: Set<String> = []
        func enter(_ command: Help.Command, path: [String]) {
            for argument in command.arguments ?? [] {
                for name in argument.names ?? [] where name.kind == "long" {
                    options[path.joined(separator: " "), default: []].append("--\(name.name)")
                    if argument.kind == "flag" { flags.insert("--\(name.name)") }
                }
            }
            for inner in command.subcommands ?? [] where inner.commandName != "help" {
                enter(inner, path: path + [inner.commandName])
            }
        }
        enter(root, path: [])
        self.options = options
        self.flags = flags
    }

    private struct Help: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }
        struct Argument: Decodable {
            let kind: String
            let names: [Name]?
        }
        struct Command: Decodable {
            let commandName: String
            let arguments: [Argument]?
            let subcommands: [Command]?
        }
        let command: Command
    }

    /// The target: an input that is no list of words of a seed's kind is built from its bytes.
    var target: FuzzTarget {
        FuzzTarget("command", dictionary: Self.values.map { "\n\($0)" }) { bytes in
            var words = String(decoding: bytes, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if words.last == "" { words.removeLast() }
            words = bounded(varied(words, by: bytes))
            let status = await Program.run(words)
            guard [0, 1, 2].contains(status) else {
                throw FuzzFault("status \(status) of \(words.joined(separator: " "))")
            }
            return status == 2 ? .refused : .accepted
        }
    }

    /// One to three options of the command with a value each, chosen by the bytes of the input.
    private func varied(_ words: [String], by bytes: [UInt8]) -> [String] {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var generator = SplitMix64(seed: hash)
        var words = words
        let path = words.prefix { !$0.hasPrefix("-") }.prefix(2).joined(separator: " ")
        let known = options[path] ?? words.first.flatMap { options[$0] } ?? []
        // A quarter is left as it is, so that seeds are themselves.
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            guard let option = known.randomElement(using: &generator),
                let value = Self.values.randomElement(using: &generator)
            else { break }
            words.append(option)
            if !flags.contains(option) { words.append(value) }
        }
        return words
    }

    /// The words with a bound on the time of the search where the command has one, and no work without one.
    private func bounded(_ words: [String]) -> [String] {
        guard let command = words.first, options[command]?.contains("--time-limit") == true,
            !words.contains("--help")
        else { return words }
        return words + ["--time-limit", "0.2s"]
    }

    /// What a command line prints.
    private static func output(of words: [String]) async throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        let kept = dup(STDOUT_FILENO)
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        fflush(nil)
        dup2(descriptor, STDOUT_FILENO)
        _ = await Program.run(words)
        fflush(nil)
        dup2(kept, STDOUT_FILENO)
        close(kept)
        close(descriptor)
        return try String(contentsOf: file, encoding: .utf8)
    }
}
