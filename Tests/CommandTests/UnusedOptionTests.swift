import TestSupport
import Testing

@Suite struct UnusedOptionTests {
    static let program = BuiltProgram("meshwright")
    static let plan = ["plan", "--gpus", "8", "--flop", "1e20"]
    static let model = ["plan", "--model", "llama-3-8b", "--gpus", "8", "--batch", "16"]

    @Test(
        "An option that does nothing is refused because it is there, also with its default for a value",
        arguments: [
            (plan + ["--samples", "200"], "--samples"), (plan + ["--seed", "1"], "--seed"),
            (plan + ["--within", "5"], "--within"), (model + ["--space", "full"], "--space"),
            (model + ["--accounting", "published"], "--accounting"),
            (model + ["--recompute", "none"], "--recompute"),
            (model + ["--overlap", "tensor,pipeline"], "--overlap"), (model + ["--shape", "law"], "--shape"),
            (model + ["--samples", "3"], "--samples"),
            (model + ["--uncertain", "chip.clock=±10%"], "chip.clock"),
            (model + ["--set", "compute.kernel_latency=1us"], "compute.kernel_latency"),
            (["explain"] + model.dropFirst() + ["--set", "chip.clock=1GHz"], "chip.clock"),
            (plan + ["--set", "calibration.hbm_fraction=0.5"], "calibration.hbm_fraction"),
            (plan + ["--set", "network.NVLink.kind=outer"], "network.NVLink.kind"),
            (
                ["evaluate", "x.csv", "--set", "compute.peak_by_precision.fp8=1"],
                "compute.peak_by_precision.fp8"
            ),
            (
                ["evaluate", "x.csv", "--model", "transformer", "--set", "chip.clock=1GHz"],
                "chip.clock"
            ),
            (["validate", "--measured", "x.csv", "--set", "compute.word_bytes=1"], "compute.word_bytes"),
            (["pareto", "--flop", "1e22", "--gpus", "8,16", "--points", "25"], "--points"),
            (
                ["pareto", "--flop", "1e22", "--gpus", "8", "--price-per-hour", "2", "--lifetime", "4"],
                "--lifetime"
            ),
            (["frontier", "--widths", "published", "--points", "33"], "--points"),
            (["frontier", "--widths", "published", "--from", "1e24"], "--from"),
            (["frontier", "--merge", "a", "b", "--output", "c", "--hardware", "h100-sxm"], "--hardware"),
            (["frontier", "--merge", "a", "b", "--output", "c", "--months", "3"], "--months"),
            (["evaluate", "x.csv", "--attention-flop", "full"], "--attention-flop"),
            (["evaluate", "x.csv", "--model", "transformer", "--accounting", "published"], "--accounting"),
        ] as [([String], String)])
    func refused(arguments: [String], option: String) throws {
        let outcome = try Self.program.run(arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors.hasPrefix("meshwright: ") && outcome.errors.contains(option), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("A misspelt column of a table of plans is refused, one of the user's own is passed on")
    func columns() throws {
        let header =
            "gpu,d_model,d_ff,layers,batch_sequences,microbatches,dp_by_level,tp_model_by_level,tp_ff_by_level,"
            + "pp_by_level,ep_by_level"
        let row = "h100-sxm,1024,4096,8,64,1,1/1,1/1,1/1,1/1,1/1"
        let slip = try Self.program.run(["evaluate", "-"], input: "\(header),zero_buble\n\(row),1\n")
        #expect(slip.status == 2 && slip.errors.contains("did you mean 'zero_bubble'?"), "\(slip.errors)")
        let own = try Self.program.run(["evaluate", "-"], input: "\(header),remark\n\(row),mine\n")
        #expect(own.status == 0 && own.output.contains("mine"), "\(own.errors)")
    }
}
