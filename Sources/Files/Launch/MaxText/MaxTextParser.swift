import Quantities
import Training

/// Reading the YAML of a MaxText run, with the model in it.
public enum MaxTextParser {
    /// Whether a text is one: it has axes of the mesh.
    public static func isConfiguration(_ text: String) -> Bool {
        text.contains("ici_fsdp_parallelism") || text.contains("ici_tensor_parallelism")
            || text.contains("per_device_batch_size")
    }

    /// Reads a file.
    /// - Parameters:
    ///   - text: YAML or JSON of settings, as for `maxtext.trainers.pre_train.train`.
    ///   - place: file name for messages.
    ///   - gpus: ranks of the run; -1 on an axis is what is left of them.
    /// - Returns: model and layout; the layout is not checked for legality.
    /// - Throws: ``LaunchParseError`` for a missing or bad value.
    public static func run(text: String, place: String, gpus: Int) throws(LaunchParseError) -> LaunchRun {
        let document: FlatDocument
        do { document = try FlatDocument(text: text, place: place) } catch {
            throw LaunchParseError(error)
        }
        let values = MaxTextValues(document: document)
        let model = try MaxTextModelParser.model(values)
        do { try model.validate() } catch { throw LaunchParseError("\(error)") }
        let request = LaunchRequest(
            model: model, layout: try layout(values, model: model, gpus: gpus),
            precision: try precision(values), optimizer: try optimizer(values))
        return LaunchRun(
            request: request,
            ignored: document.order.filter { path in
                !read.contains { path == $0 || path.hasPrefix($0 + ".") }
            },
            defaults: LaunchDefaults.missing(LaunchDefaults.maxText) { values.has($0) })
    }

    private static func layout(
        _ values: MaxTextValues, model: Transformer, gpus: Int
    ) throws(LaunchParseError) -> TrainingLayout {
        let axes = try degrees(values, gpus: gpus)
        func degree(_ name: String) -> Int { axes[name] ?? 1 }
        let sequence = degree("tensor_sequence")
        let tensor = degree("tensor") * sequence
        guard sequence == 1 || degree("tensor") == 1 else {
            throw LaunchParseError("axes tensor and tensor_sequence are both split; one of them is priced")
        }
        let (context, expert, pipeline) = (degree("context"), degree("expert"), degree("pipeline"))
        let data = degree("data") * degree("fsdp") * expert
        var layout = TrainingLayout(
            tensor: tensor, sequenceParallelism: sequence > 1 ? .on : .off, context: context,
            contextMethod: context > 1 ? try contextMethod(values) : .ring, pipeline: pipeline,
            chunks: pipeline > 1 ? try values.count("num_pipeline_repeats", default: 1) : 1,
            expert: expert, expertTensor: model.hasExpertLayers ? tensor : 1, data: data)
        if pipeline > 1 { layout.schedule = .gpipe }
        try readBatch(values, gpus: gpus, into: &layout)
        layout.sharding = try sharding(values, layout: layout, replicas: degree("data"))
        layout.recomputation = try recomputation(values)
        if try values.flag("optimizer_memory_host_offload") { layout.offload.insert(.optimizer) }
        if try values.flag("parameter_memory_host_offload") { layout.offload.insert(.weights) }
        return layout
    }

    /// Ranks of each axis, inside slices and across them.
    private static func degrees(_ values: MaxTextValues, gpus: Int) throws(LaunchParseError) -> [String: Int]
    {
        for axis in [
            "diloco", "fsdp_transpose", "sequence", "context_usp_ulysses", "context_autoregressive",
            "autoregressive",
        ] {
            for side in ["ici", "dcn"] where try values.degree("\(side)_\(axis)_parallelism", default: 1) != 1
            {
                throw LaunchParseError("\(values.place("\(side)_\(axis)_parallelism")) is not priced; 1 is")
            }
        }
        var (ranks, open): (Int, [String]) = (1, [])
        var axes: [String: Int] = [:]
        for axis in MaxTextAxes.names {
            for side in ["ici", "dcn"] {
                let key = "\(side)_\(axis)_parallelism"
                let usual = key == "ici_fsdp_parallelism" || key == "dcn_data_parallelism" ? -1 : 1
                let degree = try values.degree(key, default: usual)
                guard degree != -1 else {
                    open.append(axis)
                    continue
                }
                axes[axis] = try product(axes[axis] ?? 1, degree, key, values)
                ranks = try product(ranks, degree, key, values)
            }
        }
        guard gpus >= 1, gpus.isMultiple(of: ranks), open.count > 0 || ranks == gpus else {
            throw LaunchParseError("the axes of the mesh have \(ranks) ranks; \(gpus) are given")
        }
        let left = gpus / ranks
        guard left == 1 || open.count == 1 else {
            throw LaunchParseError(
                "\(left) ranks are left for the axes \(open.joined(separator: " and ")), which are -1; give one of them"
            )
        }
        if let axis = open.first { axes[axis] = (axes[axis] ?? 1) * left }
        return axes
    }

    private static func product(
        _ first: Int, _ second: Int, _ key: String, _ values: MaxTextValues
    ) throws(LaunchParseError) -> Int {
        let (product, overflow) = first.multipliedReportingOverflow(by: second)
        guard !overflow, product <= 1 << 31 else {
            throw LaunchParseError(
                "\(values.place(key)) makes too many ranks of all axes; at most 2147483648 are read")
        }
        return product
    }

    private static func readBatch(
        _ values: MaxTextValues, gpus: Int, into layout: inout TrainingLayout
    ) throws(LaunchParseError) {
        let key = "per_device_batch_size"
        let share = try values.number(key, 1e-9...1e9, default: 12)
        let steps = try values.count("gradient_accumulation_steps", default: 1)
        let pass = Int(share * Double(gpus))
        let passes =
            layout.pipeline > 1
            ? try values.count("num_pipeline_microbatches", default: layout.pipeline) : 1
        let (ranks, tooMany) = layout.data.multipliedReportingOverflow(by: passes)
        let (batch, tooLarge) = pass.multipliedReportingOverflow(by: steps)
        guard !tooMany, !tooLarge, pass >= 1, pass.isMultiple(of: ranks) else {
            throw LaunchParseError(
                "\(values.place(key)) is \(share), which on each of \(gpus) ranks is no multiple of \(layout.data) replicas"
                    + (passes > 1 ? " times \(passes) microbatches" : ""))
        }
        layout.microbatch = pass / ranks
        layout.globalBatch = batch
    }

    private static func sharding(
        _ values: MaxTextValues, layout: TrainingLayout, replicas: Int
    ) throws(LaunchParseError) -> Sharding {
        if layout.gradientRanks / max(1, replicas) > 1 {
            let group = layout.gradientRanks / max(1, replicas)
            return Sharding(.weights, group: replicas > 1 ? group : nil)
        }
        return Sharding(try values.flag("shard_optimizer_over_data") ? .optimizer : .nothing)
    }

    private static func contextMethod(_ values: MaxTextValues) throws(LaunchParseError) -> ContextMethod {
        switch values.text("context_parallel_strategy") ?? "all_gather" {
        case "all_gather": return .allGather
        case "ring": return .ring
        case "ulysses": return .allToAll
        case let other:
            throw LaunchParseError(
                "\(values.place("context_parallel_strategy")) \(Shown.value(other)) is not read; all_gather, ring or ulysses is"
            )
        }
    }

    private static func recomputation(_ values: MaxTextValues) throws(LaunchParseError) -> LayoutRecomputation
    {
        switch values.text("remat_policy") ?? "full" {
        case "none": return .nothing
        case "full": return .full
        case "custom"
        where MaxTextConfiguration.kept.allSatisfy({ values.text($0) == "device" }):
            return .selective
        case let other:
            throw LaunchParseError(
                "\(values.place("remat_policy")) \(Shown.value(other)) is not priced; none, full, and custom with "
                    + "\(MaxTextConfiguration.kept.joined(separator: ", ")) and the first products on the device are"
            )
        }
    }

    private static func precision(_ values: MaxTextValues) throws(LaunchParseError) -> TrainingPrecision {
        switch values.text("quantization") ?? "" {
        case "":
            switch values.text("dtype") ?? "bfloat16" {
            case "bfloat16": return .bf16
            case "float32": return .fp32
            case let other:
                throw LaunchParseError(
                    "\(values.place("dtype")) \(Shown.value(other)) is not priced; bfloat16 or float32 is")
            }
        case "fp8", "fp8_full", "fp8_gpu", "nanoo_fp8", "fp8_nanoo", "te_fp8_currentscaling",
            "te_fp8_delayedscaling":
            return .fp8(.unstated)
        case let other:
            throw LaunchParseError(
                "\(values.place("quantization")) \(Shown.value(other)) is not priced; fp8_full is")
        }
    }

    private static func optimizer(_ values: MaxTextValues) throws(LaunchParseError) -> TrainingOptimizer {
        switch (values.text("opt_type") ?? "adamw", values.text("mu_dtype") ?? "float32") {
        case ("adamw", "float32"), ("adam_pax", "float32"), ("adamw", ""), ("adam_pax", ""): return .adam
        case ("muon", "float32"), ("muon", ""): return .muon
        case (let name, let format):
            throw LaunchParseError(
                "\(values.place("opt_type")) \(Shown.value(name)) with a moment in \(Shown.value(format)) is not priced; adamw and muon in "
                    + "float32 are")
        }
    }

    /// Settings that are read, or that say what a price assumes anyway.
    static let read: Set<String> = Set(
        ["ici", "dcn"].flatMap { side in
            (MaxTextAxes.names + ["diloco", "fsdp_transpose", "sequence"]).map { "\(side)_\($0)_parallelism" }
        } + MaxTextConfiguration.kept
            + [
                "base_config", "model_name", "hardware", "dtype", "weight_dtype", "grad_dtype",
                "quantization",
                "use_qwix_quantization", "attention", "max_segments_per_seq", "max_target_length",
                "per_device_batch_size", "gradient_accumulation_steps", "num_pipeline_microbatches",
                "num_layers_per_pipeline_stage", "num_pipeline_repeats", "shard_optimizer_over_data",
                "context_parallel_strategy", "optimizer_memory_host_offload", "parameter_memory_host_offload",
                "remat_policy", "mlpwi", "mlpwi_0", "moe_mlpwi_0", "opt_type", "mu_dtype",
            ]
    ).union(MaxTextModelParser.read)
}
