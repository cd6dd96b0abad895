import Foundation
import Training

/// Reading the JSON of DeepSpeed.
public enum DeepSpeedParser {
    private struct Contents: Decodable {
        struct Device: Decodable { var device: String? }
        struct Zero: Decodable {
            var stage: Int?
            var offload_optimizer: Device?
            var offload_param: Device?
        }
        struct Checkpointing: Decodable { var cpu_checkpointing: Bool? }
        var train_batch_size: Int?
        var train_micro_batch_size_per_gpu: Int?
        var gradient_accumulation_steps: Int?
        var zero_optimization: Zero?
        var activation_checkpointing: Checkpointing?
    }

    /// Whether a text is one.
    public static func isConfiguration(_ text: String) -> Bool {
        text.contains("\"train_micro_batch_size_per_gpu\"")
    }

    /// The layout of a run as far as the file says it: replicas, batch, sharding and offload.
    ///
    /// Ranks that are no replicas are the trainer's, here Megatron-DeepSpeed's arguments, and taken from `beside`.
    /// - Parameters:
    ///   - text: the file.
    ///   - beside: the rest of the layout.
    ///   - gpus: ranks of the run.
    /// - Returns: the layout, not checked for legality.
    /// - Throws: ``LaunchParseError`` for a missing or bad value.
    public static func layout(
        text: String, beside: TrainingLayout = TrainingLayout(globalBatch: 1), gpus: Int
    ) throws(LaunchParseError) -> TrainingLayout {
        let contents: Contents
        do { contents = try JSONDecoder().decode(Contents.self, from: Data(text.utf8)) } catch {
            throw LaunchParseError("is no configuration of DeepSpeed: \(error)")
        }
        let most = 1...Int(Int32.max)
        var layout = beside
        let others = layout.tensor * layout.pipeline * layout.context
        guard gpus >= 1, gpus.isMultiple(of: others) else {
            throw LaunchParseError("\(gpus) ranks are no multiple of the \(others) that hold one replica")
        }
        layout.data = gpus / others
        guard let micro = contents.train_micro_batch_size_per_gpu, most.contains(micro) else {
            throw LaunchParseError("train_micro_batch_size_per_gpu is missing; a whole number is needed")
        }
        layout.microbatch = micro
        let steps = contents.gradient_accumulation_steps ?? 1
        guard let batch = contents.train_batch_size ?? product([micro, steps, layout.data]),
            most.contains(batch), product([micro, steps, layout.data]) == batch
        else {
            throw LaunchParseError(
                "train_batch_size is not train_micro_batch_size_per_gpu x gradient_accumulation_steps x the "
                    + "\(layout.data) replicas of \(gpus) ranks")
        }
        layout.globalBatch = batch
        let stage = contents.zero_optimization?.stage ?? 0
        guard let sharded = Sharding.Stage(rawValue: stage) else {
            throw LaunchParseError("zero_optimization.stage is \(stage); 0 to 3 is needed")
        }
        layout.sharding = Sharding(sharded)
        layout.offload = []
        if isHost(contents.zero_optimization?.offload_optimizer) { layout.offload.insert(.optimizer) }
        if isHost(contents.zero_optimization?.offload_param) { layout.offload.insert(.weights) }
        if contents.activation_checkpointing?.cpu_checkpointing == true {
            layout.offload.insert(.activations)
        }
        return layout
    }

    private static func isHost(_ device: Contents.Device?) -> Bool { device?.device == "cpu" }

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
