import Meshwright

/// What Dash et al., arXiv:2312.12705, report: throughputs and scaling in the abstract; layouts and batches
/// from secondary reports, unconfirmed.
enum Published {
    struct Run {
        let model: String
        let tensor: Int
        let pipeline: Int
        /// Sequences a replica takes a step.
        ///
        /// 1600 sequences do not divide by the six replicas that TP 8 × PP 64 leave of 3,072 accelerators, so
        /// batches are read as those of one replica.
        let replicaBatch: Int
        let gpus: Int
        /// Share of the peak.
        let utilization: Double
    }

    /// Megatron-DeepSpeed of those years in fp16 with FlashAttention 2.
    static func job(_ model: Transformer) throws -> TrainingJob {
        TrainingJob(
            model: model, precision: .fp16, kernels: StatedKernels(attention: .flash2),
            conduct: try SoftwareCatalogue.software("megatron-deepspeed-2022").conduct)
    }

    static let runs = [
        Run(model: "frontier-22b", tensor: 2, pipeline: 4, replicaBatch: 64, gpus: 64, utilization: 0.3838),
        Run(
            model: "frontier-175b", tensor: 4, pipeline: 16, replicaBatch: 640, gpus: 1024,
            utilization: 0.3614),
        Run(
            model: "frontier-1t", tensor: 8, pipeline: 64, replicaBatch: 1600, gpus: 3072, utilization: 0.3196
        ),
    ]

    struct Scaling {
        let model: String
        let gpus: [Int]
        /// Sequences a step of the strong scaling, whatever the accelerators.
        let strongBatch: Int
        let weak: Double
        let strong: Double
    }

    static let scaling = [
        Scaling(
            model: "frontier-175b", gpus: [64, 128, 256, 512, 1024], strongBatch: 8000, weak: 1,
            strong: 0.8993),
        Scaling(
            model: "frontier-1t", gpus: [512, 1024, 1536, 3072], strongBatch: 8016, weak: 1, strong: 0.8705),
    ]

    /// Order of importance that the paper's tuning found.
    static let importance = ["microbatch", "tensor", "pipeline", "nodes", "ZeRO-1"]
}
