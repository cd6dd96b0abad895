import GLPKSolver
import Optimization
import Planning
import Quantities
import TestSupport
import Testing

/// A run whose least time is known for every size: steps that never rise, and not below a least work.
struct KnownRun {
    let name: String
    let deadline: Seconds
    let weight: Double
    /// Least time by number of GPUs less one; infinite where nothing fits.
    let times: [Double]
    let work: Double

    init(_ place: Int, capacity: Int, generator: inout SplitMix64) {
        name = "r\(place)"
        work = Double.random(in: 50...400, using: &generator)
        weight = generator.whole(in: 1...3)
        let first = Int.random(in: 1...max(1, capacity / 6), using: &generator)
        var times: [Double] = []
        var time = Double.infinity
        for gpus in 1...capacity {
            let share = Double.random(in: 1...1.6, using: &generator)
            if gpus >= first, gpus == first || Int.random(in: 0..<3, using: &generator) == 0 {
                time = min(time, work / Double(gpus) * share)
            }
            times.append(time)
        }
        self.times = times
        let hasDeadline = Int.random(in: 0..<2, using: &generator) == 0
        deadline = Seconds(
            hasDeadline ? times[capacity / 2] * Double.random(in: 1...1.5, using: &generator) : .infinity)
    }

    func entry(_ gpus: Int) -> MenuEntry? {
        let time = times[gpus - 1]
        guard time.isFinite else { return nil }
        // The fewest GPUs that are as fast.
        let least = (times.firstIndex { $0 == time } ?? gpus - 1) + 1
        return MenuEntry(
            machine: "m", gpus: least, duration: Seconds(time),
            money: Dollars(Double(least) * time / 3600 * 2),
            utilization: 0.7 * work / (Double(least) * time), label: "on \(least)")
    }

    func fastest(_ gpus: Int) -> FastestEntry {
        let entry = entry(gpus)
        return FastestEntry(entry: entry, floor: entry?.duration ?? Seconds(.infinity))
    }

    func curve(_ capacity: Int) -> MenuCurve {
        MenuCurve(
            machine: "m", capacity: capacity, leastWork: work, usefulWork: 0.7 * work,
            pricePerHour: Dollars(2))
    }
}

@Suite struct MenuCurveTests {
    private func runs(_ seed: UInt64, capacity: Int) -> [KnownRun] {
        var generator = SplitMix64(seed: seed)
        return (0..<Int.random(in: 1...3, using: &generator)).map {
            KnownRun($0, capacity: capacity, generator: &generator)
        }
    }

    /// The answer when every size is on the menu.
    private func truth(
        _ runs: [KnownRun], capacity: Int, objective: FleetObjective
    ) throws -> FleetAnswer {
        let problem = FleetProblem(
            runs: runs.map { run in
                FleetRun(
                    name: run.name, menu: (1...capacity).compactMap(run.entry), deadline: run.deadline,
                    weight: run.weight)
            }, capacities: [MachineCapacity(machine: "m", gpus: capacity)], objective: objective)
        return try FleetPlanner(solver: GLPKSolver()).answer(to: problem)
    }

    @Test(
        "Asked for the sizes that matter, the answer is that of all sizes on the menu",
        arguments: FleetObjective.allCases)
    func oracle(objective: FleetObjective) throws {
        let capacity = 48
        var (found, asked) = (0, 0)
        for seed in 0..<40 {
            let known = runs(UInt64(seed), capacity: capacity)
            let truth = try truth(known, capacity: capacity, objective: objective)
            var curved = known.map { run in
                var curve = run.curve(capacity)
                curve.note(run.fastest(capacity), at: capacity)
                return CurvedRun(
                    name: run.name, deadline: run.deadline, weight: run.weight, curves: [curve])
            }
            let answer = try FleetRefinement(FleetPlanner(solver: GLPKSolver())).answer(
                &curved, capacities: [MachineCapacity(machine: "m", gpus: capacity)], objective: objective
            ) { run, _, gpus, _ in
                asked += 1
                return known[run].fastest(gpus)
            }
            guard let best = truth.schedule else {
                #expect(answer.schedule == nil, "seed \(seed)")
                continue
            }
            found += 1
            let value = try #require(answer.schedule, "seed \(seed)").value(of: objective)
            #expect(relativeError(value, best.value(of: objective)) < 1e-5, "seed \(seed)")
            #expect((answer.gap?.relative ?? 1) < 1e-5, "seed \(seed): \(answer.certificate)")
        }
        #expect(found > 15)
        #expect(asked < 40 * 3 * capacity / 2, "half of all sizes were asked: \(asked)")
    }

    @Test(
        "However few sizes are asked, the bound holds for all of them", arguments: FleetObjective.allCases)
    func bounds(objective: FleetObjective) throws {
        let capacity = 48
        var checked = 0
        for seed in 100..<140 {
            let known = runs(UInt64(seed), capacity: capacity)
            guard
                let best = try truth(known, capacity: capacity, objective: objective).schedule?
                    .value(of: objective)
            else { continue }
            for sizes in [[48], [48, 7], [48, 24, 12, 6, 3]] {
                var curved = known.map { run in
                    var curve = run.curve(capacity)
                    for size in sizes { curve.note(run.fastest(size), at: size) }
                    return CurvedRun(
                        name: run.name, deadline: run.deadline, weight: run.weight, curves: [curve])
                }
                // Told nothing new: every further size is as little known as before.
                let answer = try FleetRefinement(FleetPlanner(solver: GLPKSolver())).answer(
                    &curved, capacities: [MachineCapacity(machine: "m", gpus: capacity)],
                    objective: objective
                ) { _, _, _, _ in FastestEntry(entry: nil, floor: .zero) }
                let sense: ObjectiveSense = objective == .weightedUtilization ? .maximize : .minimize
                let bound = try #require(answer.certificate.bound, "seed \(seed)")
                #expect(
                    !sense.isBetter(best, than: bound + sense.sign * -1e-6 * abs(bound)),
                    "seed \(seed): \(bound), \(best)")
                if let schedule = answer.schedule {
                    #expect(!sense.isBetter(schedule.value(of: objective), than: best + sense.sign * -1e-9))
                }
                checked += 1
            }
        }
        #expect(checked > 40)
    }

    @Test("Gaps lie between sizes asked, and none lies below what is proved not to run")
    func gaps() {
        let entry = MenuEntry(machine: "m", gpus: 20, duration: Seconds(10))
        var curve = MenuCurve(machine: "m", capacity: 64, leastWork: 150, usefulWork: 100)
        #expect(curve.gaps.map { [$0.least, $0.most] } == [[1, 64]])
        curve.note(FastestEntry(entry: entry, floor: Seconds(10)), at: 32)
        // 20 to 32 take 10 s; fewer take longer, more take no longer.
        #expect(curve.gaps.map { [$0.least, $0.most] } == [[1, 19], [33, 64]])
        curve.note(FastestEntry(entry: nil, floor: Seconds(.infinity)), at: 8)
        #expect(curve.gaps.map { [$0.least, $0.most] } == [[9, 19], [33, 64]])
        // A search that was cut off proves only its floor, so its own size is still open.
        curve.note(FastestEntry(entry: entry, floor: Seconds(4)), at: 64)
        #expect(curve.gaps.map { [$0.least, $0.most] } == [[9, 19], [33, 64]])
        #expect(curve.gaps.map(\.middle) == [13, 46])
        #expect(curve.menu == [entry])
    }
}
