import Foundation
import TestSupport
import Testing

@Suite struct HardwareCommandTests {
    static let program = BuiltProgram("meshwright")

    @Test("The list has a machine's other names, in text and in the last column of the CSV")
    func list() throws {
        let text = try Self.program.run(["hardware", "list"]).output
        let line = try #require(text.split(separator: "\n").first { $0.contains(" h200-sxm ") })
        #expect(line.hasSuffix("  h200"))
        let rows = try Self.program.run(["hardware", "list", "--format", "csv"]).output.split(separator: "\n")
        #expect(rows.first?.hasSuffix(",aliases") == true)
        #expect(rows.contains { $0.hasPrefix("trainium-2,") && $0.hasSuffix(",trainium2/trn2") })
    }

    @Test("An answer for a short name says which machine it is for")
    func answer() throws {
        let outcome = try Self.program.run(
            ["plan", "--gpus", "64", "--flop", "1e21", "--hardware", "H100", "--format", "json"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("\"h100-sxm-80gb\""))
    }

    @Test("A name that may stand for several is refused, with exit code 2")
    func ambiguous() throws {
        let outcome = try Self.program.run(["hardware", "show", "tpu-v5"])
        #expect(outcome.status == 2)
        #expect(
            outcome.errors.contains("--hardware tpu-v5: may be short for tpu-v5e, tpu-v5p, tpu-v5p-sites;"))
    }
}
