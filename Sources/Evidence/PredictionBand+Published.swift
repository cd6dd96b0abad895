extension PredictionBand {
    /// The bands of all kinds of published steps.
    public static let published: [PredictionBand] = [
        PredictionBand(
            name: "any software, dense, ampere", rows: 455, mostGPUs: 1024, median: 0.055, low: 0.929,
            high: 1.151),
        PredictionBand(
            name: "any software, dense, blackwell", rows: 98, mostGPUs: 256, median: 0.066, low: 0.900,
            high: 1.104),
        PredictionBand(
            name: "any software, dense, hopper", rows: 1051, mostGPUs: 2304, median: 0.095, low: 0.900,
            high: 1.693),
        PredictionBand(
            name: "any software, dense, tpu", rows: 34, mostGPUs: 8192, median: 0.201, low: 0.775, high: 0.977
        ),
        PredictionBand(
            name: "any software, experts, blackwell", rows: 103, mostGPUs: 256, median: 0.208, low: 0.705,
            high: 1.161),
        PredictionBand(
            name: "any software, experts, hopper", rows: 15, mostGPUs: 1024, median: 0.181, low: 0.688,
            high: 1.680),
        PredictionBand(
            name: "internevo-2023, dense, ampere", rows: 36, mostGPUs: 1024, median: 0.052, low: 0.949,
            high: 1.124),
        PredictionBand(
            name: "internevo-2023, dense, ampere, 16 bits, on 1 to 16", rows: 10, mostGPUs: 16, median: 0.076,
            low: 1.034, high: 1.125),
        PredictionBand(
            name: "internevo-2023, dense, ampere, 16 bits, on 129 to 1024", rows: 16, mostGPUs: 1024,
            median: 0.039, low: 0.900, high: 1.120),
        PredictionBand(
            name: "internevo-2023, dense, ampere, 16 bits, on 17 to 128", rows: 10, mostGPUs: 128,
            median: 0.039, low: 0.964, high: 1.125),
        PredictionBand(
            name: "llm-foundry-2023, dense, ampere", rows: 139, mostGPUs: 128, median: 0.038, low: 0.935,
            high: 1.104),
        PredictionBand(
            name: "llm-foundry-2023, dense, ampere, 16 bits, on 1 to 16", rows: 112, mostGPUs: 16,
            median: 0.038, low: 0.934, high: 1.107),
        PredictionBand(
            name: "llm-foundry-2023, dense, ampere, 16 bits, on 17 to 128", rows: 27, mostGPUs: 128,
            median: 0.023, low: 0.941, high: 1.009),
        PredictionBand(
            name: "llm-foundry-2023, dense, hopper", rows: 77, mostGPUs: 512, median: 0.052, low: 0.980,
            high: 1.134),
        PredictionBand(
            name: "llm-foundry-2023, dense, hopper, 16 bits", rows: 70, mostGPUs: 512, median: 0.048,
            low: 0.982, high: 1.132),
        PredictionBand(
            name: "llm-foundry-2023, dense, hopper, 16 bits, on 1 to 16", rows: 42, mostGPUs: 16,
            median: 0.065, low: 1.000, high: 1.136),
        PredictionBand(
            name: "llm-foundry-2023, dense, hopper, 16 bits, on 129 to 1024", rows: 12, mostGPUs: 512,
            median: 0.030, low: 0.983, high: 1.073),
        PredictionBand(
            name: "llm-foundry-2023, dense, hopper, 16 bits, on 17 to 128", rows: 16, mostGPUs: 128,
            median: 0.042, low: 0.964, high: 1.101),
        PredictionBand(
            name: "maxtext, dense, tpu", rows: 34, mostGPUs: 8192, median: 0.201, low: 0.775, high: 0.977),
        PredictionBand(
            name: "maxtext, dense, tpu, 16 bits, on 129 to 1024", rows: 17, mostGPUs: 1024, median: 0.230,
            low: 0.768, high: 1.001),
        PredictionBand(
            name: "maxtext, dense, tpu, 16 bits, on over 1024", rows: 12, mostGPUs: 8192, median: 0.186,
            low: 0.782, high: 0.901),
        PredictionBand(
            name: "megatron-bridge-26.04, dense, blackwell", rows: 67, mostGPUs: 256, median: 0.053,
            low: 0.895, high: 1.063),
        PredictionBand(
            name: "megatron-bridge-26.04, dense, blackwell, 8 bits or 4, on 129 to 1024", rows: 26,
            mostGPUs: 256, median: 0.049, low: 0.913, high: 1.049),
        PredictionBand(
            name: "megatron-bridge-26.04, dense, blackwell, 8 bits or 4, on 17 to 128", rows: 33,
            mostGPUs: 128, median: 0.066, low: 0.894, high: 1.080),
        PredictionBand(
            name: "megatron-bridge-26.04, dense, hopper", rows: 6, mostGPUs: 1024, median: 0.027, low: 0.988,
            high: 1.058),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, blackwell", rows: 69, mostGPUs: 256, median: 0.169,
            low: 0.636, high: 1.109),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, blackwell, 16 bits", rows: 19, mostGPUs: 256,
            median: 0.101, low: 0.803, high: 1.159),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, blackwell, 16 bits, on 17 to 128", rows: 15, mostGPUs: 64,
            median: 0.095, low: 0.993, high: 1.207),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, blackwell, 8 bits or 4", rows: 50, mostGPUs: 256,
            median: 0.210, low: 0.513, high: 1.013),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, blackwell, 8 bits or 4, on 1 to 16", rows: 17, mostGPUs: 8,
            median: 0.158, low: 0.717, high: 1.010),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, blackwell, 8 bits or 4, on 129 to 1024", rows: 30,
            mostGPUs: 256, median: 0.242, low: 0.513, high: 1.015),
        PredictionBand(
            name: "megatron-bridge-26.04, experts, hopper", rows: 12, mostGPUs: 1024, median: 0.154,
            low: 0.687, high: 1.213),
        PredictionBand(
            name: "megatron-core, dense, blackwell", rows: 31, mostGPUs: 256, median: 0.073, low: 0.961,
            high: 1.126),
        PredictionBand(
            name: "megatron-core, dense, blackwell, 16 bits", rows: 19, mostGPUs: 8, median: 0.078,
            low: 1.024, high: 1.107),
        PredictionBand(
            name: "megatron-core, dense, blackwell, 8 bits or 4", rows: 12, mostGPUs: 256, median: 0.066,
            low: 0.934, high: 1.137),
        PredictionBand(
            name: "megatron-core, dense, hopper", rows: 132, mostGPUs: 2304, median: 0.070, low: 0.893,
            high: 1.038),
        PredictionBand(
            name: "megatron-core, dense, hopper, 16 bits", rows: 65, mostGPUs: 2304, median: 0.067,
            low: 0.904, high: 0.994),
        PredictionBand(
            name: "megatron-core, dense, hopper, 16 bits, on 129 to 1024", rows: 22, mostGPUs: 1024,
            median: 0.072, low: 0.904, high: 0.951),
        PredictionBand(
            name: "megatron-core, dense, hopper, 16 bits, on 17 to 128", rows: 27, mostGPUs: 128,
            median: 0.065, low: 0.911, high: 1.087),
        PredictionBand(
            name: "megatron-core, dense, hopper, 8 bits or 4", rows: 67, mostGPUs: 2304, median: 0.071,
            low: 0.873, high: 1.039),
        PredictionBand(
            name: "megatron-core, dense, hopper, 8 bits or 4, on 129 to 1024", rows: 24, mostGPUs: 1024,
            median: 0.080, low: 0.878, high: 1.034),
        PredictionBand(
            name: "megatron-core, dense, hopper, 8 bits or 4, on 17 to 128", rows: 27, mostGPUs: 128,
            median: 0.080, low: 0.883, high: 1.156),
        PredictionBand(
            name: "megatron-core, experts, blackwell", rows: 34, mostGPUs: 256, median: 0.234, low: 0.753,
            high: 1.209),
        PredictionBand(
            name: "megatron-core, experts, blackwell, 8 bits or 4", rows: 28, mostGPUs: 256, median: 0.280,
            low: 0.740, high: 1.090),
        PredictionBand(
            name: "megatron-core, experts, blackwell, 8 bits or 4, on 129 to 1024", rows: 15, mostGPUs: 256,
            median: 0.306, low: 0.706, high: 0.921),
        PredictionBand(
            name: "megatron-deepspeed-2022, dense, ampere", rows: 88, mostGPUs: 512, median: 0.101,
            low: 0.888, high: 1.223),
        PredictionBand(
            name: "megatron-deepspeed-2022, dense, ampere, 16 bits, on 129 to 1024", rows: 72, mostGPUs: 512,
            median: 0.102, low: 0.891, high: 1.238),
        PredictionBand(
            name: "megatron-deepspeed-2022, dense, ampere, 16 bits, on 17 to 128", rows: 16, mostGPUs: 64,
            median: 0.066, low: 0.774, high: 1.026),
        PredictionBand(
            name: "megatron-like-2023, dense, ampere", rows: 188, mostGPUs: 128, median: 0.051, low: 0.951,
            high: 1.165),
        PredictionBand(
            name: "modalities-2024, dense, hopper", rows: 118, mostGPUs: 2048, median: 0.078, low: 0.897,
            high: 1.142),
        PredictionBand(
            name: "modalities-2024, dense, hopper, 16 bits, on 1 to 16", rows: 35, mostGPUs: 16,
            median: 0.088, low: 0.972, high: 1.145),
        PredictionBand(
            name: "modalities-2024, dense, hopper, 16 bits, on 129 to 1024", rows: 37, mostGPUs: 1024,
            median: 0.062, low: 0.919, high: 1.141),
        PredictionBand(
            name: "modalities-2024, dense, hopper, 16 bits, on 17 to 128", rows: 43, mostGPUs: 128,
            median: 0.082, low: 0.861, high: 1.107),
        PredictionBand(
            name: "nanotron-2024, dense, hopper", rows: 707, mostGPUs: 512, median: 0.136, low: 0.900,
            high: 2.033),
        PredictionBand(
            name: "nanotron-2024, dense, hopper, 16 bits, on 1 to 16", rows: 179, mostGPUs: 16, median: 0.086,
            low: 0.854, high: 1.262),
        PredictionBand(
            name: "nanotron-2024, dense, hopper, 16 bits, on 129 to 1024", rows: 57, mostGPUs: 512,
            median: 0.589, low: 1.316, high: 4.562),
        PredictionBand(
            name: "nanotron-2024, dense, hopper, 16 bits, on 17 to 128", rows: 471, mostGPUs: 128,
            median: 0.137, low: 0.939, high: 1.781),
        PredictionBand(
            name: "torchtitan, dense, hopper", rows: 11, mostGPUs: 256, median: 0.079, low: 0.862, high: 1.184
        ),
        PredictionBand(
            name: "torchtitan, dense, hopper, 8 bits or 4", rows: 10, mostGPUs: 256, median: 0.090,
            low: 0.853, high: 1.209),
    ]
}
