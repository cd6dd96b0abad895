import Foundation
import TestSupport
import Testing
import Training

@testable import Files

/// Every option that is written, against the table of options that `Scripts/check-launch --table` made of the
/// frameworks' releases.
@Suite struct LaunchOptionTests {
    struct Entry {
        let kind: String
        let choices: [String]
    }

    static func table() throws -> [String: Entry] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/launch-options.tsv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        return Dictionary(
            lines.map { line in
                let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
                let choices = cells[4].split(separator: " ").map(String.init)
                return (cells[0] + " " + cells[2], Entry(kind: cells[3], choices: choices))
            }, uniquingKeysWith: { first, _ in first })
    }

    @Test(
        "Options of hundreds of layouts are known to the release, with their types and choices",
        arguments: [LaunchFramework.megatronLM, .torchtitan])
    func options(framework: LaunchFramework) throws {
        let table = try Self.table()
        for (_, configuration) in try LaunchPlans.written(framework, count: 150, seed: 7) {
            for (name, values) in try Self.options(configuration.text) {
                let entry = try #require(table[framework.rawValue + " " + name], "\(name)")
                #expect(Self.fits(values, entry), "\(name) \(values)")
            }
        }
    }

    @Test(
        "Keys of Megatron Bridge, DeepSpeed and MaxText are known to the release",
        arguments: [LaunchFramework.megatronBridge, .deepSpeed, .maxText])
    func keys(framework: LaunchFramework) throws {
        let table = try Self.table()
        for (_, configuration) in try LaunchPlans.written(framework, count: 150, seed: 8) {
            let document = try FlatDocument(text: configuration.text, place: "")
            for path in document.order where !path.contains("_target_") && !path.contains("_call_") {
                let name = path.split(separator: ".").filter { Int($0) == nil }.joined(separator: ".")
                let entry = try #require(table[framework.rawValue + " " + name], "\(name)")
                let text = try #require(document.text(path))
                let isGiven = text != "null" && !text.isEmpty && path == name
                if isGiven, !entry.choices.isEmpty {
                    #expect(entry.choices.contains(text), "\(name) \(text)")
                }
                if isGiven, entry.kind == "int" { #expect(Int(text) != nil, "\(name) \(text)") }
                if isGiven, entry.kind == "flag" {
                    #expect(["true", "false"].contains(text), "\(name) \(text)")
                }
            }
        }
    }

    @Test("Every flag of Megatron-LM that is written has its key in Megatron Bridge")
    func parity() throws {
        let keys = Set((MegatronBridgeKey.plain + MegatronBridgeKey.experts).map(\.flag))
        for (request, _) in try LaunchPlans.written(.megatronBridge, count: 150, seed: 9) {
            let flags = MegatronConfiguration.unchecked(request.given(.megatronLM)).map(\.flag)
            for flag in flags where flag != "--use-tp-pp-dp-mapping" {
                #expect(keys.contains(flag) || MegatronBridgeKey.otherwise.contains(flag), "\(flag)")
            }
        }
    }

    private static func options(_ text: String) throws -> [(String, [String])] {
        var list: [(String, [String])] = []
        for (word, _) in try LaunchWords(text).words {
            if word.hasPrefix("--") || word.hasPrefix("activation-checkpoint:") {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                list.append((parts[0], Array(parts.dropFirst())))
            } else if !list.isEmpty {
                list[list.count - 1].1.append(word)
            }
        }
        return list
    }

    private static func fits(_ values: [String], _ entry: Entry) -> Bool {
        let isKnown = entry.choices.isEmpty || values.allSatisfy(entry.choices.contains)
        switch entry.kind {
        case "flag": return values.isEmpty
        case "int": return values.count == 1 && Int(values[0]) != nil
        case "float": return values.count == 1 && Double(values[0]) != nil
        case "list": return !values.isEmpty && isKnown
        case "text": return values.count == 1 && isKnown
        default: return true
        }
    }
}
