import TestSupport
import Testing

@Suite struct NumberOptionTests {
    static let program = BuiltProgram("meshwright")
    static let plan = ["plan", "--gpus", "8", "--flop", "1e20"]
    static let model = [
        "plan", "--model", "llama-3-8b", "--gpus", "8", "--batch", "16", "--hardware", "h100-sxm-80gb",
    ]
    static let frontier = ["frontier", "--from", "1e22", "--to", "1e23", "--points", "2"]

    @Test(
        "A number that nothing could be computed with is refused where it enters, by the name of its option",
        .timeLimit(.minutes(2)),
        arguments: [
            (plan + ["--time-limit", "1e300"], "--time-limit"),
            (plan + ["--time-limit", "1e21"], "--time-limit"),
            (plan + ["--set", "compute.word_bytes=1e300"], "compute.word_bytes"),
            (frontier + ["--set", "compute.word_bytes=1e300"], "compute.word_bytes"),
            (plan + ["--set", "compute.kernel_latency=1e300"], "compute.kernel_latency"),
            (["plan", "--gpus", "64", "--flop", "1e21", "--set", "hbm.capacity=1e-12"], "hbm.capacity"),
            (model + ["--set", "network.*.bandwidth_one_way=1e-300"], "network.0.bandwidth"),
            (plan + ["--top", "1e12"], "--top"), (model + ["--top", "1e12"], "--top"),
            (model + ["--top", "100000000"], "--top"), (["plan", "--gpus", "8", "--flop", "inf"], "--flop"),
            (model + ["--flop", "1e400"], "--flop"),
            (model + ["--flop", "1e21", "--mtbf", "1e300"], "--mtbf"),
            (
                model + [
                    "--flop", "1e21", "--mtbf", "50000", "--checkpoint-interval", "99999999999999999999",
                ],
                "--checkpoint-interval"
            ),
            (["pareto", "--flop", "1e22", "--gpus", "8:64", "--power", "1e400"], "--power"),
            (["pareto", "--flop", "1e22", "--gpus", "8:64", "--power", "inf"], "--power"),
            (["limits", "--exponents", "0.49999999999"], "--exponents"),
            (plan + ["--batch", "1e10", "--sequence-length", "1e9"], "9e15 tokens"),
            (plan + ["--batch-law", "1e18,2"], "tokens"),
            (plan + ["--batch-law", "1e300,0.3"], "--batch-law"),
            (plan + ["--uncertain", "hbm.bandwidth=1e-300..1e300x"], "factors"),
            (frontier + ["--threads", "1e15"], "--threads"),
            (frontier + ["--max-tokens", "64"], "--max-tokens"),
            (frontier + ["--uncertain", "hbm.bandwidth=±10%", "--samples", "1e9"], "--samples"),
            (["explain", "--gpus", "8", "--flop", "1e20", "--what-if", "hbm.bandwidth=1e300x"], "--what-if"),
            (["explain", "--gpus", "8", "--flop", "1e20", "--factor", "1e300"], "--factor"),
        ] as [([String], String)])
    func refused(arguments: [String], name: String) throws {
        let outcome = try Self.program.run(arguments)
        #expect(outcome.status == 2, "\(outcome.output)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(name), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
}
