import Foundation
import Quantities
import TestSupport
import Testing
import Training

/// Steps on the wall clock.
@Suite struct RunPaceTests {
    private static func factors(_ random: inout SplitMix64) -> ReliabilityFactors {
        func draw(_ low: Double, _ high: Double) -> Double {
            exp(Double.random(in: log(low)...log(high), using: &random))
        }
        var failures = FailureModel(
            meanTime: Seconds(draw(1e4, 1e9)), write: Seconds(draw(1e-3, 100)),
            restart: Seconds(draw(1, 2000)))
        if Bool.random(using: &random) { failures.interval = .given(Seconds(draw(0.1, 1e4))) }
        return ReliabilityFactors(
            failures: failures,
            stragglers: Stragglers(deviation: Bool.random(using: &random) ? draw(1e-3, 0.1) : 0))
    }

    @Test("A step takes its seconds over the goodput, and never less with a longer step or more accelerators")
    func rises() {
        var random = SplitMix64(seed: 41)
        for _ in 0..<300 {
            let factors = Self.factors(&random)
            let gpus = Int(exp(Double.random(in: 0...12, using: &random)))
            let step = exp(Double.random(in: -3...5, using: &random))
            let wall = RunPace(factors, accelerators: gpus).wallSeconds(step: step)
            let goodput = Goodput(factors, accelerators: gpus, step: Seconds(step))
            #expect(wall == step / goodput.useful && wall >= step)
            let longer = step * Double.random(in: 1...3, using: &random)
            let more = gpus + Int.random(in: 1...(gpus + 1), using: &random)
            let slack = 1 - 1e-9
            #expect(RunPace(factors, accelerators: gpus).wallSeconds(step: longer) >= wall * slack)
            #expect(RunPace(factors, accelerators: more).wallSeconds(step: step) >= wall * slack)
        }
    }

    @Test("The longest step takes what is allowed, and the next number takes more")
    func longest() {
        var random = SplitMix64(seed: 42)
        var allowed = 0
        for _ in 0..<300 {
            let pace = RunPace(Self.factors(&random), accelerators: Int.random(in: 1...5000, using: &random))
            let wall = exp(Double.random(in: -2...6, using: &random))
            let step = pace.longestStep(wall: wall)
            guard step > 0 else { continue }
            allowed += 1
            #expect(step <= wall && pace.wallSeconds(step: step) <= wall)
            #expect(step == wall || pace.wallSeconds(step: step * (1 + 1e-9)) > wall)
        }
        #expect(allowed > 200)
        let idle = RunPace(ReliabilityFactors(), accelerators: 8)
        #expect(idle.longestStep(wall: 3) == 3 && idle.longestStep(wall: .infinity) == .infinity)
        #expect(idle.longestStep(wall: 0) == 0)
        // By hand: M = 1000 s, checkpoints of 10 s after 100 s, restarts of 50 s: 1000·e^0.05·(e^0.11 − 1)/100 = 1.222398.
        let failures = FailureModel(
            meanTime: Seconds(8000), interval: .given(Seconds(100)), write: Seconds(10), restart: Seconds(50))
        let pace = RunPace(ReliabilityFactors(failures: failures), accelerators: 8)
        #expect(relativeError(pace.wallSeconds(step: 2), 2 * 1.222398) < 1e-5)
        #expect(relativeError(pace.longestStep(wall: 2.444796), 2) < 1e-5)
    }
}
