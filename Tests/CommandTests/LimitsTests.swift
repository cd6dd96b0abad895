import TestSupport
import Testing

@Suite struct LimitsTests {
    private let program = BuiltProgram("meshwright")

    @Test("The limits are the published ones to three digits")
    func values() throws {
        let outcome = try program.run(["limits", "--hardware", "h100-sxm"])
        #expect(outcome.status == 0)
        // Published: 1.92e28 for an exponent of 0, 1.94e31 for 0.2, latency limit 2.3e31 (arXiv:2411.01137).
        let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows[1].prefix(4) == ["h100-sxm", "0", "1.92e28", "FLOP"])
        #expect(rows[1].suffix(4) == ["2.31e31", "FLOP", "9.00", "µs"])
        #expect(rows[2].prefix(3) == ["h100-sxm", "0.200", "1.94e31"])
    }

    @Test("Each machine's own latency counts, and the level that limits is named")
    func own() throws {
        let outcome = try program.run([
            "limits", "--hardware", "h100-sxm-low-latency,tpu-v5p", "--exponents", "0", "--format", "csv",
        ])
        let rows = outcome.output.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let holds = try #require(rows[0].firstIndex(of: "holds"))
        #expect(Array(rows[0][4...6]) == ["critical_level", "critical_group", "unit_latency_seconds"])
        // A tenth of 9 µs is a hundred times the limit, (1/0.1)²: 2.31e33.
        #expect(abs((Double(rows[1][3]) ?? 0) / 2.305e33 - 1) < 0.001)
        #expect(rows[1][holds] == "1")
        // The search ends linear scaling two hundred times before the formulas.
        #expect(Array(rows[2][2...3]) == ["", ""])
        #expect(rows[2][holds] == "0")
    }

    @Test("A machine on which the formulas are far off has no limits, and the search's end is named")
    func refused() throws {
        let outcome = try program.run(["limits", "--hardware", "tpu-v5p,h100-sxm"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("tpu-v5p: the closed forms do not hold"))
        #expect(outcome.output.contains("the search finds"))
        let alone = try program.run(["limits", "--hardware", "tpu-v5p"])
        #expect(alone.status == 1)
        #expect(alone.errors.contains("tpu-v5p: the closed forms do not hold"))
    }

    @Test("An exponent out of range is refused", arguments: ["0.5", "-0.1", "x"])
    func exponents(word: String) throws {
        let outcome = try program.run(["limits", "--exponents=\(word)"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("--exponents"))
    }

    @Test("A folder gets the table and the figure")
    func folder() throws {
        let folder = try TemporaryFolder()
        #expect(try program.run(["limits", "--output", folder.path("out")]).status == 0)
        #expect(try folder.files(in: "out").keys.sorted() == ["limits.csv", "limits.svg"])
    }
}
