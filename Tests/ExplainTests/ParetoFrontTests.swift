import Optimization
import Planning
import Quantities
import ScalingModel
import Testing

@Suite struct ParetoFrontTests {
    private func plans(_ sizes: [Int]) throws -> [PricedPlan] {
        try sizes.compactMap { try Planner(Questions.fast(gpus: $0, flop: 1e25)).answer().best }
    }

    @Test("Money and energy of a run, by hand")
    func byHand() throws {
        let plan = try #require(try plans([1024]).first)
        let machine = try Questions.machine()
        let hours = plan.total.value / 3600
        let rent = RunPrices(machine: machine, rent: 2, years: 4, idlePower: 0.25)
        // 1024 GPUs x hours x 2 dollars.
        let bill = rent.bill(of: plan)
        #expect(plan.gpusGiven == 1024)
        #expect(abs((try #require(bill.dollars)) / (2 * 1024 * hours) - 1) < 1e-12)
        // 700 W x (0.25 + 0.75 x utilization / 0.7) x GPUs x seconds.
        let watts = 700 * (0.25 + 0.75 * plan.utilizationOfUsed / 0.7)
        let joules = watts * Double(plan.gpus) * plan.total.value
        #expect(plan.idleGPUs == 0)
        #expect(abs((try #require(bill.joules)) / joules - 1) < 1e-12)
        // Two of ten compute at half the rate: 700 W x (2 x (0.25 + 0.75 x 0.5) + 8 x 0.25) x 3600 s.
        let idle = rent.bill(used: 2, reserved: 10, time: Seconds(3600), busy: 0.5)
        #expect(idle.hours == 10 && idle.dollars == 20)
        #expect(abs((try #require(idle.joules)) / (700 * 3.25 * 3600) - 1) < 1e-12)
        // 33,600 dollars over 4 years of 3.154e7 s = 8761.1 h each: 0.95878 dollars an hour.
        let bought = RunPrices(machine: machine, rent: nil, years: 4, idlePower: 1)
        #expect(abs((try #require(bought.dollarsPerHour)) - 33600 / (4 * 3.154e7 / 3600)) < 1e-12)
    }

    @Test("Efficient plans are those that an exhaustive comparison leaves")
    func efficient() throws {
        let machine = try Questions.machine()
        let prices = RunPrices(machine: machine, rent: 2, years: 4, idlePower: 0.3)
        let front = ParetoFront(
            try plans([100, 100, 128, 1000, 1021, 1024, 2048, 3000, 4096]), prices: prices)
        #expect(front.points.contains { $0.isEfficient })
        for point in front.points {
            let isBeaten = front.points.contains { other in
                let goals = [
                    (other.plan.total.value, point.plan.total.value),
                    (Double(other.plan.gpusGiven), Double(point.plan.gpusGiven)),
                    (other.bill.dollars ?? 0, point.bill.dollars ?? 0),
                    (other.bill.joules ?? 0, point.bill.joules ?? 0),
                ]
                return goals.allSatisfy { $0 <= $1 } && goals.contains { $0 < $1 }
            }
            #expect(point.isEfficient == !isBeaten)
        }
        #expect(front.points.map(\.plan.gpusGiven) == front.points.map(\.plan.gpusGiven).sorted())
    }
}
