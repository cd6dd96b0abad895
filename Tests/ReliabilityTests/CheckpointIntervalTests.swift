import Foundation
import Training
import Quantities
import Testing

@Suite struct CheckpointIntervalTests {
    /// Time over work of a segment, the restart left out, which is a factor.
    private func waste(_ work: Double, write: Double, meanTime: Double) -> Double {
        meanTime * expm1((work + write) / meanTime) / work
    }

    @Test("The interval is where a numeric minimisation finds it", arguments: [1e-6, 1e-4, 0.01, 0.3, 1, 4])
    func minimum(_ dump: Double) {
        let meanTime = 5000.0
        let write = dump * meanTime
        let found = CheckpointInterval.optimum(write: Seconds(write), meanTime: Seconds(meanTime)).value
        // Golden section over a function with one minimum.
        var (low, high) = (1e-9 * meanTime, 2 * meanTime)
        let ratio = (5.0.squareRoot() - 1) / 2
        for _ in 0..<200 {
            let (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
            let isLeft =
                waste(left, write: write, meanTime: meanTime) < waste(right, write: write, meanTime: meanTime)
            if isLeft { high = right } else { low = left }
        }
        // At a minimum half of the digits are seen.
        #expect(abs(found / low - 1) < 1e-5)
        #expect(
            waste(found, write: write, meanTime: meanTime)
                <= waste(low, write: write, meanTime: meanTime) * (1 + 1e-14))
    }

    @Test("Young's and Daly's formulas are its expansions for short checkpoints")
    func expansions() {
        for dump in [1e-6, 1e-5, 1e-4, 1e-3] {
            let exact = CheckpointInterval.optimum(write: Seconds(dump), meanTime: Seconds(1)).value
            let young = (2 * dump).squareRoot()
            // τ = √(2δM)·(1 + ⅓·√(δ/2M) + ⅑·δ/2M) − δ for δ < M/2.
            let root = (dump / 2).squareRoot()
            let daly = young * (1 + root / 3 + root * root / 9) - dump
            #expect(abs(exact / young - 1) < root * 1.4)
            #expect(abs(exact / daly - 1) < root * root)
        }
    }

    @Test("Longer checkpoints and rarer failures lie further apart; without either there is no choice")
    func limits() {
        func best(_ write: Double, _ meanTime: Double) -> Double {
            CheckpointInterval.optimum(write: Seconds(write), meanTime: Seconds(meanTime)).value
        }
        #expect(best(0, 100) == 0)
        #expect(best(10, .infinity) == .infinity)
        #expect(best(1e9, 100) <= 100)
        for meanTime in [10.0, 1e3, 1e5, 1e9] {
            #expect(best(2, meanTime) > best(1, meanTime))
            #expect(best(1, 2 * meanTime) > best(1, meanTime))
        }
    }
}
