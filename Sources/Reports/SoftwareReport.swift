import Files
import Quantities
import Training

/// The catalogue of training software and its entries, for people and scripts.
public enum SoftwareReport {
    /// What a software runs, by the keys of its file.
    private static func fields(_ software: TrainingSoftware) -> [(key: String, words: [String])] {
        func stages(_ list: [Sharding.Stage]) -> [String] { list.map { "\($0.rawValue)" } }
        return [
            ("name", [software.name]), ("title", [software.title]), ("release", [software.release]),
            ("formats", software.formats?.map { TrainingPrecision(matrix: $0).name } ?? ["any"]),
            ("schedules", software.schedules.map(\.rawValue)),
            ("interleaving", [software.interleaving.rawValue]), ("stages", [software.stages.rawValue]),
            ("usual_stages", [software.usualStages.rawValue]),
            ("sharding", stages(software.sharding)), ("pipeline_sharding", stages(software.pipelineSharding)),
            ("group_sharding", stages(software.groupSharding)),
            ("shard_groups", [software.shardGroups.rawValue]), ("unshared", [software.unshared.rawValue]),
            ("recompute", software.recomputation.map(\.rawValue)),
            ("recompute_modules", software.recomputedModules.names),
            ("recomputed_layers", [software.recomputedLayers.rawValue]),
            ("sequence_parallel", software.sequenceParallelism.map(\.rawValue)),
            ("expert_sequence_parallel", software.expertSequenceParallelism.map(\.rawValue)),
            ("context_sequence_parallel", software.contextSequenceParallelism.map(\.rawValue)),
            ("context_methods", software.contextMethods.map(\.rawValue)),
            ("expert_tensor", [software.expertTensor.rawValue]),
            ("split_biased_experts", [software.splitBiasedExperts.rawValue]),
            ("offload", software.offload?.map(\.name) ?? ["any"]),
            ("offload_sharding", software.offloadSharding.map(stages) ?? ["any"]),
            ("unshared_optimizers", software.unsharedOptimizers?.map(\.rawValue) ?? ["any"]),
            ("sharded_optimizers", software.shardedOptimizers?.map(\.rawValue) ?? ["any"]),
            ("offload_optimizers", software.offloadOptimizers?.map(\.rawValue) ?? ["any"]),
            ("delayed_modules", software.delayedModules?.names ?? ["any"]),
            ("multi_token", [software.multiToken.rawValue]),
            ("tensor_parallel", [software.tensorParallelism.rawValue]), ("mesh", [software.mesh.rawValue]),
        ] + conduct(software.conduct) + [("source", [software.source])]
    }

    /// What a software does.
    private static func conduct(_ conduct: SoftwareConduct) -> [(key: String, words: [String])] {
        [
            ("attention_kernel", [conduct.kernels.attention.rawValue]),
            ("flash_kernels", [conduct.kernels.flash.rawValue]), ("norms", [conduct.kernels.norms.rawValue]),
            ("elementwise", [conduct.kernels.elementwise.rawValue]),
            ("loss", [conduct.kernels.loss.rawValue]),
            ("gradient_traffic", [conduct.gradientTraffic.rawValue]),
            ("selective", [conduct.selective.name]),
            ("gathered_weights", [conduct.gatheredWeights.rawValue]),
            ("expert_outputs", [conduct.expertOutputs.rawValue]),
            ("expert_transport", [conduct.expertTransport.rawValue]),
            ("dispatch", [conduct.dispatch.rawValue]), ("expert_overlap", [conduct.expertOverlap.rawValue]),
            ("graphs_on", conduct.graphsOn.map(\.rawValue)),
        ] + SoftwareConduct.numbers.map { ($0.key, ["\(conduct[keyPath: $0.path])"]) }
    }

    /// One line a software.
    /// - Parameter entries: what to list.
    /// - Returns: the table with a final newline.
    public static func list(_ entries: [TrainingSoftware]) -> String {
        var table = TextTable(
            [
                ("name", .left), ("release", .left), ("schedules", .left), ("ZeRO", .left),
                ("with a pipeline", .left), ("stages", .left),
            ])
        for entry in entries {
            let words = Dictionary(
                uniqueKeysWithValues: fields(entry).map { ($0.key, $0.words.joined(separator: ", ")) })
            table.add(
                ["name", "release", "schedules", "sharding", "pipeline_sharding", "stages"].map {
                    words[$0] ?? ""
                })
        }
        return table.text + "\n"
    }

    /// One entry with every key and its source.
    /// - Parameter entry: the software.
    /// - Returns: text with a final newline.
    public static func show(_ entry: TrainingSoftware) -> String {
        var table = TextTable([("key", .left), ("value", .left)])
        for field in fields(entry) { table.add([field.key, field.words.joined(separator: ", ")]) }
        return table.text + "\n"
    }

    /// One entry with every key: words, and lists where a key takes several.
    /// - Parameter entry: the software.
    /// - Returns: an object.
    public static func json(_ entry: TrainingSoftware) -> JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: fields(entry).map { key, words in
                    let isWord = !SoftwareFile.lists.contains(key) || words == ["any"]
                    return (key, isWord ? .text(words.joined()) : .array(words.map { .text($0) }))
                }))
    }

    /// The catalogue as CSV, one line a software; lists are joined by slashes.
    /// - Parameter entries: what to list.
    /// - Returns: lines with a final newline.
    public static func csv(_ entries: [TrainingSoftware]) -> String {
        let rows = entries.map { entry in
            fields(entry).map { Field($0.key, .text($0.words.joined(separator: "/"))) }
        }
        return ([CSVText.header(rows.first ?? [])] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }
}
