import GLPKSolver
import Optimization
import Planning
import Quantities
import Testing

@Suite(.serialized) struct LargeFleetTests {
    @Test(.timeLimit(.minutes(5)), arguments: [1, 2, 3])
    func `20 runs of 30 entries reach a gap of a thousandth`(kinds: Int) throws {
        for objective in FleetObjective.allCases {
            for seed in 0..<4 {
                let problem = RandomFleets.training(
                    seed: UInt64(seed), runs: 20, entries: 30, kinds: kinds, capacity: 24_000,
                    objective: objective)
                var options = SolveOptions()
                options.relativeGap = 1e-3
                options.timeLimit = .seconds(20)
                let answer = try FleetPlanner(solver: GLPKSolver(), options: options).answer(to: problem)
                print("20 x 30, \(kinds) kinds, seed \(seed):", Self.line(answer))
                guard let schedule = answer.schedule else {
                    if case .infeasible(let shortfall) = answer.verdict { print(shortfall) }
                    continue
                }
                #expect(schedule.keeps(problem))
                if answer.certificate.completion == .optimal {
                    #expect(try #require(answer.gap).relative <= 1e-5)
                }
            }
        }
    }

    @Test(
        .timeLimit(.minutes(5)), arguments: FleetObjective.allCases,
        [RandomFleets.Deadlines.middling, .none])
    func `20 runs of 30 entries, none dominated, on tight fleets reach a gap of a thousandth`(
        objective: FleetObjective, deadlines: RandomFleets.Deadlines
    ) throws {
        for kinds in 1...3 {
            for seed in 0..<4 {
                let problem = RandomFleets.frontiers(
                    seed: UInt64(seed), runs: 20, entries: 30, kinds: kinds, objective: objective,
                    deadlines: deadlines)
                #expect(problem.runs.allSatisfy { $0.undominatedMenu.count == 30 })
                var options = SolveOptions()
                options.relativeGap = 1e-3
                options.timeLimit = .seconds(10)
                let answer = try FleetPlanner(solver: GLPKSolver(), options: options).answer(to: problem)
                print("20 x 30 tight, \(deadlines), \(kinds) kinds, seed \(seed):", Self.line(answer))
                let schedule = try #require(answer.schedule)
                #expect(schedule.keeps(problem))
                if case .stopped = answer.certificate.completion { continue }
                #expect(try #require(answer.gap).relative <= 1e-3)
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: FleetObjective.allCases)
    func `8 runs that may wait for each other`(objective: FleetObjective) throws {
        var problem = RandomFleets.training(
            seed: 3, runs: 8, entries: 12, kinds: 2, capacity: 2_000, objective: objective)
        let longest = problem.runs.map(\.deadline.value).filter(\.isFinite).max() ?? 1
        problem.starts = .slots(length: Seconds(longest / 24), count: 24)
        var options = SolveOptions()
        options.relativeGap = 1e-3
        options.timeLimit = .seconds(10)
        let answer = try FleetPlanner(solver: GLPKSolver(), options: options).answer(to: problem)
        print("8 x 12 on 24 slots, \(objective):", Self.line(answer))
        if let schedule = answer.schedule {
            #expect(schedule.keeps(problem))
        }
    }

    static func line(_ answer: FleetAnswer) -> String {
        let certificate = answer.certificate
        let value = answer.schedule.map { "\($0.value(of: answer.objective))" } ?? "none"
        return "\(answer.objective) \(value), bound \(certificate.bound ?? .nan), "
            + "gap \(answer.gap?.relative ?? .nan), \(certificate.columns) columns, "
            + "\(certificate.models) models, \(certificate.nodes) nodes, \(certificate.completion), "
            + "\(certificate.elapsed)"
    }
}
