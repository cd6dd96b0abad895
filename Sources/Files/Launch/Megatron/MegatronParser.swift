import Quantities
import Training

/// Reading argument lists of Megatron-LM.
public enum MegatronParser {
    /// Reads an argument list as a script holds it.
    ///
    /// Quotes and backslashes at ends of lines are understood, variables of the shell are not.
    /// - Parameters:
    ///   - text: arguments with blanks between them.
    ///   - gpus: ranks of the run, from which data parallelism follows.
    /// - Returns: model and layout; the layout is not checked for legality.
    /// - Throws: ``LaunchParseError`` for a missing or bad value, or a layout that is not described here.
    public static func run(text: String, gpus: Int) throws(LaunchParseError) -> LaunchRun {
        try run(ArgumentValues(try LaunchWords(text).words), gpus: gpus)
    }

    /// Reads an argument list.
    /// - Parameters:
    ///   - arguments: flags and values in turn; `--flag=value` is read too.
    ///   - gpus: ranks of the run.
    /// - Returns: model and layout; the layout is not checked for legality.
    /// - Throws: ``LaunchParseError`` for a missing or bad value, or a layout that is not described here.
    public static func run(arguments: [String], gpus: Int) throws(LaunchParseError) -> LaunchRun {
        try run(ArgumentValues(arguments), gpus: gpus)
    }

    static func run(_ values: ArgumentValues, gpus: Int) throws(LaunchParseError) -> LaunchRun {
        let model = try MegatronModelParser.model(values)
        do { try model.validate() } catch { throw LaunchParseError("\(error)") }
        let layout = try layout(values, model: model, gpus: gpus)
        let order: [LayoutDimension] =
            values.has("--use-tp-pp-dp-mapping")
            ? [.tensor, .context, .expert, .pipeline, .data] : LayoutPlacement.usualOrder
        let precision = try precision(values)
        return LaunchRun(
            request: LaunchRequest(
                model: model, layout: layout, precision: precision, order: order,
                optimizer: try optimizer(values)),
            ignored: values.flags.filter {
                !MegatronFlags.read.contains($0) && !MegatronFlags.assumed.contains($0)
            }, defaults: defaults(values, model: model))
    }

    private static func defaults(_ values: ArgumentValues, model: Transformer) -> [String] {
        let settings =
            LaunchDefaults.megatron
            + (model.hasExpertLayers ? LaunchDefaults.megatronExperts : [])
            + (model.positions == .rotary ? LaunchDefaults.megatronRotary : [])
        let isWide = !values.has("--bf16") && !values.has("--fp16")
        return LaunchDefaults.missing(settings, isGiven: values.has)
            + (isWide ? ["--bf16 or --fp16 (fp32)"] : [])
    }

    private static func optimizer(_ values: ArgumentValues) throws(LaunchParseError) -> TrainingOptimizer {
        let moments = ["--exp-avg-dtype", "--exp-avg-sq-dtype"].map { values.text($0) ?? "fp32" }
        switch (values.text("--optimizer") ?? "adam", moments) {
        case ("adam", ["fp32", "fp32"]): return .adam
        case ("adam", ["bf16", "bf16"]): return .adamHalf
        case ("adam", ["fp8", "fp8"]): return .adam8
        case ("lion", _): return .lion
        case ("muon", _), ("dist_muon", _): return .muon
        case (let name, _):
            throw LaunchParseError(
                "\(values.place("--optimizer")) \(Shown.value(name)) with moments \(moments.joined(separator: " and ")) is not priced; adam with "
                    + "both moments in fp32, bf16 or fp8, lion and muon are")
        }
    }

    private static func layout(
        _ values: ArgumentValues, model: Transformer, gpus: Int
    ) throws(LaunchParseError) -> TrainingLayout {
        let tensor = try values.count("--tensor-model-parallel-size", default: 1)
        let pipeline = try values.count("--pipeline-model-parallel-size", default: 1)
        let context = try values.count("--context-parallel-size", default: 1)
        let (inner, overflow) = tensor.multipliedReportingOverflow(by: pipeline)
        let (ranks, second) = inner.multipliedReportingOverflow(by: context)
        guard !overflow, !second, gpus >= 1, gpus.isMultiple(of: ranks) else {
            throw LaunchParseError(
                "\(gpus) ranks are no multiple of tensor \(tensor) x pipeline \(pipeline) x context "
                    + "\(context); a multiple of their product is needed")
        }
        let data = gpus / ranks
        var layout = TrainingLayout(
            tensor: tensor, sequenceParallelism: values.has("--sequence-parallel") ? .on : .off,
            context: context, contextMethod: try contextMethod(values), pipeline: pipeline,
            expert: try values.count("--expert-model-parallel-size", default: 1), data: data,
            microbatch: try values.count("--micro-batch-size", default: nil),
            globalBatch: try values.count("--global-batch-size", default: nil))
        // Megatron-LM's default: experts are split over as many tensor ranks as the rest.
        let usual = model.hasExpertLayers ? tensor : 1
        layout.expertTensor = try values.count("--expert-tensor-parallel-size", default: usual)
        try readPipeline(values, model: model, into: &layout)
        layout.sharding = try sharding(values, layout: layout)
        layout.recomputation = try recomputation(values, layout: layout)
        if values.has("--optimizer-cpu-offload") { layout.offload = .optimizer }
        return layout
    }

    private static func contextMethod(_ values: ArgumentValues) throws(LaunchParseError) -> ContextMethod {
        switch values.text("--cp-comm-type") ?? "p2p" {
        case "p2p": return .ring
        case "all_gather", "allgather": return .allGather
        case "a2a": return .allToAll
        case let other:
            throw LaunchParseError(
                "\(values.place("--cp-comm-type")) \(Shown.value(other)) is not read; p2p, all_gather or a2a is"
            )
        }
    }

    private static func readPipeline(
        _ values: ArgumentValues, model: Transformer, into layout: inout TrainingLayout
    ) throws(LaunchParseError) {
        if let chunks = try MegatronLayersParser.pattern(values), chunks.count > 1 {
            guard chunks.count.isMultiple(of: layout.pipeline) else {
                throw LaunchParseError(
                    "\(values.place("--hybrid-layer-pattern")) has \(chunks.count) chunks; a multiple of "
                        + "\(layout.pipeline) is needed")
            }
            layout.take(layersByChunk: chunks.map(\.count), of: model)
        } else if let text = values.text("--pipeline-model-parallel-layout") {
            guard let counts = MegatronPipelineText.counts(of: text),
                counts.count.isMultiple(of: layout.pipeline)
            else {
                throw LaunchParseError(
                    "\(values.place("--pipeline-model-parallel-layout")) \(Shown.value(text)) is not read; write chunks such as "
                        + "E,t*7|t*8|t*7,L, a multiple of \(layout.pipeline) of them")
            }
            layout.take(layersByChunk: counts, of: model)
        } else if values.has("--num-virtual-stages-per-pipeline-rank") {
            layout.chunks = try values.count("--num-virtual-stages-per-pipeline-rank", default: 1)
        } else if values.has("--num-layers-per-virtual-pipeline-stage") {
            let layers = try values.count("--num-layers-per-virtual-pipeline-stage", default: 1)
            layout.chunks = max(1, model.layers / layout.pipeline / layers)
        }
        if values.has("--account-for-embedding-in-pipeline-split"),
            values.has("--account-for-loss-in-pipeline-split")
        {
            layout.spread = .countingEnds
        } else if let first = try values.optionalCount("--decoder-first-pipeline-num-layers"),
            let last = try values.optionalCount("--decoder-last-pipeline-num-layers"),
            layout.pipeline > 2, layout.chunks == 1
        {
            let middle = (model.layers - first - last) / (layout.pipeline - 2)
            layout.spread = .given([first] + Array(repeating: middle, count: layout.pipeline - 2) + [last])
        }
        if layout.chunks > 1 { layout.schedule = .interleaved }
    }

    private static func sharding(
        _ values: ArgumentValues, layout: TrainingLayout
    ) throws(LaunchParseError) -> Sharding {
        var sharding = Sharding()
        // On one rank it shards nothing, and is there for the optimizers that want it.
        let isAlone = layout.gradientRanks == 1 && values.has("--use-precision-aware-optimizer")
        if values.has("--use-distributed-optimizer"), !isAlone { sharding.stage = .optimizer }
        if values.has("--use-torch-fsdp2") { sharding.stage = .weights }
        if values.has("--use-megatron-fsdp") {
            switch values.text("--data-parallel-sharding-strategy") ?? "no_shard" {
            case "no_shard": sharding.stage = .nothing
            case "optim": sharding.stage = .optimizer
            case "optim_grads": sharding.stage = .gradients
            case "optim_grads_params": sharding.stage = .weights
            case let other:
                throw LaunchParseError(
                    "\(values.place("--data-parallel-sharding-strategy")) \(Shown.value(other)) is not known; no_shard, optim, optim_grads "
                        + "or optim_grads_params is")
            }
        }
        let instances = try values.count("--num-distributed-optimizer-instances", default: 1)
        if instances > 1 {
            guard layout.gradientRanks.isMultiple(of: instances) else {
                throw LaunchParseError(
                    "\(values.place("--num-distributed-optimizer-instances")) \(instances) does not divide the "
                        + "\(layout.gradientRanks) ranks of data and context")
            }
            sharding.group = layout.gradientRanks / instances
        }
        return sharding
    }

    private static func recomputation(
        _ values: ArgumentValues, layout: TrainingLayout
    ) throws(LaunchParseError) -> LayoutRecomputation {
        let usual = values.has("--recompute-activations") ? "selective" : "none"
        switch values.text("--recompute-granularity") ?? usual {
        case "none": return .nothing
        case "selective":
            guard values.has("--recompute-modules") else { return .selective }
            let names = values.text("--recompute-modules") ?? ""
            guard let modules = RecomputedModules(named: names.replacing(" ", with: "+")) else {
                throw LaunchParseError(
                    "\(values.place("--recompute-modules")) \(Shown.value(names)) has a module that is not priced; "
                        + RecomputedModules.named.map(\.name).joined(separator: ", ") + " are")
            }
            return .modules(modules)
        case "full":
            guard values.text("--recompute-method") == "block" else { return .full }
            let layers = try values.count("--recompute-num-layers", default: 1)
            return .layersPerStage(layers * layout.chunks)
        case let other:
            throw LaunchParseError(
                "\(values.place("--recompute-granularity")) \(Shown.value(other)) is not known; full or selective is"
            )
        }
    }

    private static func precision(_ values: ArgumentValues) throws(LaunchParseError) -> TrainingPrecision {
        if values.has("--fp4-format") { return .fp4(.nvfp4) }
        if values.has("--fp8-format") {
            let recipes: [String: EightBitRecipe] = [
                "delayed": .delayed, "tensorwise": .tensorwise, "blockwise": .blockwise,
                "mxfp8": .microscaling,
            ]
            guard let name = values.text("--fp8-recipe") else { return .fp8(.unstated) }
            guard let recipe = recipes[name] else {
                throw LaunchParseError(
                    "\(values.place("--fp8-recipe")) \(Shown.value(name)) is not known; delayed, tensorwise, blockwise or mxfp8 is"
                )
            }
            return .fp8(recipe)
        }
        return values.has("--fp16") ? .fp16 : values.has("--bf16") ? .bf16 : .fp32
    }
}
