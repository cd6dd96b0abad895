import TestSupport
import Testing

@Suite struct BadInputTests {
    static let program = BuiltProgram("meshwright")

    @Test(
        "Bad input: one line on stderr that names the remedy, nothing on stdout, status 2",
        arguments: [
            (["plan", "--gpus", "8"], "two of --gpus, --flop and --months"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--months", "3"], "leave out"),
            (["plan", "--gpus", "0", "--flop", "1e20"], "from 1"),
            (["plan", "--gpus=-8", "--flop", "1e20"], "from 1"),
            (["plan", "--gpus", "1.5", "--flop", "1e20"], "whole number"),
            (["plan", "--gpus", "nan", "--flop", "1e20"], "is not a number"),
            (["plan", "--gpus", "8", "--flop", "nan"], "is not a number"),
            (["plan", "--gpus", "8", "--flop=-1e20"], "from 1e15 to 1e40"),
            (["plan", "--gpus", "8", "--flop", "0"], "from 1e15 to 1e40"),
            (["plan", "--gpus", "8", "--months", "0"], "above zero"),
            (["plan", "--gpus", "8", "--months", "inf"], "above zero"),
            (["plan", "--gpus", "8", "--months", "3", "--days", "90"], "contradict"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--hardware", "h100-sxn"], "'h100-sxm'"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--hardware", "no/such.yaml"], "no such file"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--set", "hbm.bandwith=1TB/s"], "hbm.bandwidth"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--set", "hbm.bandwidth=0"], "from 1 to 1e30"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--space", "ful"], "'full'"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--accounting", "x"], "published or corrected"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--batch-law", "huge"], "deepseek"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--batch-law", "none", "--batch", "8"], "contradict"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--batch", "0"], "from 1"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--width", "1e9"], "from 1 to 16777216"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--sequence-length", "0"], "from 1"),
            (
                ["plan", "--gpus", "8", "--flop", "1e20", "--batch", "1e10", "--sequence-length", "1e9"],
                "9e15"
            ),
            (
                [
                    "plan", "--gpus", "8999999999999999", "--flop", "1e27", "--batch", "1e12", "--depth",
                    "1e4",
                    "--sequence-length", "1e9", "--shape", "free",
                ], "9e15"
            ),
            (["plan", "--gpus", "8", "--flop", "1e20", "--engine", "magic"], "enumerate"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--model", "gpt"], "models list"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--objective", "gpus"], "--objective"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--top", "0"], "from 1"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--time-limit", "0s"], "above zero"),
            (["plan", "--gpus", "8", "--flop", "1e20", "--format", "xml"], "xml"),
            (["plan", "--gpuss", "8"], "--gpus"), (["frobnicate"], "frobnicate"),
            (["frontier", "--from", "1e26", "--to", "1e25"], "rise"),
            (["frontier", "--points", "0"], "from 1"), (["frontier", "--widths", "all"], "published"),
            (["frontier", "--gpus", "64:8"], "rise"), (["frontier", "--gpus", "8,,16"], "is not a number"),
            (["evaluate", "no-such.csv"], "no such file"), (["hardware", "show", "h1000"], "hardware list"),
            (["hardware", "check", "/"], "cannot be read"),
        ] as [([String], String)])
    func oneLine(arguments: [String], remedy: String) throws {
        let outcome = try Self.program.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(remedy), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("Too few GPUs for memory: status 1, the reason, and how many would do")
    func tooSmall() throws {
        let outcome = try Self.program.run(["plan", "--gpus", "8", "--flop", "1e27"])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("at least 363 are needed"))
    }

    @Test("Next to no memory: status 1, and how many GPUs would do")
    func noMemory() throws {
        let outcome = try Self.program.run([
            "plan", "--gpus", "64", "--flop", "1e21", "--set", "hbm.capacity=1",
        ])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("at least 33,554,432,000 are needed"))
    }

    @Test("No plan in time: status 1, the fastest time, and what binds it")
    func tooLate() throws {
        let outcome = try Self.program.run(["plan", "--flop", "1e30", "--days", "1"])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("the fastest plan takes"))
        // Following the advice works.
        let advice = try #require(outcome.output.firstMatch(of: /allow ([0-9.]+) months/))
        let again = try Self.program.run(["plan", "--flop", "1e30", "--months", String(advice.1)])
        #expect(again.status == 0)
    }

    @Test("Damaged hardware files and tables: one line, status 2, never a crash")
    func damagedFiles() throws {
        for text in ["", "[", "name: x", "{\"name\": 1}", "a: &b 1\nc: *b", "- 1\n- 2", "name: [1, {a: b}]"] {
            let outcome = try Self.program.run(["hardware", "check", "-"], input: text)
            #expect(outcome.status == 2, "\(text)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
        for text in ["", "gpu\nh100-sxm", "gpu,\"x\n", "a,a\n1,2"] {
            let outcome = try Self.program.run(["evaluate", "-"], input: text)
            #expect(outcome.status == 2, "\(text)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        }
    }
}
