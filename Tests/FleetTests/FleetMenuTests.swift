import Files
import GLPKSolver
import Optimization
import Planning
import Quantities
import Reports
import ScalingModel
import TestSupport
import Testing

@Suite struct FleetMenuTests {
    private func request(_ gpus: Int, _ flops: [Double], price: Double? = 2) throws -> FleetRequest {
        let rent = price.map { ", price_per_hour: \($0)" } ?? ""
        let runs = flops.map { "  - {flop: \($0)}" }.joined(separator: "\n")
        return try FleetFile.read(
            text: "fleet:\n  - {hardware: h100-sxm, gpus: \(gpus)\(rent)}\nruns:\n\(runs)\n", place: "fleet")
    }

    private func planner(_ gap: Double = 0.001, limit: Duration? = nil) -> FleetPlanner {
        var options = SolveOptions()
        options.relativeGap = gap
        options.timeLimit = limit
        return FleetPlanner(solver: GLPKSolver(), options: options)
    }

    @Test(
        "The first menu does not decide what is best, and the gap is honest of what it leaves out",
        arguments: FleetObjective.allCases)
    func menuDoesNotMatter(objective: FleetObjective) throws {
        let request = try request(1000, [3e24, 5e24])
        var values: [Double] = []
        var bounds: [Double] = []
        for entries in [2, 30, 120] {
            let outcome = try FleetMenu(request: request, entries: entries)
                .answer(objective: objective, planner: planner())
            values.append(try #require(outcome.answer.schedule).value(of: objective))
            bounds.append(try #require(outcome.answer.certificate.bound))
            #expect((outcome.answer.gap?.relative ?? 1) <= 0.001)
        }
        let sense: ObjectiveSense = objective == .weightedUtilization ? .maximize : .minimize
        for value in values {
            #expect(relativeError(value, values[0]) <= 0.001, "\(values)")
            for bound in bounds { #expect(!sense.isBetter(value, than: bound), "\(values) \(bounds)") }
        }
    }

    @Test("A limit of time holds for menus and schedule together, and still bounds every size")
    func limit() throws {
        let request = try request(1_000_000, [1e27, 3e27, 1e28])
        let outcome = try FleetMenu(request: request, entries: 4096)
            .answer(objective: .makespan, planner: planner(1e-9, limit: .seconds(1)))
        print("fleet within a second: \(outcome.answer.certificate)")
        let schedule = try #require(outcome.answer.schedule)
        let bound = try #require(outcome.answer.certificate.bound)
        #expect(bound <= schedule.makespan.value * (1 + 1e-9))
    }

    @Test("One plan has one bill, whoever asks: fleet, front and plan")
    func oneBill() throws {
        var generator = SplitMix64(seed: 11)
        let machine = try HardwareCatalogue.entry("gb200-nvl72").machine
        let prices = RunPrices(
            machine: machine, rent: 3, years: 4, idlePower: 0.3, watts: 1200, powerOverhead: 1.2)
        var idle = 0
        for _ in 0..<12 {
            let gpus = Int.random(in: 40...4000, using: &generator)
            let flop = 1e23 * Double.random(in: 1...30, using: &generator)
            let asked = PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: gpus, flop: flop))
            let best = try #require(try Planner(asked).answer().best)
            let point = try #require(ParetoFront([best], prices: prices).points.first)
            #expect(point.plan.gpusGiven <= gpus)
            // Asked again with what the front reserves, plan gives the same run at the same price.
            let again = try Planner(
                PlanningQuestion(
                    machine: machine, given: .gpusAndFlop(gpus: point.plan.gpusGiven, flop: flop))
            ).answer()
            let plan = try #require(again.best)
            #expect(plan.total == point.plan.total && plan.gpusGiven == point.plan.gpusGiven)
            #expect(prices.bill(of: plan) == point.bill)
            if plan.idleGPUs > 0 { idle += 1 }
            let json = PlanReport(again, prices: prices, version: "1").json.text()
            for number in [point.bill.hours, point.bill.dollars, point.bill.joules] {
                #expect(json.contains("\(try #require(number))"), "\(json.prefix(400))")
            }
            // All that is reserved is paid: for its time, at least at idle power, at most at the rated one.
            let hours = Double(plan.gpusGiven) * plan.total.value / 3600
            #expect(relativeError(point.bill.hours, hours) < 1e-12)
            #expect(relativeError(try #require(point.bill.dollars), 3 * hours) < 1e-12)
            let full = 1200 * 1.2 * hours * 3600
            let joules = try #require(point.bill.joules)
            #expect(joules >= 0.3 * full && joules <= full * (1 + 1e-12))
            let text = """
                fleet:
                  - {hardware: gb200-nvl72, gpus: \(gpus), price_per_hour: 3}
                runs:
                  - {flop: \(flop)}
                """
            let menu = try FleetMenu(request: FleetFile.read(text: text, place: "fleet"), entries: 1)
            let outcome = try menu.answer(objective: .makespan, planner: planner())
            let run = try #require(outcome.answer.schedule?.runs.first)
            #expect(run.entry.gpus == point.plan.gpusGiven && run.entry.money.value == point.bill.dollars)
        }
        #expect(idle > 0, "no cluster with idle accelerators was drawn")
    }

    @Test(
        "Without a rent the price of the machine is spread over its years; without either, money is refused")
    func price() throws {
        let outcome = try FleetMenu(request: try request(64, [1e21], price: nil), entries: 4)
            .answer(objective: .money, planner: planner())
        let run = try #require(outcome.answer.schedule?.runs.first)
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        let hour = try #require(RunPrices(machine: machine, rent: nil, years: 4, idlePower: 1).dollarsPerHour)
        let hours = Double(run.entry.gpus) * run.entry.duration.value / 3600
        #expect(relativeError(run.entry.money.value, hour * hours) < 1e-12)
    }
}
