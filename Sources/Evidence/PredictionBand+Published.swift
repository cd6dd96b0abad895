extension PredictionBand {
    /// The bands of all kinds of published steps.
    public static let published: [PredictionBand] = [
        PredictionBand(
            name: "internevo-2023, dense, ampere", rows: 36, median: 0.051, low: 0.950, high: 1.125),
        PredictionBand(
            name: "llm-foundry-2023, dense, ampere", rows: 139, median: 0.038, low: 0.935, high: 1.104),
        PredictionBand(
            name: "llm-foundry-2023, dense, hopper", rows: 77, median: 0.051, low: 0.979, high: 1.133),
        PredictionBand(
            name: "maxtext, dense, tpu", rows: 34, median: 0.201, low: 0.775, high: 0.977),
        PredictionBand(
            name: "megatron-bridge-26.04, dense, blackwell", rows: 67, median: 0.057, low: 0.899, high: 1.068),
        PredictionBand(
            name: "megatron-bridge-26.04, dense, hopper", rows: 6, median: 0.027, low: 0.988, high: 1.057),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, blackwell", rows: 69, median: 0.140, low: 0.761,
            high: 1.289),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, hopper", rows: 12, median: 0.245, low: 1.079, high: 1.992),
        PredictionBand(
            name: "megatron-core, dense, blackwell", rows: 31, median: 0.068, low: 0.963, high: 1.125),
        PredictionBand(
            name: "megatron-core, dense, hopper", rows: 132, median: 0.079, low: 0.886, high: 1.026),
        PredictionBand(
            name: "megatron-core, experts, blackwell", rows: 34, median: 0.232, low: 0.746, high: 1.177),
        PredictionBand(
            name: "megatron-deepspeed-2022, dense, ampere", rows: 88, median: 0.101, low: 0.887, high: 1.222),
        PredictionBand(
            name: "megatron-like-2023, dense, ampere", rows: 188, median: 0.051, low: 0.951, high: 1.165),
        PredictionBand(
            name: "modalities-2024, dense, hopper", rows: 118, median: 0.077, low: 0.899, high: 1.138),
        PredictionBand(
            name: "nanotron-2024, dense, hopper", rows: 707, median: 0.131, low: 0.888, high: 1.987),
        PredictionBand(
            name: "torchtitan, dense, hopper", rows: 11, median: 0.081, low: 0.861, high: 1.183),
    ]
}
