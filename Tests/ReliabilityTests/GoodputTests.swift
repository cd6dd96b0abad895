import Foundation
import Training
import Quantities
import TestSupport
import Testing

@Suite struct GoodputTests {
    private func goodput(
        meanTime: Double, interval: CheckpointInterval = .best, write: Double = 10, restart: Double = 600,
        accelerators: Int = 1, stragglers: Double = 0
    ) -> Goodput {
        let failures = FailureModel(
            meanTime: Seconds(meanTime), interval: interval, write: Seconds(write), restart: Seconds(restart))
        return Goodput(
            ReliabilityFactors(failures: failures, stragglers: Stragglers(deviation: stragglers)),
            accelerators: accelerators, step: Seconds(1))
    }

    @Test("Without failures and stragglers all time trains")
    func nothing() {
        let none = Goodput(ReliabilityFactors(spares: 8), accelerators: 16384, step: Seconds(5))
        #expect(none.useful == 1)
        #expect(goodput(meanTime: .infinity).useful == 1)
        // Checkpoints that nobody needs still take their time: 100 of 110 s.
        let written = goodput(meanTime: .infinity, interval: .given(Seconds(100)))
        #expect(relativeError(written.useful, 100 / 110.0) < 1e-12)
        #expect(relativeError(goodput(meanTime: 1e15).useful, 1) < 1e-6)
    }

    @Test("For rare failures the shares are those of a count by hand")
    func smallRate() {
        // In M of wall time: one restart, half a segment of work lost, δ of every segment for the checkpoint.
        let (meanTime, work, write, restart) = (1e7, 1000.0, 10.0, 600.0)
        let shares = goodput(
            meanTime: meanTime, interval: .given(Seconds(work)), write: write, restart: restart)
        #expect(relativeError(shares.restarts, restart / meanTime) < 1e-3)
        #expect(relativeError(shares.lostWork, (work + write) / 2 / meanTime) < 1e-3)
        #expect(relativeError(shares.checkpoints, write / (work + write)) < 1e-3)
    }

    @Test(
        "A simulation of failures meets the shares within its error",
        arguments: [(20_000.0, 1000.0, 60.0, 300.0), (2000, 500, 50, 200), (300, 200, 20, 100)])
    func simulation(_ meanTime: Double, _ work: Double, _ write: Double, _ restart: Double) {
        var random = SplitMix64(seed: 20_260)
        func untilFailure() -> Double { -meanTime * log(1 - Double.random(in: 0..<1, using: &random)) }
        let segment = work + write
        var (lost, restarting) = (0.0, 0.0)
        var times: [Double] = []
        for _ in 0..<20_000 {
            var time = 0.0
            while true {
                let failure = untilFailure()
                guard failure < segment else { break }
                time += failure
                lost += failure
                // Restarts fail too, and begin again.
                while true {
                    let again = untilFailure()
                    time += min(again, restart)
                    restarting += min(again, restart)
                    if again >= restart { break }
                }
            }
            times.append(time + segment)
        }
        let total = times.reduce(0, +)
        let mean = total / Double(times.count)
        let variance = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(times.count)
        let error = (variance / Double(times.count)).squareRoot() / mean
        let shares = goodput(
            meanTime: meanTime, interval: .given(Seconds(work)), write: write, restart: restart)
        #expect(abs(shares.useful / (work / mean) - 1) < 4 * error)
        #expect(abs(shares.lostWork - lost / total) < 4 * error)
        #expect(abs(shares.restarts - restarting / total) < 4 * error)
    }

    @Test("Rarer failures, shorter checkpoints and restarts, fewer accelerators are never worse")
    func laws() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<300 {
            let meanTime = pow(10, Double.random(in: 4...9, using: &random))
            let write = Double.random(in: 0...300, using: &random)
            let restart = Double.random(in: 0...3600, using: &random)
            let count = 1 << Int.random(in: 0...16, using: &random)
            let interval: CheckpointInterval =
                Bool.random(using: &random)
                ? .best : .given(Seconds(Double.random(in: 1...1e5, using: &random)))
            func useful(
                _ meanTime: Double, _ write: Double, _ restart: Double, _ count: Int, _ stragglers: Double
            ) -> Double {
                goodput(
                    meanTime: meanTime, interval: interval, write: write, restart: restart,
                    accelerators: count, stragglers: stragglers
                ).useful
            }
            let before = useful(meanTime, write, restart, count, 0.01)
            #expect((0...1).contains(before))
            let slack = 1 + 1e-9
            #expect(useful(2 * meanTime, write, restart, count, 0.01) * slack >= before)
            #expect(useful(meanTime, write / 2, restart, count, 0.01) * slack >= before)
            #expect(useful(meanTime, write, restart / 2, count, 0.01) * slack >= before)
            #expect(useful(meanTime, write, restart, 2 * count, 0.01) <= before * slack)
            #expect(useful(meanTime, write, restart, count, 0.02) <= before * slack)
            let shares = goodput(
                meanTime: meanTime, interval: interval, write: write, restart: restart, accelerators: count,
                stragglers: 0.01)
            let sum = Goodput.parts.reduce(0) { $0 + shares[keyPath: $1.part] }
            #expect(abs(sum - 1) < 1e-12)
            #expect(Goodput.parts.allSatisfy { shares[keyPath: $0.part] >= -1e-15 })
        }
    }

    @Test("The best interval is no worse than any given one")
    func best() {
        let best = goodput(meanTime: 5e4).useful
        for work in [10.0, 100, 500, 1000, 2000, 1e4, 1e5] {
            #expect(goodput(meanTime: 5e4, interval: .given(Seconds(work))).useful <= best * (1 + 1e-12))
        }
    }

    @Test("The run of Llama 3, with its failures and what is assumed for the rest, trains 91 % of the time")
    func llama3() {
        // 54 days, 16,384 accelerators, 419 unexpected interruptions; the report says more than 90 %.
        let failures = FailureModel(meanTime: Seconds(16384 * 54 * 86400 / 419.0))
        #expect(relativeError(failures.meanTime.value / 3600, 50_677) < 1e-3)
        let run = Goodput(
            ReliabilityFactors(failures: failures), accelerators: 16384, step: Seconds(5.7))
        #expect((0.90...0.92).contains(run.useful))
        #expect(relativeError(run.meanTime.value, 11_135) < 1e-3)
    }

    @Test("The expected slowest of many draws: closed forms, growth, and the usual approximation")
    func slowest() {
        #expect(Stragglers.expectedMaximum(of: 1) == 0)
        #expect(relativeError(Stragglers.expectedMaximum(of: 2), 1 / Double.pi.squareRoot()) < 1e-10)
        #expect(relativeError(Stragglers.expectedMaximum(of: 3), 1.5 / Double.pi.squareRoot()) < 1e-10)
        var last = 0.0
        for doubling in 1...24 {
            let here = Stragglers.expectedMaximum(of: 1 << doubling)
            #expect(here > last)
            #expect(here <= (2 * log(Double(1 << doubling))).squareRoot())
            last = here
        }
        #expect(Stragglers(deviation: 0).growth(accelerators: 1024) == 0)
    }
}
