import Quantities
import Training

/// Reading the JSON of DeepSpeed, and the script that gives its trainer the rest.
public enum DeepSpeedParser {
    /// Whether a text is one.
    public static func isConfiguration(_ text: String) -> Bool {
        text.contains("\"train_micro_batch_size_per_gpu\"")
    }

    /// The configuration that a script starts a run with; nil where the text is no such script.
    /// - Parameter script: a script that gives a trainer `--deepspeed_config`.
    /// - Returns: the name as it stands there, relative to the script.
    /// - Throws: ``LaunchParseError`` for a quote that is not closed.
    public static func configurationName(inScript script: String) throws(LaunchParseError) -> String? {
        guard script.contains(configurationFlag) else { return nil }
        return ArgumentValues(try LaunchWords(script).words).text(configurationFlag)
    }

    private static let configurationFlag = "--deepspeed_config"

    /// The ranks that are no replicas, as the arguments of Megatron-DeepSpeed in a script have them.
    /// - Parameters:
    ///   - script: with arguments.
    ///   - model: what is trained.
    /// - Returns: a layout of one replica, for `beside` of ``layout(text:place:beside:gpus:)``.
    /// - Throws: ``LaunchParseError`` for a bad value.
    public static func beside(
        script: String, model: Transformer
    ) throws(LaunchParseError) -> TrainingLayout {
        let values = ArgumentValues(try LaunchWords(script).words)
        let tensor = try values.count("--tensor-model-parallel-size", default: 1)
        let context = try values.count("--ds-sequence-parallel-size", default: 1)
        var layout = TrainingLayout(
            tensor: tensor, sequenceParallelism: values.has("--sequence-parallel") ? .on : .off,
            context: context, contextMethod: context > 1 ? .allToAll : .ring,
            pipeline: try values.count("--pipeline-model-parallel-size", default: 1), globalBatch: 1)
        if model.hasExpertLayers {
            layout.expert = try values.count("--moe-expert-parallel-size", default: 1)
            layout.expertTensor = values.has("--enable-expert-tensor-parallelism") ? tensor : 1
        }
        switch values.text("--recompute-granularity") {
        case "selective": layout.recomputation = .selective
        case "full":
            layout.recomputation =
                values.text("--recompute-method") == "block"
                ? .layersPerStage(try values.count("--recompute-num-layers", default: 1)) : .full
        case nil: layout.recomputation = values.has("--checkpoint-activations") ? .full : .nothing
        default:
            throw values.refusal("--recompute-granularity", "is not known; full or selective is")
        }
        return layout
    }

    /// The layout of a run as far as the file says it: replicas, batch, sharding and offload.
    ///
    /// Ranks that are no replicas are the trainer's, here Megatron-DeepSpeed's arguments, and taken from `beside`.
    /// - Parameters:
    ///   - text: the file.
    ///   - place: its name for messages.
    ///   - beside: the rest of the layout.
    ///   - gpus: ranks of the run.
    /// - Returns: the layout, not checked for legality.
    /// - Throws: ``LaunchParseError`` for a missing or bad value.
    public static func layout(
        text: String, place: String = "", beside: TrainingLayout = TrainingLayout(globalBatch: 1), gpus: Int
    ) throws(LaunchParseError) -> TrainingLayout {
        let values = try DeepSpeedValues(text, place: place)
        var layout = beside
        let others = product([layout.tensor, layout.pipeline, layout.context])
        guard let others, gpus >= 1, gpus.isMultiple(of: others) else {
            throw LaunchParseError(
                "\(gpus) ranks are no multiple of the \(others.map { "\($0)" } ?? "ranks") that hold one replica"
            )
        }
        layout.data = gpus / others
        guard let micro = try values.count("train_micro_batch_size_per_gpu") else {
            throw LaunchParseError("train_micro_batch_size_per_gpu is missing; a whole number is needed")
        }
        layout.microbatch = micro
        try readBatch(values, into: &layout, gpus: gpus)
        let stage = try values.whole("zero_optimization.stage") ?? 0
        guard let sharded = Sharding.Stage(rawValue: stage) else {
            throw LaunchParseError("\(values.place("zero_optimization.stage")) is \(stage); 0 to 3 is needed")
        }
        layout.sharding = Sharding(sharded)
        layout.offload = []
        if values.isHost("zero_optimization.offload_optimizer") { layout.offload.insert(.optimizer) }
        if values.isHost("zero_optimization.offload_param") { layout.offload.insert(.weights) }
        if values.text("activation_checkpointing.cpu_checkpointing") == "true" {
            layout.offload.insert(.activations)
        }
        return layout
    }

    /// Settings that are not there and decide a layout or its price, with what DeepSpeed takes instead.
    /// - Parameter text: the file.
    /// - Returns: one text a setting.
    /// - Throws: ``LaunchParseError`` where it is no JSON.
    public static func defaults(text: String) throws(LaunchParseError) -> [String] {
        let values = try DeepSpeedValues(text, place: "")
        let formats = ["bf16.enabled", "fp16.enabled"].filter { values.text($0) == "true" }
        return LaunchDefaults.missing(LaunchDefaults.deepSpeed) { values.text($0) != nil }
            + (formats.isEmpty ? ["bf16.enabled or fp16.enabled (fp32)"] : [])
    }

    private static func readBatch(
        _ values: DeepSpeedValues, into layout: inout TrainingLayout, gpus: Int
    ) throws(LaunchParseError) {
        let key = "train_batch_size"
        let given = try values.count(key)
        let one = product([layout.microbatch, layout.data])
        // Of batch, microbatch and steps one follows from the others.
        let steps =
            try values.count("gradient_accumulation_steps")
            ?? given.flatMap { given in one.map { max(1, given / $0) } } ?? 1
        let batch = product([layout.microbatch, steps, layout.data])
        guard let batch, batch <= Int(Int32.max), given ?? batch == batch else {
            throw LaunchParseError(
                "\(values.place(key)) is not train_micro_batch_size_per_gpu x gradient_accumulation_steps x the "
                    + "\(layout.data) replicas of \(gpus) ranks; where a replica has several ranks, name the script "
                    + "that gives the trainer --deepspeed_config")
        }
        layout.globalBatch = batch
    }

    private static func product(_ factors: [Int]) -> Int? {
        var product = 1
        for factor in factors {
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            guard !overflow, next > 0 else { return nil }
            product = next
        }
        return product
    }
}

/// Settings of a file of DeepSpeed by their paths.
private struct DeepSpeedValues {
    private let document: FlatDocument

    init(_ text: String, place: String) throws(LaunchParseError) {
        do { document = try FlatDocument(text: text, place: place) } catch {
            throw LaunchParseError(error)
        }
    }

    func text(_ path: String) -> String? {
        document.text(path).flatMap { ["null", "auto"].contains($0) ? nil : $0 }
    }

    /// A setting with its line, for messages.
    func place(_ path: String) -> String { (document.line(path).map { "line \($0): " } ?? "") + path }

    func isHost(_ group: String) -> Bool { text("\(group).device") == "cpu" }

    /// A whole number from 0; nil where the setting is not there.
    func whole(_ path: String) throws(LaunchParseError) -> Int? {
        guard let text = text(path) else { return nil }
        guard let value = Int(text), value >= 0, value <= Int(Int32.max) else {
            throw LaunchParseError("\(place(path)) is \(Shown.value(text)); a whole number is needed")
        }
        return value
    }

    /// A whole number from 1; nil where the setting is not there.
    func count(_ path: String) throws(LaunchParseError) -> Int? {
        guard let value = try whole(path) else { return nil }
        guard value >= 1 else {
            throw LaunchParseError("\(place(path)) is 0; a whole number of at least 1 is needed")
        }
        return value
    }
}
