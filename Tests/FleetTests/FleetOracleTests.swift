import GLPKSolver
import Optimization
import Planning
import Quantities
import Testing

@Suite struct FleetOracleTests {
    @Test(arguments: FleetObjective.allCases)
    func `runs that start together equal brute force`(objective: FleetObjective) throws {
        var feasible = 0
        for seed in 0..<150 {
            let problem = RandomFleets.small(
                seed: UInt64(seed), objective: objective, starts: .together, runs: 4)
            if try compare(problem, seed: seed) { feasible += 1 }
        }
        #expect(feasible > 40 && feasible < 150)
    }

    @Test(arguments: FleetObjective.allCases)
    func `runs on a grid of whole seconds equal brute force`(objective: FleetObjective) throws {
        var feasible = 0
        for seed in 0..<80 {
            let problem = RandomFleets.small(
                seed: UInt64(300 + seed), objective: objective,
                starts: .slots(length: Seconds(1), count: 10), runs: 3)
            if try compare(problem, seed: seed) { feasible += 1 }
        }
        #expect(feasible > 30 && feasible < 80)
    }

    @Test(arguments: FleetObjective.allCases)
    func `a coarse grid gives real schedules and bounds for every start time`(
        objective: FleetObjective
    ) throws {
        for seed in 0..<60 {
            var problem = RandomFleets.small(
                seed: UInt64(900 + seed), objective: objective,
                starts: .slots(length: Seconds(1), count: 12), runs: 3)
            let truth = ExhaustiveFleet(problem: problem).best()
            problem.starts = .slots(length: Seconds(2), count: 6)
            let answer = try FleetPlanner(solver: GLPKSolver()).answer(to: problem)
            guard let truth else {
                #expect(answer.schedule == nil, "seed \(seed)")
                continue
            }
            if case .infeasible = answer.verdict { Issue.record("seed \(seed): a schedule exists") }
            guard let schedule = answer.schedule else { continue }
            let sense: ObjectiveSense = objective == .weightedUtilization ? .maximize : .minimize
            #expect(schedule.keeps(problem), "seed \(seed)")
            #expect(!sense.isBetter(schedule.value(of: objective), than: truth), "seed \(seed)")
            let bound = try #require(answer.certificate.bound)
            #expect(
                !sense.isBetter(truth, than: bound + sense.sign * -1e-9), "seed \(seed): \(bound) \(truth)")
            if answer.certificate.completion == .optimal {
                #expect((schedule.value(of: objective) - truth).magnitude < 1e-9, "seed \(seed)")
            }
        }
    }

    @Test(arguments: [StartRule.together, .slots(length: Seconds(1), count: 10)])
    func `the smallest changes are brute force's`(starts: StartRule) throws {
        var infeasible = 0
        for seed in 0..<150 {
            let problem = RandomFleets.small(
                seed: UInt64(2000 + seed), objective: .money, starts: starts, runs: 3)
            let answer = try FleetPlanner(solver: GLPKSolver()).answer(to: problem)
            guard case .infeasible(let shortfall) = answer.verdict else { continue }
            infeasible += 1
            let judge = ExhaustiveFleet(problem: problem)
            #expect(judge.best() == nil, "seed \(seed)")
            let added = shortfall.moreGPUs.map { $0.reduce(0) { $0 + $1.gpus } }
            #expect(added == judge.leastAdded(), "seed \(seed)")
            let delay = shortfall.laterDeadlines.map {
                $0.reduce(0) { $0 + ($1.needed - $1.deadline).value }
            }
            #expect(delay == judge.leastDelay(), "seed \(seed)")
            #expect(shortfall.isLeast)
            try carryOut(shortfall, on: problem)
        }
        #expect(infeasible > 15)
    }

    /// With either change made, there is a schedule.
    private func carryOut(_ shortfall: FleetShortfall, on problem: FleetProblem) throws {
        let planner = FleetPlanner(solver: GLPKSolver())
        if let later = shortfall.laterDeadlines {
            var changed = problem
            changed.runs = problem.runs.map { run in
                let needed = later.first { $0.name == run.name }?.needed ?? run.deadline
                return FleetRun(name: run.name, menu: run.menu, deadline: needed, weight: run.weight)
            }
            let answer = try planner.answer(to: changed)
            #expect(answer.schedule != nil)
        }
        if let more = shortfall.moreGPUs {
            var changed = problem
            changed.capacities = problem.capacities.map { capacity in
                let added = more.first { $0.machine == capacity.machine }?.gpus ?? 0
                return MachineCapacity(machine: capacity.machine, gpus: capacity.gpus + added)
            }
            let answer = try planner.answer(to: changed)
            #expect(answer.schedule != nil)
        }
    }

    /// Compares with brute force; returns whether there is a schedule.
    private func compare(_ problem: FleetProblem, seed: Int) throws -> Bool {
        let truth = ExhaustiveFleet(problem: problem).best()
        let answer = try FleetPlanner(solver: GLPKSolver()).answer(to: problem)
        guard let truth else {
            guard case .infeasible = answer.verdict else {
                Issue.record("seed \(seed): infeasible, but \(answer.verdict)")
                return false
            }
            return false
        }
        let schedule = try #require(answer.schedule, "seed \(seed)")
        #expect(schedule.keeps(problem), "seed \(seed)")
        let value = schedule.value(of: problem.objective)
        #expect((value - truth).magnitude <= 1e-9 * max(1, truth), "seed \(seed): \(value), \(truth)")
        #expect(answer.certificate.completion == .optimal, "seed \(seed): \(answer.certificate)")
        let sense: ObjectiveSense = problem.objective == .weightedUtilization ? .maximize : .minimize
        let bound = try #require(answer.certificate.bound)
        #expect(!sense.isBetter(truth, than: bound - sense.sign * 1e-12), "seed \(seed)")
        return true
    }
}
