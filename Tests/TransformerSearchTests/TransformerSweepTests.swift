import Files
import Optimization
import Quantities
import ScalingModel
import Testing
import Training
import TransformerModel
@testable import Planning

/// Sweeps of a given transformer.
@Suite struct TransformerSweepTests {
    static func template(batch: Int = 64, law: BatchLaw? = nil) throws -> TransformerQuestion {
        var question = TransformerQuestion(
            job: TrainingJob(model: try ModelLookup.entry("llama-2-13b").model),
            machine: try HardwareCatalogue.entry("h100-sxm-80gb").machine, given: .gpus(1),
            globalBatch: batch)
        question.batchLaw = law
        return question
    }

    /// Sweeps with runs that cells share and runs that they do not.
    static let places: [(points: SweepPoints, law: BatchLaw?)] = [
        (.compute(from: 1e22, to: 4e22, count: 5), nil),
        (.compute(from: 1e22, to: 1e23, count: 3), .standard),
        (.grid(gpus: [64, 8, 24], from: 1e21, to: 1e22, count: 3), nil),
        (.times(flop: 1e22, from: .days(20), to: .months(3), count: 4), nil),
    ]

    @Test("Cells answered together equal the question asked alone, whatever the threads", arguments: 0..<4)
    func together(index: Int) async throws {
        let (points, law) = Self.places[index]
        let sweep = try Sweep(template: try Self.template(law: law), points: points, time: .months(3))
        var found: [Int: SweepPoint<TransformerQuestion>] = [:]
        for try await point in sweep.stream(threads: 2) { found[point.cell.index] = point }
        #expect(found.count == sweep.cells.count)
        var plans = 0
        for cell in sweep.cells {
            let point = try #require(found[cell.index])
            let alone = try TransformerPlanner(sweep.question(cell)).answer()
            let isLate = point.plan == nil && alone.best != nil
            #expect(!isLate || point.reason.hasPrefix("takes "), "\(cell)")
            guard !isLate else { continue }
            #expect(point.plan?.priced == alone.best, "\(cell)")
            #expect(point.plan?.gpusGiven == (alone.best == nil ? nil : alone.gpusGiven), "\(cell)")
            #expect(point.plan?.total == alone.best.flatMap(alone.total), "\(cell)")
            #expect(point.certificate.isOptimal == alone.certificate.isOptimal, "\(cell)")
            if let law { #expect(point.plan?.layout.globalBatch ?? 0 == batch(law, cell.flop), "\(cell)") }
            plans += point.plan == nil ? 0 : 1
        }
        #expect(plans >= 3)
    }

    private func batch(_ law: BatchLaw, _ flop: Double) -> Int {
        law.sequences(flop: flop, experts: 1, sequenceLength: 4096)
    }

    @Test("One search serves every compute of the same accelerators, and its bound is that of its own run")
    func shared() throws {
        let sweep = try Sweep(
            template: try Self.template(), points: .grid(gpus: [16], from: 1e20, to: 1e21, count: 4),
            time: .months(3))
        let points = try sweep.answers()
        #expect(points.count { $0.effort?.start == .shared } == 3)
        for point in points {
            let plan = try #require(point.plan)
            #expect(point.certificate.isOptimal)
            guard case .leastSeconds(let bound)? = point.certificate.bound else {
                Issue.record("no bound on the time")
                continue
            }
            #expect(abs(bound / plan.total.value - 1) < 1e-12)
        }
    }

    @Test("A kept layout is priced anew; another batch, price or number of accelerators is no answer")
    func recalled() throws {
        let sweep = try Sweep(
            template: try Self.template(), points: .compute(from: 1e22, to: 2e22, count: 2), time: .months(3))
        var reader = try LayoutReader(sweep)
        for point in try sweep.answers() {
            let plan = try #require(point.plan)
            let kept = sweep.template.record(plan, run: .asAsked)
            let again = try reader.priced(kept, for: point.cell)
            #expect(again.priced == plan.priced && again.gpusGiven == plan.gpusGiven)
            func changed(_ layout: (inout TrainingLayout) -> Void, gpus: Int = 0, step: Double = 1) {
                var other = kept.layout
                layout(&other)
                let record = RecordedLayout(
                    layout: other, gpusGiven: kept.gpusGiven + gpus, stepSeconds: kept.stepSeconds * step,
                    flop: kept.flop)
                #expect(throws: RecordFault.self) { try reader.priced(record, for: point.cell) }
            }
            changed({ $0.globalBatch *= 2 })
            changed({ $0.tensor = 7 })
            changed({ _ in }, gpus: -kept.gpusGiven)
            changed({ _ in }, step: 1.001)
        }
    }

    @Test("Landmarks are places where the curve itself has the utilization that they are named for")
    func landmarks() throws {
        let question = try Self.template()
        let curve = try Sweep(
            template: question, points: .compute(from: 1e21, to: 1e23, count: 3), time: .months(1),
            thresholds: try ScalingThresholds(linearShare: 0.5, leastUtilization: 0.2))
        let frontier = try SweepFrontier(sweep: curve, points: try curve.answers())
        let linear = 0.5 * question.sustainedFraction
        for (landmark, least) in [(frontier.endOfLinearScaling, linear), (frontier.largestRun, 0.2)] {
            guard let landmark else { continue }
            #expect(landmark.plan.utilization >= least)
            let cell = SweepCell(index: 0, gpus: nil, flop: landmark.flop, width: nil)
            let again = try TransformerPlanner(curve.question(cell)).answer()
            #expect(again.best == landmark.plan.priced)
        }
        #expect(frontier.latencyWall == nil)
    }

    @Test("Published widths are refused")
    func publishedWidths() throws {
        let template = try Self.template()
        #expect(throws: PlanningError.self) {
            try Sweep(template: template, points: .publishedWidths, time: .months(3))
        }
    }

    @Test("A sweep that the time limit ends has every cell, the late ones as not reached")
    func limited() throws {
        var template = try Self.template()
        template.timeLimit = Seconds(0.2)
        let sweep = try Sweep(
            template: template, points: .compute(from: 1e22, to: 1e24, count: 40), time: .months(3))
        let start = ContinuousClock.now
        let points = try sweep.answers()
        #expect(start.duration(to: .now) < .seconds(2))
        #expect(points.count == 40 && points.contains { !$0.isReached })
    }
}
