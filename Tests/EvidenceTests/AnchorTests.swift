import Files
import Foundation
import Optimization
import Quantities
import TestSupport
import Testing
import Training
import TransformerModel

@testable import Evidence

/// Laws of anchors.
@Suite struct AnchorTests {
    private static let asked = Result { try AnchorFixtures.question() }

    /// Numbers of an anchored question, the machine's and the software's.
    private static func numbers(_ anchor: StepAnchor) -> [Double] {
        numbers(anchor.machine.calibration, anchor.software.conduct)
    }

    private static func numbers(_ calibration: Calibration?, _ conduct: SoftwareConduct) -> [Double] {
        let calibration = calibration ?? .assumed
        return [
            calibration.matrixFraction.bits16, calibration.matrixFraction.bits8,
            calibration.matrixFraction.bits4, calibration.memoryFraction, calibration.innerNetworkFraction,
            calibration.outerNetworkFraction, calibration.innerStepLatency.value,
            calibration.outerStepLatency.value,
        ] + SoftwareConduct.numbers.map { conduct[keyPath: $0.path] }
    }

    private static func areEqual(_ one: [Double], _ other: [Double]) -> Bool {
        zip(one, other).allSatisfy { $0 == $1 || abs($0 / $1 - 1) < 1e-9 }
    }

    @Test("A step that takes what is predicted moves nothing", arguments: AnchorFixtures.plans)
    func still(plan: String) throws {
        let question = try Self.asked.get()
        let table = try AnchorFixtures.table([try AnchorFixtures.measured(plan, question, times: 1)])
        let anchor = try StepAnchor(table, for: question)
        let before = try AnchorFixtures.seconds(AnchorFixtures.row(plan), question)
        #expect(anchor.report.moves.isEmpty)
        #expect(abs(anchor.report.rows[0].after / before - 1) < 1e-9)
        let shipped = Self.numbers(question.machine.calibration, question.job.conduct)
        #expect(Self.areEqual(Self.numbers(anchor), shipped))
    }

    @Test("One step draws its prediction nearer, and never beyond what was measured")
    func between() throws {
        let question = try Self.asked.get()
        var random = SplitMix64(seed: 20)
        for plan in AnchorFixtures.plans {
            for _ in 0..<6 {
                let factor = exp(Double.random(in: -1.2...1.2, using: &random))
                let row = try AnchorFixtures.measured(plan, question, times: factor)
                let anchor = try StepAnchor(AnchorFixtures.table([row]), for: question)
                let found = try #require(anchor.report.rows.first)
                let range = min(found.before, found.measured)...max(found.before, found.measured)
                #expect(range.contains(found.after), "\(plan) times \(factor)")
                #expect(abs(found.after - found.measured) < abs(found.before - found.measured))
                // What the report says is what the anchored question is priced by.
                let priced = try AnchorFixtures.seconds(
                    AnchorFixtures.row(plan), anchor.applied(to: question))
                #expect(abs(priced / found.after - 1) < 1e-12)
            }
        }
    }

    @Test("Measured twice as slow, the best plan takes longer; twice as fast, less")
    func claims() throws {
        let question = try Self.asked.get()
        func step(_ question: TransformerQuestion) throws -> Double {
            try #require(try TransformerPlanner(question).answer().best).step.total.value
        }
        let shipped = try step(question)
        for (factor, isLonger) in [(2.0, true), (0.5, false)] {
            let row = try AnchorFixtures.measured(AnchorFixtures.plans[0], question, times: factor)
            let anchor = try StepAnchor(AnchorFixtures.table([row]), for: question)
            #expect(try (step(anchor.applied(to: question)) > shipped) == isLonger)
            #expect(anchor.report.suspects.count == 1)
        }
    }

    private static func several(_ question: TransformerQuestion) throws -> [String] {
        try zip(AnchorFixtures.plans, [1.1, 1.25, 0.95, 1.2, 1.15, 1.3]).enumerated().map { index, entry in
            try AnchorFixtures.measured(entry.0, question, times: entry.1) + " id=r\(index)"
        }
    }

    @Test("The order of the rows changes nothing")
    func order() throws {
        let question = try Self.asked.get()
        let rows = try Self.several(question)
        let first = try StepAnchor(AnchorFixtures.table(rows), for: question)
        var random = SplitMix64(seed: 3)
        for _ in 0..<3 {
            let other = try StepAnchor(AnchorFixtures.table(rows.shuffled(using: &random)), for: question)
            #expect(Self.areEqual(Self.numbers(first), Self.numbers(other)))
            for row in other.report.rows {
                let same = try #require(first.report.rows.first { $0.ids == row.ids })
                #expect(abs((same.leftOut ?? 0) / (row.leftOut ?? 1) - 1) < 1e-9)
            }
        }
    }

    @Test("A row measured several times draws further than once, up to what was measured")
    func copies() throws {
        let question = try Self.asked.get()
        let row = try AnchorFixtures.measured(AnchorFixtures.plans[1], question, times: 1.3)
        var last = try AnchorFixtures.seconds(AnchorFixtures.row(AnchorFixtures.plans[1]), question)
        for count in [1, 2, 4, 16] {
            let rows = [String](repeating: row, count: count)
            let found = try StepAnchor(AnchorFixtures.table(rows), for: question).report
            #expect(found.rows.count == 1 && found.rowCount == count)
            #expect(found.rows[0].after > last && found.rows[0].after < found.rows[0].measured)
            last = found.rows[0].after
        }
    }

    @Test("What a left-out row is predicted to take is what an anchor to the others predicts")
    func leftOut() throws {
        let question = try Self.asked.get()
        let rows = try Self.several(question)
        let all = try StepAnchor(AnchorFixtures.table(rows), for: question)
        #expect(all.report.parts == rows.count)
        for (index, plan) in AnchorFixtures.plans.enumerated() {
            var others = rows
            others.remove(at: index)
            let anchor = try StepAnchor(AnchorFixtures.table(others), for: question)
            let expected = try AnchorFixtures.seconds(AnchorFixtures.row(plan), anchor.applied(to: question))
            let found = try #require(all.report.rows[index].leftOut)
            #expect(abs(found / expected - 1) < 1e-9)
        }
    }

    @Test("Many rows are left out in parts that hold each row once", arguments: [0, 1, 2, 24, 25, 100])
    func parts(count: Int) {
        let parts = StepAnchor.parts(of: count)
        #expect(parts.count == (count < 2 ? 0 : min(count, StepAnchor.mostParts)))
        #expect(parts.flatMap(\.self).sorted() == (count < 2 ? [] : Array(0..<count)))
    }

    @Test("The best plan's step is what its own row is predicted to take on the anchored machine")
    func onePrice() throws {
        let question = try Self.asked.get()
        let anchor = try StepAnchor(AnchorFixtures.table(Self.several(question)), for: question)
        let anchored = anchor.applied(to: question)
        let best = try #require(try TransformerPlanner(anchored).answer().best)
        let row = LayoutField.all.compactMap { field -> String? in
            switch field.value(in: best.layout) {
            case .count(let count): "\(field.name)=\(count)"
            case .word(let word): "\(field.name)=\(word)"
            case .absent: nil
            }
        }.joined(separator: " ")
        let seconds = try AnchorFixtures.seconds(row + " gpus=\(best.layout.gpus)", anchored)
        #expect(abs(seconds / best.step.total.value - 1) < 1e-12)
        #expect(anchored.limits.software.conduct == anchored.job.conduct)
    }

    @Test("Whatever was measured, all numbers stay in their ranges and prices finite")
    func hostileTimes() throws {
        let question = try Self.asked.get()
        for factor in [1e-300, 1e-9, 1e9, 1e300] {
            let rows = try AnchorFixtures.plans.map {
                try AnchorFixtures.measured($0, question, times: factor)
            }
            let anchor = try StepAnchor(AnchorFixtures.table(rows), for: question)
            let anchored = anchor.applied(to: question)
            try anchored.validate()
            for number in SoftwareConduct.numbers {
                #expect(number.range.contains(anchor.software.conduct[keyPath: number.path]), "\(number.key)")
            }
            let step = try #require(try TransformerPlanner(anchored).answer().best).step.total.value
            #expect(step.isFinite && step > 0)
            #expect(anchor.report.suspects.count == rows.count)
        }
    }

    @Test("A band is widened to what the rows show and never made narrower")
    func bands() throws {
        let question = try Self.asked.get()
        let band = PredictionBand(name: "some", rows: 9, mostGPUs: 64, median: 0.05, low: 0.95, high: 1.05)
        let exact = try AnchorFixtures.plans.map { try AnchorFixtures.measured($0, question, times: 1) }
        let same = try StepAnchor(AnchorFixtures.table(exact), for: question).report.widened(band)
        #expect(same.low == 0.95 && same.high == 1.05)
        let found = try StepAnchor(AnchorFixtures.table(Self.several(question)), for: question).report
        let ratios = try found.rows.map { row in
            [row.measured / row.after, row.measured / (try #require(row.leftOut))].max {
                abs(log($0)) < abs(log($1))
            }
                ?? 1
        }
        #expect(found.widened(band).high == max(1.05, try #require(ratios.max())))
        #expect(found.widened(band).low == min(0.95, try #require(ratios.min())))
    }

    @Test("Of many rows the band holds eight of ten, of few all")
    func seen() {
        func seen(_ count: Int) -> ClosedRange<Double> {
            let rows = (1...count).map { index in
                AnchorReport.Row(
                    ids: ["\(index)"], model: "", share: .both, measured: 1 + Double(index) / 100, before: 1,
                    after: 1,
                    leftOut: 1, assumed: [])
            }
            return AnchorReport(
                place: "", model: "", machine: "", software: "", rows: rows, moves: [], unused: [],
                parts: count
            ).seen
        }
        #expect(seen(1) == 1...1.01 && seen(10) == 1...1.10)
        // Of 21 rows the second from the end is at 0.9 of the way, index 18.
        #expect(seen(21) == 1...1.19)
    }
}
