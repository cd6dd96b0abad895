extension PredictionBand {
    /// The bands of all kinds of published steps.
    public static let published: [PredictionBand] = [
        PredictionBand(
            name: "internevo-2023, dense, ampere", rows: 36, median: 0.051, low: 0.950, high: 1.125),
        PredictionBand(
            name: "llm-foundry-2023, dense, ampere", rows: 139, median: 0.038, low: 0.935, high: 1.104),
        PredictionBand(
            name: "llm-foundry-2023, dense, hopper", rows: 77, median: 0.053, low: 0.981, high: 1.135),
        PredictionBand(
            name: "maxtext, dense, tpu", rows: 34, median: 0.201, low: 0.775, high: 0.977),
        PredictionBand(
            name: "megatron-bridge-26.04, dense, blackwell", rows: 67, median: 0.054, low: 0.895, high: 1.063),
        PredictionBand(
            name: "megatron-bridge-26.04, dense, hopper", rows: 6, median: 0.027, low: 0.988, high: 1.056),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, blackwell", rows: 69, median: 0.192, low: 0.608,
            high: 1.111),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, hopper", rows: 12, median: 0.152, low: 0.686, high: 1.209),
        PredictionBand(
            name: "megatron-core, dense, blackwell", rows: 31, median: 0.071, low: 0.959, high: 1.121),
        PredictionBand(
            name: "megatron-core, dense, hopper", rows: 132, median: 0.069, low: 0.894, high: 1.039),
        PredictionBand(
            name: "megatron-core, experts, blackwell", rows: 34, median: 0.216, low: 0.759, high: 1.202),
        PredictionBand(
            name: "megatron-deepspeed-2022, dense, ampere", rows: 88, median: 0.101, low: 0.887, high: 1.223),
        PredictionBand(
            name: "megatron-like-2023, dense, ampere", rows: 188, median: 0.051, low: 0.950, high: 1.164),
        PredictionBand(
            name: "modalities-2024, dense, hopper", rows: 118, median: 0.079, low: 0.898, high: 1.142),
        PredictionBand(
            name: "nanotron-2024, dense, hopper", rows: 707, median: 0.132, low: 0.889, high: 1.998),
        PredictionBand(
            name: "torchtitan, dense, hopper", rows: 11, median: 0.080, low: 0.862, high: 1.184),
    ]
}
