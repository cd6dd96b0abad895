import GLPKSolver
import Optimization
import Planning
import Quantities
import Testing

@Suite struct FleetLimitTests {
    private func problem(slots: Int, runs: Int = 6) -> FleetProblem {
        RandomFleets.training(
            seed: 5, runs: runs, entries: 20, kinds: 2, capacity: 8000, objective: .money,
            starts: .slots(length: Seconds(1e7 / Double(slots)), count: slots))
    }

    @Test("Numbers out of range are refused where they enter")
    func ranges() {
        #expect(throws: FleetError.self) { try problem(slots: FleetProblem.mostSlots + 1).validate() }
        var vast = problem(slots: 4)
        vast.capacities[0] = MachineCapacity(machine: "kind0", gpus: FleetProblem.mostGPUs + 1)
        #expect(throws: FleetError.self) { try vast.validate() }
        #expect(throws: FleetError.self) { try problem(slots: 4, runs: FleetProblem.mostRuns + 1).validate() }
    }

    @Test(
        "More slots than a model can hold are merged: the schedule is real, the bound no better than with few"
    )
    func manySlots() throws {
        var options = SolveOptions()
        options.timeLimit = .seconds(5)
        options.relativeGap = 0.01
        let planner = FleetPlanner(solver: GLPKSolver(), options: options)
        let fine = problem(slots: 100_000)
        let answer = try planner.answer(to: fine)
        let schedule = try #require(answer.schedule)
        #expect(schedule.keeps(fine))
        #expect(answer.certificate.columns < 200_000)
        let coarse = try planner.answer(to: problem(slots: 4))
        let least = try #require(answer.certificate.bound)
        #expect(least <= (try #require(coarse.schedule)).money.value * (1 + 1e-6))
    }

    @Test("Undominated entries are those that a comparison of all pairs leaves", arguments: 0..<20)
    func undominated(seed: Int) {
        for run in RandomFleets.training(
            seed: UInt64(seed), runs: 2, entries: 40, kinds: 2, capacity: 8000, objective: .money
        ).runs {
            let menu = run.menu + run.menu.prefix(5)
            let doubled = FleetRun(name: run.name, menu: menu)
            let expected = menu.indices.filter { place in
                !menu.indices.contains { other in
                    let (one, rival) = (menu[place], menu[other])
                    let isMatched =
                        one.machine == rival.machine && rival.gpus <= one.gpus
                        && rival.duration <= one.duration && rival.money <= one.money
                        && rival.utilization >= one.utilization
                    return other != place && isMatched && (other < place || one != rival)
                }
            }.map { menu[$0] }
            #expect(doubled.undominatedMenu == expected)
        }
    }
}
