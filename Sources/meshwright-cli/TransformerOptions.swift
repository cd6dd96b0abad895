import ArgumentParser
import Scenario
import Strategy
import TransformerCost
import TransformerSearch
import Workload

/// What questions about a transformer take besides those of every model.
struct TransformerOptions: ParsableArguments {
    @Option(name: .long, help: "Precision of a transformer's training: bf16, fp16, fp8, mxfp8, nvfp4, ….")
    var precision: String?

    @Option(name: .long, help: "Attention of a transformer: unfused, fused, flash1 or flash2.")
    var attentionKernel: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Allow only given values of a decision, e.g. tensor=8, tensor<=8 or zero_bubble=no, and of a "
                + "transformer tensor=4,8 or zero=0,1; repeatable.",
            valueName: "decision=values"))
    var fix: [String] = []

    /// Throws if any of them is given without a transformer.
    func checkUnused() throws {
        guard precision == nil, attentionKernel == nil else {
            throw InputError("--precision and --attention-kernel need --model and a transformer")
        }
    }

    func job(_ model: Transformer) throws -> TrainingJob {
        var job = TrainingJob(model: model)
        if let precision {
            do { job.precision = try TrainingPrecision(named: precision) } catch {
                throw InputError("--precision: \(error)")
            }
        }
        if let attentionKernel {
            guard let kernel = AttentionKernel(rawValue: attentionKernel) else {
                let known = AttentionKernel.allCases.map(\.rawValue)
                throw InputError(
                    "--attention-kernel \(attentionKernel): write \(known.joined(separator: " or "))"
                        + Suggestion.phrase(for: attentionKernel, among: known))
            }
            job.kernels.attention = kernel
        }
        return job
    }

    /// The decisions that `--fix` knows.
    private static let decisions = [
        "tensor", "context", "pipeline", "data", "expert", "expert-tensor", "microbatch", "chunks", "zero",
        "shard-group", "offload", "schedule", "recompute", "sequence-parallel", "stages",
    ]

    func limits() throws -> LayoutLimits {
        var limits = LayoutLimits()
        for text in fix {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw InputError("--fix \(text): write a decision and its values, such as tensor=4,8")
            }
            try Self.apply(parts[0], parts[1].split(separator: ",").map(String.init), to: &limits)
        }
        return limits
    }

    private static func apply(_ name: String, _ values: [String], to limits: inout LayoutLimits) throws {
        func counts() throws -> [Int] { try values.map { try WorkloadOptions.count("--fix \(name)", $0) } }
        func choices<Choice: CaseIterable & RawRepresentable>() throws -> [Choice]
        where Choice.RawValue == String {
            try values.map { value in
                guard let choice = Choice(rawValue: value) else {
                    let known = Choice.allCases.map(\.rawValue)
                    throw InputError(
                        "--fix \(name)=\(value): \(known.joined(separator: ", ")) are known"
                            + Suggestion.phrase(for: value, among: known))
                }
                return choice
            }
        }
        switch name {
        case "tensor": limits.tensor = try counts()
        case "context": limits.context = try counts()
        case "pipeline": limits.pipeline = try counts()
        case "data": limits.data = try counts()
        case "expert": limits.expert = try counts()
        case "expert-tensor": limits.expertTensor = try counts()
        case "microbatch": limits.microbatch = try counts()
        case "chunks": limits.chunks = try counts()
        case "zero":
            limits.sharding = try values.map { value in
                guard let number = Int(value), let stage = Sharding.Stage(rawValue: number) else {
                    throw InputError("--fix zero=\(value): 0, 1, 2 and 3 are known")
                }
                return stage
            }
            limits.sharding.sort()
        case "shard-group":
            limits.shardGroups =
                values == ["any"]
                ? .any
                : .given(
                    try values.map { $0 == "all" ? nil : try WorkloadOptions.count("--fix \(name)", $0) })
        case "offload":
            limits.offload = try values.map { value in
                guard let offload = Offload(named: value) else {
                    throw InputError(
                        "--fix offload=\(value): none, or any of optimizer, weights and activations with + "
                            + "between them")
                }
                return offload
            }
        case "schedule": limits.schedules = try choices()
        case "recompute": limits.recomputation = try choices()
        case "stages": limits.stages = try choices()
        case "sequence-parallel":
            limits.sequenceParallelism = try values.map { value in
                switch value {
                case "yes": .on
                case "no": .off
                default: throw InputError("--fix sequence-parallel=\(value): yes and no are known")
                }
            }
        default:
            throw InputError(
                "--fix \(name): one of \(decisions.joined(separator: ", ")) is needed"
                    + Suggestion.phrase(for: name, among: decisions))
        }
    }
}
