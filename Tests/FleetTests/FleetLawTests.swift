import GLPKSolver
import Optimization
import Planning
import Quantities
import Testing

@Suite struct FleetLawTests {
    private let planner = FleetPlanner(solver: GLPKSolver())

    @Test func `dominated entries go, the first of equals stays`() {
        func entry(_ gpus: Int, _ duration: Double, _ label: String, machine: String = "a") -> MenuEntry {
            MenuEntry(machine: machine, gpus: gpus, duration: Seconds(duration), label: label)
        }
        let run = FleetRun(
            name: "r",
            menu: [
                entry(8, 10, "kept"), entry(8, 10, "equal"), entry(8, 11, "slower"), entry(4, 20, "smaller"),
                entry(16, 10, "larger"), entry(16, 12, "other machine", machine: "b"),
            ])
        #expect(run.undominatedMenu.map(\.label) == ["kept", "smaller", "other machine"])
    }

    @Test(arguments: FleetObjective.allCases)
    func `more GPUs are never worse`(objective: FleetObjective) throws {
        let sense: ObjectiveSense = objective == .weightedUtilization ? .maximize : .minimize
        for seed in 0..<100 {
            var problem = RandomFleets.small(
                seed: UInt64(seed), objective: objective, starts: .together, runs: 5)
            let before = try planner.answer(to: problem).schedule?.value(of: objective)
            problem.capacities = problem.capacities.map {
                MachineCapacity(machine: $0.machine, gpus: $0.gpus + 2)
            }
            let after = try planner.answer(to: problem).schedule?.value(of: objective)
            guard let before else { continue }
            #expect(!sense.isBetter(before, than: try #require(after)), "seed \(seed)")
        }
    }

    @Test func `waiting is never worse than starting together`() throws {
        for seed in 0..<60 {
            var problem = RandomFleets.small(
                seed: UInt64(seed), objective: .money, starts: .together, runs: 3)
            let together = try planner.answer(to: problem).schedule?.money
            problem.starts = .slots(length: Seconds(1), count: 10)
            let waiting = try planner.answer(to: problem).schedule?.money
            guard let together else { continue }
            #expect(try #require(waiting) <= together, "seed \(seed)")
        }
    }

    @Test func `a run too long for its deadline is named with its earliest end`() throws {
        let menu = [MenuEntry(machine: "a", gpus: 4, duration: Seconds(10))]
        let problem = FleetProblem(
            runs: [
                FleetRun(name: "late", menu: menu, deadline: Seconds(9)),
                FleetRun(name: "fine", menu: menu, deadline: Seconds(20)),
            ],
            capacities: [MachineCapacity(machine: "a", gpus: 6)], objective: .makespan)
        let answer = try planner.answer(to: problem)
        guard case .infeasible(let shortfall) = answer.verdict else {
            Issue.record("a schedule of \(answer.verdict)")
            return
        }
        #expect(shortfall.hopeless.map(\.name) == ["late"])
        #expect(shortfall.hopeless.first?.earliestEnd == Seconds(10))
        // Together they need 8 GPUs, which no delay makes fewer; and no GPUs make the run shorter.
        #expect(shortfall.laterDeadlines == nil && shortfall.moreGPUs == nil)
    }

    @Test func `two runs that do not fit together can wait, or be given GPUs`() throws {
        let menu = [MenuEntry(machine: "a", gpus: 4, duration: Seconds(10))]
        var problem = FleetProblem(
            runs: ["first", "second"].map { FleetRun(name: $0, menu: menu, deadline: Seconds(19)) },
            capacities: [MachineCapacity(machine: "a", gpus: 6)], objective: .makespan,
            starts: .slots(length: Seconds(1), count: 30))
        let answer = try planner.answer(to: problem)
        guard case .infeasible(let shortfall) = answer.verdict else {
            Issue.record("a schedule of \(answer.verdict)")
            return
        }
        #expect(shortfall.hopeless.isEmpty)
        #expect(shortfall.laterDeadlines?.map(\.needed) == [Seconds(20)])
        #expect(shortfall.moreGPUs == [MachineCapacity(machine: "a", gpus: 2)])
        problem.runs = ["first", "second"].map { FleetRun(name: $0, menu: menu, deadline: Seconds(20)) }
        let schedule = try #require(try planner.answer(to: problem).schedule)
        #expect(schedule.makespan == Seconds(20))
        #expect(schedule.usage(of: problem.capacities).map(\.used) == [4, 4])
    }

    @Test func `wrong problems are refused with words`() {
        let problem = FleetProblem(
            runs: [FleetRun(name: "r", menu: [MenuEntry(machine: "b", gpus: 1, duration: Seconds(1))])],
            capacities: [MachineCapacity(machine: "a", gpus: 1)], objective: .money)
        let refusal = #expect(throws: FleetError.self) { try planner.answer(to: problem) }
        #expect(refusal?.description == "an entry of r is on b; accepted: one of [\"a\"]")
    }
}
