import GLPKSolver
import Planning
import Quantities
import Testing

/// The example of docs/fleet.md.
@Suite struct FleetExampleTests {
    private func problem(deadline: Double, starts: StartRule) -> FleetProblem {
        func entry(_ machine: String, _ gpus: Int, days: Double, _ utilization: Double) -> MenuEntry {
            let rate = machine == "h100" ? 2.0 : 4.0
            return MenuEntry(
                machine: machine, gpus: gpus, duration: Seconds(days * 86_400),
                money: Dollars(rate * Double(gpus) * days * 24), utilization: utilization,
                label: "\(gpus) x \(machine)")
        }
        let day = 86_400.0
        return FleetProblem(
            runs: [
                FleetRun(
                    name: "pretraining",
                    menu: [
                        entry("h100", 1024, days: 52, 0.42), entry("h100", 2048, days: 28, 0.39),
                        entry("b200", 1024, days: 24, 0.41),
                    ], deadline: Seconds(60 * day), weight: 3),
                FleetRun(
                    name: "distillation",
                    menu: [
                        entry("h100", 512, days: 20, 0.40), entry("h100", 1024, days: 11, 0.36),
                        entry("b200", 512, days: 9, 0.38),
                    ], deadline: Seconds(30 * day)),
                FleetRun(
                    name: "ablation",
                    menu: [
                        entry("h100", 256, days: 16, 0.44), entry("h100", 512, days: 9, 0.41),
                        entry("b200", 256, days: 8, 0.42),
                    ], deadline: Seconds(deadline * day)),
            ],
            capacities: [
                MachineCapacity(machine: "h100", gpus: 1280), MachineCapacity(machine: "b200", gpus: 512),
            ],
            objective: .money, starts: starts)
    }

    @Test func `together and waiting`() throws {
        for starts in [StartRule.together, .slots(length: Seconds(86_400), count: 60)] {
            let problem = problem(deadline: 30, starts: starts)
            let answer = try FleetPlanner(solver: GLPKSolver()).answer(to: problem)
            let schedule = try #require(answer.schedule)
            print(schedule.table(capacities: problem.capacities))
            print(answer.certificate)
            #expect(answer.certificate.completion == .optimal)
        }
    }

    @Test func `a deadline too early`() throws {
        var problem = problem(deadline: 7, starts: .together)
        var answer = try FleetPlanner(solver: GLPKSolver()).answer(to: problem)
        if case .infeasible(let shortfall) = answer.verdict { print(shortfall) }
        #expect(answer.schedule == nil)
        problem = self.problem(deadline: 8, starts: .together)
        problem.capacities = [
            MachineCapacity(machine: "h100", gpus: 1024), MachineCapacity(machine: "b200", gpus: 512),
        ]
        answer = try FleetPlanner(solver: GLPKSolver()).answer(to: problem)
        if case .infeasible(let shortfall) = answer.verdict { print(shortfall) }
        #expect(answer.schedule == nil)
    }
}
