import Optimization
import Quantities
import ScalingModel
import Testing
import Training

/// More of anything is never worse, whatever is asked.
@Suite struct BetterMachineTests {
    static let seeds: [Range<UInt64>] = stride(from: UInt64(0), to: 240, by: 40).map { $0..<($0 + 40) }

    @Test(
        "On 240 random machines, more of anything is never worse for any of the questions", arguments: seeds)
    func neverWorse(seeds: Range<UInt64>) throws {
        var compared = 0
        for seed in seeds {
            let question = RandomQuestion(seed: seed)
            let (gpus, flop) = (question.gpus, question.flop)
            guard let fastest = try question.best(.gpusAndFlop(gpus: gpus, flop: flop)) else { continue }
            // Time that some smaller cluster may meet too.
            let time = Seconds(fastest.total.value * 1.7)
            let fewest = try #require(try question.best(.flopAndTime(flop: flop, time: time)), "seed \(seed)")
            let largest = try question.best(.gpusAndTime(gpus: gpus, time: time))
            for (name, machine) in question.betterMachines {
                let label = "seed \(seed): \(name)"
                let faster = try #require(
                    try question.best(.gpusAndFlop(gpus: gpus, flop: flop), on: machine), "\(label)")
                #expect(faster.total <= fastest.total, "\(label)")
                let fewer = try #require(
                    try question.best(.flopAndTime(flop: flop, time: time), on: machine), "\(label)")
                #expect(fewer.gpusGiven <= fewest.gpusGiven, "\(label)")
                if let largest {
                    let larger = try #require(
                        try question.best(.gpusAndTime(gpus: gpus, time: time), on: machine), "\(label)")
                    #expect(larger.run.flop >= largest.run.flop, "\(label)")
                }
                compared += 1
            }
            // More accelerators and more time.
            for more in [gpus + 1, gpus + 7, 2 * gpus] {
                let faster = try #require(try question.best(.gpusAndFlop(gpus: more, flop: flop)))
                #expect(faster.total <= fastest.total, "seed \(seed): \(more) accelerators")
                if let largest {
                    let larger = try #require(try question.best(.gpusAndTime(gpus: more, time: time)))
                    #expect(larger.run.flop >= largest.run.flop, "seed \(seed): \(more) accelerators")
                }
            }
            let longer = time * 1.3
            let fewer = try #require(try question.best(.flopAndTime(flop: flop, time: longer)))
            #expect(fewer.gpusGiven <= fewest.gpusGiven, "seed \(seed): more time")
            let best = try #require(
                try question.best(.flopAndTime(flop: flop, time: time), objective: .utilization))
            let better = try #require(
                try question.best(.flopAndTime(flop: flop, time: longer), objective: .utilization))
            #expect(better.utilization >= best.utilization * (1 - 1e-12), "seed \(seed)")
        }
        #expect(compared > 100, "\(compared)")
    }
}
