import Testing
import Training

@Suite struct RoundNumberTests {
    @Test("The closest k·2^i equals a search of all of them; the smaller wins a tie")
    func closest() {
        let all = [1, 3, 5, 7, 9].flatMap { odd in
            (0..<60).compactMap { odd.multipliedReportingOverflow(by: 1 << $0).overflow ? nil : odd << $0 }
        }
        .sorted()
        for value in stride(from: 0.25, to: 5000, by: 0.25) {
            var best = all[0]
            for number in all where abs(value - Double(number)) < abs(value - Double(best)) { best = number }
            #expect(RoundNumber.closest(to: value) == best, "\(value)")
        }
    }

    @Test("Laws of the published tables: width 12288 has 192 layers, and 8 experts when sparse")
    func publishedShape() throws {
        let laws = WorkloadLaws(sparsity: .sparse)
        let shape = try laws.shape(width: 12288)
        #expect(shape.layers == 192)
        #expect(shape.experts == 8)
    }

    @Test("Ranges of constant shape and batch cover an interval and agree with the laws at their ends")
    func constantRanges() throws {
        for batch in [BatchLaw.standard, .deepSeek, .constant] {
            let laws = WorkloadLaws(batch: batch)
            let grid = try WidthGrid(laws: laws)
            let ranges = grid.constantRanges(in: 1e22...1e28, laws: laws)
            #expect(ranges.first?.lowest == 1e22)
            #expect(ranges.last?.highest == 1e28)
            for (range, next) in zip(ranges, ranges.dropFirst()) {
                #expect(range.highest.nextUp == next.lowest)
                #expect(range.shape != next.shape || range.batchSequences != next.batchSequences)
            }
            for range in ranges {
                for flop in [range.lowest, (range.lowest * range.highest).squareRoot(), range.highest] {
                    #expect(grid.shape(flop: flop) == range.shape)
                    #expect(laws.batchSequences(flop: flop, shape: range.shape) == range.batchSequences)
                }
            }
        }
    }
}
