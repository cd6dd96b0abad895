import Testing

@testable import Evidence

@Suite struct ErrorStatisticsTests {
    @Test("Five errors by hand")
    func five() throws {
        // Sizes 0.1 0.1 0.2 0.3 0.4: median 0.2, mean 1.1/5, p90 at position 3.6: 0.3 + 0.6*0.1 = 0.36.
        let statistics = try #require(ErrorStatistics([0.1, -0.2, 0.3, -0.4, 0.1]))
        #expect(statistics.rows == 5)
        #expect(abs(statistics.medianAbsolute - 0.2) < 1e-15)
        #expect(abs(statistics.meanAbsolute - 0.22) < 1e-15)
        #expect(abs(statistics.ninetiethAbsolute - 0.36) < 1e-15)
        // Mean of the errors: (0.1 − 0.2 + 0.3 − 0.4 + 0.1)/5 = −0.02.
        #expect(abs(statistics.bias + 0.02) < 1e-15)
    }

    @Test("No errors, no statistics; one error is its own median")
    func few() {
        #expect(ErrorStatistics([]) == nil)
        #expect(ErrorStatistics([-0.5])?.medianAbsolute == 0.5)
        #expect(ErrorStatistics([-0.5])?.ninetiethAbsolute == 0.5)
    }

    @Test("Spearman's correlation by hand, with a tie")
    func ranks() throws {
        // Ranks 0 1 2 3 and 0 2 1 3: 1 − 6·2/(4·15) = 0.8.
        let plain = try #require(ErrorStatistics.rankCorrelation([1, 2, 3, 4], [10, 30, 20, 40]))
        #expect(abs(plain - 0.8) < 1e-15)
        // Ranks 0 1.5 1.5 3 and 0 1 2 3: covariance 4.5, variances 4.5 and 5: 4.5/√22.5.
        let tied = try #require(ErrorStatistics.rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]))
        let expected = 4.5 / 22.5.squareRoot()
        #expect(abs(tied - expected) < 1e-15)
        #expect(ErrorStatistics.rankCorrelation([1, 1, 1], [1, 2, 3]) == nil)
    }

    @Test("Regret is the measured time of the plan predicted fastest over the best, less 1")
    func regret() {
        func plan(_ id: String, _ measured: Double, _ predicted: Double) -> SweepStatistics.Plan {
            SweepStatistics.Plan(id: id, measured: measured, predicted: predicted, fits: true)
        }
        let sweep = SweepStatistics(
            name: "s", plans: [plan("a", 10, 9), plan("b", 11, 8), plan("c", 20, 12)])
        let regret = sweep.selectionRegret ?? 0
        #expect(abs(regret - 0.1) < 1e-12)
        #expect(sweep.rankCorrelation == nil)
        #expect(SweepStatistics(name: "s", plans: [plan("a", 1, 1)]).selectionRegret == nil)
    }
}
