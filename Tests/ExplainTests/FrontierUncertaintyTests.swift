import Foundation
import Optimization
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training

@testable import Planning

@Suite struct FrontierUncertaintyTests {
    private func sweep(
        _ machine: Accelerator, from: Double = 1e25, to: Double = 1e28, count: Int = 4,
        objective: Objective = .gpus, gpus: [Int]? = nil
    ) throws -> FrontierSweep {
        try FrontierSweep(
            template: PlanningQuestion(
                machine: machine, given: .flopAndTime(flop: 1e24, time: .months(3)), preset: .published,
                objective: objective),
            points: gpus.map { .grid(gpus: $0, from: from, to: to, count: count) }
                ?? .compute(from: from, to: to, count: count), time: .months(3))
    }

    private func frontier(_ sweep: FrontierSweep) throws -> ScalingFrontier {
        try ScalingFrontier(sweep: sweep, points: try sweep.answers(), looking: .endsAlone)
    }

    private func result(
        _ sweep: FrontierSweep, _ numbers: [UncertainNumber], samples: Int, seed: UInt64 = 1, threads: Int = 2
    ) throws -> FrontierUncertainty {
        try #require(
            FrontierUncertainty(
                try frontier(sweep),
                request: UncertaintyRequest(numbers: numbers, samples: samples, seed: seed), threads: threads
            ))
    }

    private let rough = [
        UncertainNumber(.everyNetworkBandwidth, .logUniform(0.5...2)),
        UncertainNumber(.kernelLatency, .normal(deviation: 0.3)),
    ]

    @Test("Threads change nothing, the seed does")
    func reproducible() throws {
        let sweep = try sweep(Questions.machine())
        let one = try result(sweep, rough, samples: 12, threads: 1)
        let many = try result(sweep, rough, samples: 12, threads: 5)
        #expect(one.points == many.points)
        #expect(one.endOfLinearScaling == many.endOfLinearScaling && one.largestRun == many.largestRun)
        #expect(try result(sweep, rough, samples: 12, seed: 2).points != one.points)
    }

    @Test("Numbers that are known exactly give the stated frontier in every sample")
    func certain() throws {
        let sweep = try sweep(Questions.machine(), to: 1e30, count: 5)
        let frontier = try frontier(sweep)
        let exact = try #require(
            FrontierUncertainty(
                frontier,
                request: UncertaintyRequest(
                    numbers: [UncertainNumber(.memoryBandwidth, .logUniform(1...1))], samples: 3), threads: 2)
        )
        for (point, band) in zip(frontier.points, exact.points) {
            let plan = try #require(point.plan)
            #expect(band.utilization.low == plan.utilization && band.utilization.high == plan.utilization)
            #expect(band.gpus.middle == Double(plan.gpus) && band.anyPlan == 1)
            #expect(band.held == FrontierUncertainty.Point.Held(feasible: 1, nearBest: 1))
        }
        #expect(exact.endOfLinearScaling?.low == frontier.endOfLinearScaling?.flop)
        // The last point has a plan, so the largest run lies past it.
        #expect(exact.largestRun?.high == .infinity)
    }

    @Test("Samples that a time limit cuts off do not count as samples without a plan")
    func limited() throws {
        let sweep = try sweep(Questions.machine())
        let frontier = try frontier(sweep)
        var request = UncertaintyRequest(numbers: rough, samples: 100_000)
        request.timeLimit = .milliseconds(300)
        let some = try #require(FrontierUncertainty(frontier, request: request, threads: 2))
        #expect(some.request.samples < 100_000)
        // The samples that there was time for are the first of a longer run.
        let whole = try result(sweep, rough, samples: some.request.samples)
        #expect(some.points == whole.points)
        request.timeLimit = .zero
        #expect(FrontierUncertainty(frontier, request: request, threads: 2) == nil)
    }

    /// Of factors, the quantiles that a band has, by nearest rank.
    private func quantiles(_ values: [Double]) -> [Double] {
        let band = Band(values)
        return [band.low, band.middle, band.high]
    }

    @Test(
        "One number, monotone: the ends of a band are the frontier computed at the quantiles of the number",
        arguments: [Knob.kernelLatency, .everyNetworkBandwidth, .everyNetworkLatency, .memoryBandwidth])
    func quantilesOfTheNumber(knob: Knob) throws {
        let machine = try Questions.machine()
        let sweep = try sweep(machine, to: 1e29, objective: .utilization)
        let numbers = [UncertainNumber(knob, .logUniform(0.7...1.4))]
        let request = UncertaintyRequest(numbers: numbers, samples: 25)
        let bands = try result(sweep, numbers, samples: 25).points
        // The same draws by hand: a knob for all levels moves them together, so any level shows the factor.
        let shown: Knob =
            switch knob {
            case .everyNetworkBandwidth: .networkBandwidth(level: 1)
            case .everyNetworkLatency: .networkLatency(level: 1)
            default: knob
            }
        let stated = try #require(shown.value(on: machine))
        var drawing = request
        let drawn = drawing.settled(from: machine, threads: 1) { machine, _ in machine }
        let factors = try drawn.map { try #require(shown.value(on: $0)) / stated }
        let direct = try quantiles(factors).map { factor in
            var template = sweep.template
            template.machine = knob.scaled(by: factor, on: machine)
            let points = try FrontierSweep(template: template, points: sweep.points, time: sweep.time)
                .answers().sorted { $0.cell.index < $1.cell.index }
            return try points.map { try #require($0.plan).utilization }
        }
        for (index, band) in bands.enumerated() {
            // The best utilization falls with latencies and rises with bandwidths, with the deadline too.
            let expected = direct.map { $0[index] }.sorted()
            for (own, other) in zip(
                [band.utilization.low, band.utilization.middle, band.utilization.high], expected)
            {
                #expect(abs(own / other - 1) < 1e-9, "\(knob) point \(index)")
            }
        }
    }

    @Test("Where arithmetic is all that counts, times go as one over the peak: by hand")
    func closedForm() throws {
        // Peak times f of 0.9...1, every ratio as likely: p10, p50 and p90 of 1/f are 0.9 to the powers
        // -0.1, -0.5 and -0.9.
        let sweep = try FrontierSweep(
            template: PlanningQuestion(
                machine: try Questions.machine(), given: .gpusAndFlop(gpus: 16384, flop: 1e27)),
            points: .grid(gpus: [16384], from: 1e27, to: 1e27, count: 1), time: .months(1000))
        let stated = try #require(try sweep.answers().first?.plan).total.value
        let band = try #require(
            try result(sweep, [UncertainNumber(.peak, .logUniform(0.9...1))], samples: 2000).points.first)
        let parts = zip([band.seconds.low, band.seconds.middle, band.seconds.high], [0.1, 0.5, 0.9])
        for (seconds, quantile) in parts {
            #expect(abs(seconds / stated - pow(0.9, -quantile)) < 0.004, "\(quantile)")
        }
        #expect(band.held?.feasible == 1)
    }

    @Test(
        "A range around the stated number has the stated fewest accelerators inside its band",
        arguments: 0..<8)
    func nominalInside(seed: Int) throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let machine = try Questions.machine(
            ["h100-sxm", "a100-sxm", "v100-sxm"].randomElement(using: &generator) ?? "")
        let numbers = PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1, flop: 1)).numbers
        let knob = try #require(numbers.filter(\.isOfMachine).randomElement(using: &generator))
        let spread = Double.random(in: 1.1...2, using: &generator)
        let from = pow(10, Double.random(in: 23...27, using: &generator))
        let sweep = try sweep(machine, from: from, to: from * 100, count: 3)
        let frontier = try frontier(sweep)
        let bands = try result(
            sweep, [UncertainNumber(knob, .logUniform(1 / spread...spread))], samples: 40, seed: UInt64(seed))
        for (point, band) in zip(frontier.points, bands.points) {
            // Better numbers only add plans, so fewest accelerators fall as any of them improves.
            let gpus = point.plan.map { Double($0.gpus) } ?? .infinity
            #expect(band.gpus.low <= gpus && gpus <= band.gpus.high, "\(knob) at \(point.cell.flop)")
        }
    }

    @Test("In a grid the band is that of time, and there are no landmarks")
    func grid() throws {
        let sweep = try sweep(Questions.machine(), from: 1e24, to: 1e26, count: 3, gpus: [8, 1024, 65536])
        let bands = try result(sweep, rough, samples: 10)
        #expect(bands.endOfLinearScaling == nil && bands.largestRun == nil)
        for (point, band) in zip(try frontier(sweep).points, bands.points) {
            #expect(point.cell == band.cell)
            guard let plan = point.plan else {
                #expect(band.held == nil)
                continue
            }
            #expect(band.seconds.low <= band.seconds.high)
            #expect(band.gpus.low <= Double(plan.gpusGiven))
        }
        #expect(bands.points.contains { $0.anyPlan == 0 && $0.seconds.middle == .infinity })
        #expect(bands.points.contains { $0.anyPlan == 1 && ($0.held?.nearBest ?? 0) > 0 })
    }

    @Test("A frontier that no machine of the draws can serve has landmarks at 0")
    func none() throws {
        let sweep = try sweep(Questions.machine(), from: 1e33, to: 1e34, count: 2)
        let bands = try result(sweep, rough, samples: 3)
        #expect(bands.largestRun?.high == 0 && bands.endOfLinearScaling?.high == 0)
        #expect(bands.points.allSatisfy { $0.anyPlan == 0 && $0.utilization.high == 0 && $0.held == nil })
    }

    @Test("±10% is a factor of 0.9 to 1.1", arguments: ["±10%", "+-10%"])
    func percent(_ text: String) throws {
        #expect(try UncertainNumber.Spread(parsing: text) == .logUniform(0.9...1.1))
        for bad in ["±100%", "±x%", "±10", "10%", "±-5%"] {
            #expect(throws: ExplainError.self) { try UncertainNumber.Spread(parsing: bad) }
        }
    }
}
