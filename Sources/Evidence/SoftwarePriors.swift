import Training

/// What was believed of software before any step was fitted: what it is known to hide, counts of operations, and the
/// time of a host that launches them one by one.
public enum SoftwarePriors {
    /// Software that shares a number, and the number.
    private struct Belief {
        let scope: String
        let names: Set<String>
        let key: String
        let prior: Double
        let deviation: Double
    }

    private static let megatron2022: Set<String> = [
        "megatron-lm-2022", "megatron-deepspeed-2022", "megatron-like-2023",
    ]
    /// Software that adds gradients up after the backward pass and sums activations beside nothing.
    private static let classic: Set<String> = megatron2022.union(["internevo-2023", "llm-foundry-2023"])
    /// Software that runs both beside products.
    private static let overlapped: Set<String> = core.union(["torchtitan", "modalities-2024"])
    private static let core: Set<String> = ["megatron-core", "megatron-bridge-26.04"]
    /// Software with the framework's own kernels between products.
    private static let framework: Set<String> = [
        "megatron-like-2023", "internevo-2023", "llm-foundry-2023", "torchtitan", "modalities-2024",
        "deepspeed",
    ]
    private static let gpus = classic.union(overlapped).union(["deepspeed"])

    /// Beliefs in the order they are set: what some software has to itself after what many share.
    private static let beliefs: [Belief] = [
        shared("exposed_traffic", classic.union(["deepspeed"]), "2021 to 2023", 0.70, 0.25),
        shared("exposed_traffic", overlapped, "overlapped", 0.45, 0.20),
        shared(
            "pass_factor", ["megatron-lm-2022", "megatron-deepspeed-2022"], "Megatron of 2022", 1.15, 0.20),
        shared("pass_factor", core, "Megatron-Core", 1.3, 0.20),
        shared("pass_factor", framework, "framework's kernels", 1.6, 0.35),
        // Exposed shares: 1 where nothing runs beside the traffic.
        shared("tensor_exposed", classic.union(["deepspeed"]), "2021 to 2023", 1, 0.10),
        shared("tensor_exposed", overlapped, "overlapped", 0.5, 0.30),
        shared("tensor_backward", gpus, "GPUs", 0.6, 0.25),
        shared("tensor_wait", gpus, "GPUs", 100e-6, 0.70),
        shared("grouped_efficiency", gpus, "GPUs", 0.80, 0.15),
        shared("routing_bytes", gpus, "GPUs", 12, 0.30),
        shared("expert_exposed", gpus, "GPUs", 0.7, 0.30),
        shared("data_exposed", classic.union(["deepspeed"]), "2021 to 2023", 1, 0.10),
        shared("data_exposed", overlapped, "overlapped", 0.4, 0.30),
        shared("shard_exposed", gpus, "GPUs", 0.15, 0.40),
        shared("pipeline_exposed", gpus, "GPUs", 1.4, 0.30),
        shared("pipeline_exposed_interleaved", gpus, "GPUs", 0.3, 0.40),
        shared("context_exposed", gpus, "GPUs", 0.4, 0.40),
        // Host and scale.
        shared("host_dense", gpus, "GPUs", 0.001, 0.40),
        shared("host_experts", gpus, "GPUs", 0.0035, 0.40),
        shared("jitter", gpus, "GPUs", 0.006, 0.50),
        shared("step_overhead", gpus, "GPUs", 0.015, 0.25),
        // Their own. Releases of 2026 launch layers with experts as graphs and permute tokens in fewer kernels.
        shared("host_experts", core, "Megatron-Core", 0.006, 0.40),
        own("megatron-core", "grouped_efficiency", 0.9, 0.15), own("megatron-core", "routing_bytes", 6, 0.40),
        own("megatron-core", "expert_exposed", 0.4, 0.40), own("megatron-core", "host_graphs", 0.002, 0.60),
        own("megatron-core", "pass_factor", 1.2, 0.20), own("megatron-core", "shard_exposed", 0.12, 0.40),
        own("internevo-2023", "pass_factor", 1.6, 0.35), own("internevo-2023", "data_exposed", 0.7, 0.30),
        // A pass for each of some ten matrices of a layer.
        own("internevo-2023", "bucket_weights", 20e6, 0.70),
        own("modalities-2024", "pass_factor", 1.6, 0.35), own("modalities-2024", "shard_exposed", 0.2, 0.40),
        own("modalities-2024", "host_dense", 0.002, 0.40),
        own("nanotron-2024", "exposed_traffic", 0.6, 0.25), own("nanotron-2024", "pass_factor", 2, 0.35),
        own("nanotron-2024", "tensor_exposed", 0.8, 0.30), own("nanotron-2024", "tensor_backward", 1, 0.25),
        own("nanotron-2024", "tensor_wait", 200e-6, 0.70), own("nanotron-2024", "data_exposed", 0.8, 0.30),
        own("nanotron-2024", "bucket_weights", 30e6, 0.70),
        own("nanotron-2024", "pipeline_exposed", 1.4, 0.30),
        // One operation after the other, some fifty each way at 30 to 60 microseconds.
        own("nanotron-2024", "host_dense", 0.004, 0.30), own("nanotron-2024", "host_pipeline", 0.001, 0.70),
        own("nanotron-2024", "jitter", 0.010, 0.50), own("nanotron-2024", "step_overhead", 0.015, 0.50),
        own("maxtext", "exposed_traffic", 0.5, 0.30), own("maxtext", "pass_factor", 1.3, 0.30),
        own("maxtext", "tensor_exposed", 0.65, 0.30), own("maxtext", "data_exposed", 0.4, 0.40),
        own("maxtext", "shard_exposed", 0.15, 0.50), own("maxtext", "jitter", 0.006, 0.50),
        own("maxtext", "step_overhead", 0.015, 0.50),
    ]

    /// Every number of software that is fitted.
    public static let all: [FittedNumber] = beliefs.compactMap { belief in
        SoftwareConduct.numbers.first { $0.key == belief.key }.map { number in
            FittedNumber(
                name: belief.key, scope: belief.scope, place: .software(belief.names, number.path),
                prior: belief.prior, deviation: belief.deviation, most: number.range.upperBound)
        }
    }

    /// Every number of one software, by itself, with its bounds in software files.
    /// - Parameters:
    ///   - name: of the software.
    ///   - usual: a software whose beliefs hold where there are none of it, as of a file of one's own; Megatron-Core's
    ///     where there are none of that either.
    /// - Returns: one number for each key.
    public static func numbers(of name: String, like usual: String) -> [FittedNumber] {
        let known = [name, usual, "megatron-core"].first { name in
            beliefs.contains { $0.names.contains(name) }
        }
        guard let known else { return [] }
        var latest: [String: Belief] = [:]
        for belief in beliefs where belief.names.contains(known) { latest[belief.key] = belief }
        return SoftwareConduct.numbers.compactMap { number in
            latest[number.key].map { belief in
                FittedNumber(
                    name: belief.key, scope: name, place: .software([name], number.path), prior: belief.prior,
                    deviation: belief.deviation, most: number.range.upperBound,
                    least: number.range.lowerBound)
            }
        }
    }

    private static func shared(
        _ key: String, _ names: Set<String>, _ scope: String, _ prior: Double, _ deviation: Double
    ) -> Belief { Belief(scope: scope, names: names, key: key, prior: prior, deviation: deviation) }

    private static func own(_ name: String, _ key: String, _ prior: Double, _ deviation: Double) -> Belief {
        Belief(scope: name, names: [name], key: key, prior: prior, deviation: deviation)
    }
}
