import Files
import Foundation
import Optimization
import Planning
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training

@testable import Reports

/// Breakdowns add up: over random machines, plans, accountings and overlaps, in every form they are shown in.
@Suite struct BreakdownTests {
    private static let machines = [
        "h100-sxm", "v100-sxm", "tpu-v5e", "mi250x-gcd", "gb200-nvl72", "h100-sxm-low-latency",
    ]

    /// Plans of a random question, the best and some that are not.
    static func plans(seed: Int) throws -> [PricedPlan] {
        var generator = SplitMix64(seed: UInt64(seed))
        var machine = try HardwareCatalogue.entry(machines[seed % machines.count]).machine
        let numbers = PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1, flop: 1)).numbers
        for knob in numbers
        where knob.isOfMachine && knob != .sustainedFraction && knob != .memoryCapacity {
            let factor = exp(Double.random(in: -2...2, using: &generator))
            machine = knob.scaled(by: factor, on: machine)
        }
        func overlap() -> Overlap { Bool.random(using: &generator) ? .overlapped : .exposed }
        let settings = ModelSettings(
            tensorTraffic: overlap(), pipelineTraffic: overlap(), dataTraffic: overlap(),
            recomputation: Bool.random(using: &generator) ? .full : .none,
            accounting: Bool.random(using: &generator) ? .corrected : .published)
        // Powers of two never fill domains that are none: there, a part of one domain.
        let domain = machine.domainSizes[0]
        let most = domain.nonzeroBitCount == 1 ? 26 : 63 - domain.leadingZeroBitCount
        let gpus = 1 << Int.random(in: min(6, most)...most, using: &generator)
        let flop = Double(gpus) * pow(10, Double.random(in: 20...22.5, using: &generator))
        var question = PlanningQuestion(
            machine: machine, given: .gpusAndFlop(gpus: gpus, flop: flop), settings: settings,
            preset: .published, wanted: 5)
        question.reasons = .brief
        return try Planner(question).answer().plans
    }

    @Test(
        "The exposed parts of the terms add up to the step, and none is longer than its term",
        arguments: 0..<60)
    func terms(seed: Int) throws {
        for plan in try Self.plans(seed: seed) {
            let terms = plan.model.terms(of: plan.plan)
            #expect(terms.map(\.kind) == StepTerm.Kind.allCases)
            let sum = terms.reduce(0) { $0 + $1.exposed }
            #expect(abs(sum / plan.price.step - 1) < 1e-12)
            for term in terms {
                #expect(term.exposed >= 0 && term.exposed <= term.seconds * (1 + 1e-9), "\(term)")
            }
        }
    }

    @Test("Columns and JSON members of the breakdown add up to the run", arguments: 0..<30)
    func fields(seed: Int) throws {
        for plan in try Self.plans(seed: seed) {
            var sum = 0.0
            for field in plan.breakdownFields {
                guard
                    field.name == "arithmetic_seconds" || field.name.hasPrefix("exposed_")
                        || field.name == "bubble_seconds"
                else { continue }
                guard case .number(let seconds) = field.value else { continue }
                sum += seconds
            }
            #expect(abs(sum / plan.total.value - 1) < 1e-12)
            #expect(plan.breakdownFields.map(\.name) == PricedPlan.breakdownColumns)
            #expect(plan.frontierFields.map(\.name) == RunLabels.planColumns)
        }
    }

    @Test("explain and plan tell the same story of a step", arguments: 0..<30)
    func explanation(seed: Int) throws {
        for plan in try Self.plans(seed: seed) {
            let costs = Dictionary(
                plan.model.costs(of: plan.plan).map { ($0.kind, $0.seconds) },
                uniquingKeysWith: { first, _ in first })
            let exposed = Dictionary(
                plan.model.terms(of: plan.plan).map { ($0.kind, $0.exposed) },
                uniquingKeysWith: { first, _ in first })
            let latency = (costs[.unhiddenLatency] ?? 0) + (costs[.pipelineLatency] ?? 0)
            #expect(exposed[.pipelineLatency] == latency)
            let traffic = [.unhiddenTraffic, .tensor, .pipelineExpert].reduce(0) { $0 + (costs[$1] ?? 0) }
            let both = (exposed[.tensor] ?? 0) + (exposed[.pipelineExpert] ?? 0)
            #expect(abs(both - traffic) <= 1e-12 * plan.price.step)
            let waterfall = PlanWaterfall(plan)
            let parts = waterfall.stepParts.reduce(0) { $0 + $1.value }
            #expect(abs(parts / plan.price.step - 1) < 1e-12)
            // What costs nothing is never said to be exposed, and what costs something never to be hidden.
            for term in waterfall.terms where term.seconds > 0 {
                let remark = waterfall.remark(on: term)
                if term.exposed == 0 { #expect(remark.contains("hidden"), "\(term)") }
                if term.exposed > term.seconds * 1e-6 { #expect(!remark.hasPrefix("hidden"), "\(term)") }
            }
        }
    }

    @Test("Latency behind a zero-bubble schedule is not called exposed in corrected accounting")
    func zeroBubble() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        let question = PlanningQuestion(
            machine: machine, given: .gpusAndFlop(gpus: 1 << 20, flop: 1e27),
            settings: ModelSettings(accounting: .corrected), preset: .published)
        let plan = try #require(try Planner(question).answer().best)
        #expect(plan.plan.schedule == .zeroBubble)
        let waterfall = PlanWaterfall(plan)
        let latency = try #require(waterfall.terms.first { $0.kind == .pipelineLatency })
        #expect(latency.seconds > 0 && latency.exposed == 0)
        #expect(waterfall.remark(on: latency) == "hidden by zero bubble")
    }

    @Test("The shares of the text add up to a whole")
    func text() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        for accounting in Accounting.allCases {
            let question = PlanningQuestion(
                machine: machine, given: .flopAndTime(flop: 1e29, time: .months(3)),
                settings: ModelSettings(accounting: accounting), preset: .published)
            let text = PlanReport(try Planner(question).answer(), version: "1").text
            let lines = text.split(separator: "\n").map(String.init)
            let start = try #require(lines.firstIndex { $0.contains("seconds of a step") })
            let shares = lines[(start + 1)...].prefix(8).compactMap { line -> Double? in
                guard let end = line.range(of: " %") else { return nil }
                return line[..<end.lowerBound].split(separator: " ").last.flatMap { Double($0) }
            }
            #expect(shares.count == 8 && shares.last == 100)
            #expect(abs(shares.dropLast().reduce(0, +) - 100) <= 0.4)
        }
    }
}
