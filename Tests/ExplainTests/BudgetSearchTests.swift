import Optimization
import Planning
import Quantities
import ScalingModel
import TestSupport
import Testing

@Suite struct BudgetSearchTests {
    @Test("The fastest run for a sum of money is that of a look at every number of accelerators")
    func oracle() throws {
        var refused = 0
        for flop in [1e21, 4e21] {
            let machine = try Questions.machine()
            let prices = RunPrices(machine: machine, rent: 2, years: 4, idlePower: 1)
            let all = try (1...96).compactMap { gpus in
                try Planner(Questions.fast(gpus: gpus, flop: flop)).answer().best?.onLeastCluster
            }
            let costs = all.compactMap { prices.bill(of: $0).dollars }
            let least = try #require(costs.min())
            for factor in [0.9, 0.999, 1, 1.001, 1.01, 1.05, 1.2, 2] {
                let expected = zip(all, costs).filter { $1 <= least * factor * (1 + 1e-9) }
                    .map(\.0.total.value).min()
                let answer = try BudgetSearch(
                    Questions.fast(gpus: 1, flop: flop), flop: flop, most: 96, prices: prices,
                    dollars: least * factor
                ).answer()
                #expect(answer.best?.total.value == expected, "\(flop) \(factor)")
                guard let best = answer.best else {
                    refused += 1
                    #expect(answer.infeasibility.joined().contains("do not pay"))
                    continue
                }
                #expect((try #require(prices.bill(of: best).dollars)) <= least * factor * (1 + 1e-9))
            }
        }
        #expect(refused == 4)
    }

    @Test("Power and money for a time are numbers of accelerators, and limits name what breaks them")
    func limits() throws {
        let machine = try Questions.machine()
        let prices = RunPrices(
            machine: machine, rent: 2, years: 4, idlePower: 1, watts: 700, powerOverhead: 1.25)
        // 1 MW / (700 W x 1.25) = 1142.86.
        #expect(prices.mostAccelerators(power: 1e6) == 1142)
        #expect(prices.mostAccelerators(power: 700 * 1.25 * 64) == 64)
        // $1000 / ($2 x 10 h) = 50.
        #expect(prices.mostAccelerators(dollars: 1000, time: Seconds(36_000)) == 50)
        let plan = try #require(try Planner(Questions.fast(gpus: 1024)).answer().best)
        #expect(RunLimits(watts: 1e6).firstBroken(by: plan, prices: prices) == nil)
        #expect(RunLimits(watts: 1e5).firstBroken(by: plan, prices: prices)?.contains("114 GPUs") == true)
        let bill = try #require(prices.bill(of: plan).dollars)
        #expect(RunLimits(dollars: bill).firstBroken(by: plan, prices: prices) == nil)
        #expect(RunLimits(dollars: bill / 2).firstBroken(by: plan, prices: prices)?.contains("$") == true)
    }
}
