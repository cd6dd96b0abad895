import Files
import Foundation
import Quantities
import TestSupport
import Testing
import Training
@testable import Planning

@testable import Optimization
@testable import ScalingModel

@Suite struct LandmarkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var hardware = "h100-sxm"
        var sparsity = SparsityLaw.dense
        var preset = SpacePreset.published
        var shape = ShapeChoice.law
        /// A range that holds the landmarks, its numbers of points, and another such range.
        var range = 1e26...1e32
        var counts = [5, 17, 25, 31, 64]
        var other = 3.3e26...7.7e31

        var testDescription: String {
            "\(hardware), \(sparsity), \(preset.rawValue), \(shape == .law ? "law" : "free")"
        }

        func sweep(
            _ range: ClosedRange<Double>, _ count: Int, thresholds: ScalingThresholds? = nil
        ) throws -> FrontierSweep {
            var template = PlanningQuestion(
                machine: try HardwareCatalogue.entry(hardware).machine,
                given: .flopAndTime(flop: 1e24, time: .months(3)), laws: WorkloadLaws(sparsity: sparsity),
                preset: preset)
            template.shape = shape
            return try FrontierSweep(
                template: template,
                points: .compute(from: range.lowerBound, to: range.upperBound, count: count),
                time: .months(3),
                thresholds: thresholds)
        }

        func landmarks(_ range: ClosedRange<Double>, _ count: Int) throws -> [Double?] {
            let sweep = try sweep(range, count)
            let frontier = try ScalingFrontier(sweep: sweep, points: try sweep.answers())
            return [
                frontier.endOfLinearScaling?.flop, frontier.lastReturn?.flop, frontier.largestRun?.flop,
                frontier.latencyWall,
            ]
        }
    }

    static let cases = [
        Case(), Case(sparsity: .sparse), Case(hardware: "v100-sxm"),
        Case(preset: .full, counts: [5, 31], other: 3.3e27...7.7e31),
    ]

    @Test(
        "Landmarks do not depend on how many points a curve has, nor on where its range begins",
        arguments: cases)
    func samples(of given: Case) throws {
        let first = try given.landmarks(given.range, given.counts[0])
        #expect(first[0] != nil)
        for count in given.counts.dropFirst() {
            #expect(try given.landmarks(given.range, count) == first, "\(count) points")
        }
        let shifted = try given.landmarks(given.other, 7)
        for (one, other) in zip(first, shifted).prefix(given.shape == .law ? 4 : 1) {
            guard let one, let other else {
                #expect(one == nil && other == nil)
                continue
            }
            // Ends are bisected from where a range begins, to 0.1 %.
            #expect(relativeError(one, other) < 0.002)
        }
    }

    /// The highest utilization of any plan that finishes in time; 0 without one.
    private func best(_ sweep: FrontierSweep, flop: Double) throws -> Double {
        var question = sweep.template
        question.given = .flopAndTime(flop: flop, time: sweep.time)
        question.objective = .utilization
        question.reasons = .brief
        return try Planner(question).answer().best?.utilization ?? 0
    }

    @Test(
        "Below the end every compute has a plan of the utilization wanted, past the last return none has",
        arguments: 0..<3)
    func oracle(index: Int) throws {
        let given = Self.cases[index]
        let sweep = try given.sweep(given.range, 2)
        let frontier = try ScalingFrontier(sweep: sweep, points: [])
        let end = try #require(frontier.endOfLinearScaling).flop
        let last = frontier.lastReturn?.flop ?? end
        let largest = try #require(frontier.largestRun).flop
        let wall = try #require(frontier.latencyWall)
        let sustained = sweep.template.machine.compute.sustainedFraction
        let linear = sweep.thresholds.linearShare * sustained * (1 - 1e-9)
        var generator = SplitMix64(seed: UInt64(index) + 7)
        for _ in 0..<12 {
            let below = exp(Double.random(in: log(given.range.lowerBound)...log(end), using: &generator))
            #expect(try best(sweep, flop: below) >= linear, "\(below)")
            let above = exp(Double.random(in: log(last * 1.0011)...log(wall), using: &generator))
            #expect(try best(sweep, flop: above) < linear, "\(above)")
            if largest * 1.0011 < wall {
                let past = exp(Double.random(in: log(largest * 1.0011)...log(wall), using: &generator))
                #expect(try best(sweep, flop: past) < sweep.thresholds.leastUtilization, "\(past)")
            }
            let beyond = exp(Double.random(in: log(wall * 1.0001)...log(wall * 30), using: &generator))
            #expect(try best(sweep, flop: beyond) == 0, "\(beyond)")
        }
        #expect(try best(sweep, flop: end) >= linear && best(sweep, flop: last) >= linear)
        #expect(try best(sweep, flop: largest) >= sweep.thresholds.leastUtilization * (1 - 1e-9))
    }

    @Test(
        "No largest run lies beyond the latency wall, whatever the least utilization",
        arguments: ["h100-sxm", "h100-sxm-low-latency", "v100-sxm"],
        [SparsityLaw.dense, .sparse])
    func wall(hardware: String, sparsity: SparsityLaw) throws {
        var runs: [Double] = []
        for least in [0, 0.01, 0.1, 0.3] {
            let sweep = try Case(hardware: hardware, sparsity: sparsity).sweep(
                1e28...1e37, 2, thresholds: try ScalingThresholds(leastUtilization: least))
            let frontier = try ScalingFrontier(sweep: sweep, points: [])
            let run = try #require(frontier.largestRun)
            #expect(run.flop <= (try #require(frontier.latencyWall)))
            #expect(run.plan.utilization >= least * (1 - 1e-9))
            runs.append(run.flop)
        }
        #expect(runs == runs.sorted(by: >))
    }

    @Test("A lower share of the sustained rate reaches at least as far")
    func shares() throws {
        let ends = try [0.5, 0.7, 0.8, 0.9, 1].map { share in
            let sweep = try Case().sweep(
                1e24...1e32, 2, thresholds: try ScalingThresholds(linearShare: share))
            return try ScalingFrontier(sweep: sweep, points: [], looking: .endsAlone).endOfLinearScaling?.flop
                ?? 0
        }
        #expect(ends == ends.sorted(by: >) && ends[0] > ends[3])
    }

    @Test("Shares out of range are refused")
    func refusals() {
        for share in [0, -1, 1.1, .nan] {
            #expect(throws: PlanningError.self) { try ScalingThresholds(linearShare: share) }
        }
        for least in [-0.1, 1, .nan] {
            #expect(throws: PlanningError.self) { try ScalingThresholds(leastUtilization: least) }
        }
    }

    @Test("A curve on one side of the end says on which")
    func sides() throws {
        let low = try Case().sweep(1e24...1e25, 2)
        let below = try #require(try ScalingFrontier(sweep: low, points: []).landmarks)
        guard case .throughout = below.linear, case .throughout = below.feasible else {
            Issue.record("linear scaling ends between 1e24 and 1e25")
            return
        }
        let high = try Case().sweep(1e33...1e34, 2)
        let past = try #require(try ScalingFrontier(sweep: high, points: []).landmarks)
        guard case .nowhere = past.linear, case .nowhere = past.feasible else {
            Issue.record("a run of 1e33 FLOP is feasible")
            return
        }
        #expect(past.latencyWall == (try ScalingFrontier(sweep: low, points: [])).latencyWall)
    }
}
