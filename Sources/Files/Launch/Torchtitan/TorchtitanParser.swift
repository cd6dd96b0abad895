import Quantities
import Training

/// Reading the options of a torchtitan run.
public enum TorchtitanParser {
    /// Whether a text holds them.
    public static func isRun(_ text: String) -> Bool { text.contains("--parallelism.") }

    /// The layout of a run.
    /// - Parameters:
    ///   - text: options as a script holds them; both `_` and `-` join words.
    ///   - model: what is trained; torchtitan's options do not hold its shape.
    ///   - gpus: ranks of the run.
    /// - Returns: the layout, not checked for legality.
    /// - Throws: ``LaunchParseError`` for a missing or bad value.
    public static func layout(
        text: String, model: Transformer, gpus: Int
    ) throws(LaunchParseError) -> TrainingLayout {
        let (values, policy) = try values(of: text)
        func degree(_ name: String) throws(LaunchParseError) -> Int {
            try values.count("--parallelism.\(name)", default: 1)
        }
        let (tensor, context) = (try degree("tensor_parallel_degree"), try degree("context_parallel_degree"))
        let pipeline = try degree("pipeline_parallel_degree")
        let replicate = try degree("data_parallel_replicate_degree")
        let shard = try shards(values, gpus: gpus, by: [tensor, context, pipeline, replicate])
        let expert = try degree("expert_parallel_degree")
        let local = try values.count("--training.local_batch_size", default: 8)
        var layout = TrainingLayout(
            tensor: tensor, sequenceParallelism: tensor > 1 ? .on : .off, context: context,
            contextMethod: context > 1 ? .allGather : .ring, pipeline: pipeline, expert: expert,
            data: replicate * shard,
            microbatch: pipeline > 1 ? try degree("pipeline_parallel_microbatch_size") : local,
            globalBatch: try values.count("--training.global_batch_size", default: local * replicate * shard))
        layout.expertTensor = model.hasExpertLayers && expert == 1 ? tensor : 1
        try readPipeline(values, model: model, into: &layout)
        layout.sharding = sharding(values, layout: layout, shard: shard, replicate: replicate)
        layout.recomputation = try recomputation(policy)
        if values.has("--training.enable_cpu_offload") { layout.offload = [.optimizer, .weights] }
        return layout
    }

    /// Options, and the choice of what is recomputed.
    private static func values(
        of text: String
    ) throws(LaunchParseError) -> (options: ArgumentValues, policy: LaunchWords.Word?) {
        let words = try LaunchWords(text).words
        let options = words.filter { !$0.text.hasPrefix(policyPrefix) }
            .map { ($0.text.hasPrefix("--") ? dashed($0.text) : $0.text, $0.line) }
        return (ArgumentValues(options), words.last { $0.text.hasPrefix(policyPrefix) })
    }

    private static let policyPrefix = "activation-checkpoint:"

    /// Options that are not there and decide a layout, with what torchtitan takes instead.
    /// - Parameter text: options as a script holds them.
    /// - Returns: one text an option.
    /// - Throws: ``LaunchParseError`` for a quote that is not closed.
    public static func defaults(text: String) throws(LaunchParseError) -> [String] {
        let (values, policy) = try values(of: text)
        let pipeline = try values.count("--parallelism.pipeline_parallel_degree", default: 1)
        let settings =
            LaunchDefaults.torchtitan + (pipeline > 1 ? LaunchDefaults.torchtitanPipeline : [])
        return LaunchDefaults.missing(settings, isGiven: values.has)
            + (policy == nil ? ["activation-checkpoint (selective)"] : [])
    }

    private static func dashed(_ option: String) -> String {
        "--" + option.dropFirst(2).replacing("-", with: "_")
    }

    /// Replicas in a shard group; -1 is what is left of the ranks.
    private static func shards(
        _ values: ArgumentValues, gpus: Int, by degrees: [Int]
    ) throws(LaunchParseError) -> Int {
        let others = degrees.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        let flag = "--parallelism.data_parallel_shard_degree"
        let isLeft = values.text(flag) == "-1" || !values.has(flag)
        let shard = isLeft ? max(1, gpus / max(1, others)) : try values.count(flag, default: 1)
        let (ranks, overflow) = others.multipliedReportingOverflow(by: shard)
        guard !overflow, others > 0, ranks == gpus else {
            throw LaunchParseError(
                "the degrees of parallelism have \(overflow ? "too many" : "\(ranks)") ranks; \(gpus) are given"
            )
        }
        return shard
    }

    private static func readPipeline(
        _ values: ArgumentValues, model: Transformer, into layout: inout TrainingLayout
    ) throws(LaunchParseError) {
        guard layout.pipeline > 1 else { return }
        let name = values.text("--parallelism.pipeline_parallel_schedule") ?? "1F1B"
        guard let schedule = TorchtitanSchedule.names.first(where: { $0.value == name })?.key else {
            throw LaunchParseError(
                "\(values.place("--parallelism.pipeline_parallel_schedule")) \(Shown.value(name)) is not read; "
                    + TorchtitanSchedule.names.values.sorted().joined(separator: ", ") + " are")
        }
        layout.schedule = schedule
        guard let text = values.text("--parallelism.module_fqns_per_model_part") else { return }
        let counts = text.split(separator: " ").map { part in
            part.split(separator: ",").count { $0.hasPrefix("layers.") }
        }
        guard counts.count.isMultiple(of: layout.pipeline), !counts.isEmpty else {
            throw LaunchParseError(
                "\(values.place("--parallelism.module_fqns_per_model_part")) has \(counts.count) parts; a multiple of "
                    + "\(layout.pipeline) is needed")
        }
        layout.take(layersByChunk: counts, of: model)
    }

    private static func sharding(
        _ values: ArgumentValues, layout: TrainingLayout, shard: Int, replicate: Int
    ) -> Sharding {
        guard shard * layout.context > 1 else { return Sharding() }
        if shard == 1, !values.has("--parallelism.fsdp_reshard_after_forward") { return Sharding() }
        let usual = layout.pipeline > 1 ? "never" : "always"
        var policy = values.text("--parallelism.fsdp_reshard_after_forward") ?? usual
        if policy == "default" { policy = usual }
        var sharding = Sharding(policy == "never" ? .gradients : .weights)
        if replicate > 1 { sharding.group = shard * layout.context }
        return sharding
    }

    private static func recomputation(
        _ policy: LaunchWords.Word?
    ) throws(LaunchParseError) -> LayoutRecomputation {
        switch policy?.text.dropFirst(policyPrefix.count) ?? "selective" {
        case "none": return .nothing
        case "selective": return .selective
        case "full": return .full
        case let other:
            throw LaunchParseError(
                "line \(policy?.line ?? 1): activation-checkpoint \(Shown.value(other)) is not priced; none, "
                    + "selective and full are")
        }
    }
}
