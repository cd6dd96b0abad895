import Benchmark
import Meshwright

/// Whole answers as a user asks them.
///
/// Limits that the project holds itself to, in seconds of CPU on two cores:
/// a published frontier 0.05, a plan that asks for time 0.3, one that asks for GPUs or FLOP 2.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.cpuTotal, .wallClock, .throughput, .peakMemoryResident], warmupIterations: 1,
        maxDuration: .seconds(5), maxIterations: 50)

    Benchmark("published frontier, 31 widths, H100 dense") { benchmark in
        let sweep = try sweep(preset: .published)
        for _ in benchmark.scaledIterations {
            let points = try sweep.cells.map { try sweep.answer($0) }
            blackHole(points.compactMap(\.plan).count)
        }
    }

    Benchmark("full frontier, 31 widths, H100 dense") { benchmark in
        let sweep = try sweep(preset: .full)
        for _ in benchmark.scaledIterations {
            let points = try sweep.cells.map { try sweep.answer($0) }
            blackHole(points.compactMap(\.plan).count)
        }
    }

    for (name, given) in [
        ("time, 16,384 GPUs, 1e27 FLOP", .gpusAndFlop(gpus: 16384, flop: 1e27)),
        ("time, 1,000,000 GPUs, 1e30 FLOP", .gpusAndFlop(gpus: 1_000_000, flop: 1e30)),
        ("time, 999,983 GPUs, 1e28 FLOP", .gpusAndFlop(gpus: 999_983, flop: 1e28)),
        ("GPUs, 1e27 FLOP, 3 months", .flopAndTime(flop: 1e27, time: .months(3))),
        ("GPUs, 1e30 FLOP, 3 months", .flopAndTime(flop: 1e30, time: .months(3))),
        ("FLOP, 16,384 GPUs, 3 months", .gpusAndTime(gpus: 16384, time: .months(3))),
        ("FLOP, 1,000,000 GPUs, 3 months", .gpusAndTime(gpus: 1_000_000, time: .months(3))),
    ] as [(String, Given)] {
        for (kind, sparsity) in [("dense", SparsityLaw.dense), ("sparse", .sparse)] {
            for hardware in ["h100-sxm", "h100-sxm-superpod", "gb200-nvl72", "tpu-v5p"] {
                Benchmark("plan: \(name), \(kind), \(hardware)") { benchmark in
                    let question = PlanningQuestion(
                        machine: try Catalogue.machine(hardware), given: given,
                        laws: WorkloadLaws(sparsity: sparsity))
                    for _ in benchmark.scaledIterations { blackHole(try Planner(question).answer()) }
                }
            }
        }
    }
}

private func sweep(preset: SpacePreset) throws -> FrontierSweep {
    try FrontierSweep(
        template: PlanningQuestion(
            machine: try Catalogue.machine("h100-sxm"), given: .gpusAndFlop(gpus: 1, flop: 1e24),
            preset: preset),
        points: .publishedWidths, time: .months(3))
}
