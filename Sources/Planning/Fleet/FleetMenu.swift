public import Files
import Foundation
import Optimization
import Quantities
import ScalingModel
public import Training

/// Answers a fleet request: each run's menu is its own frontier of accelerators and time.
///
/// The fastest plan of each run by its cost model is found for a falling series of cluster sizes on each kind of
/// machine, from all of it down to a thousandth, and then for the sizes between them that matter: see
/// ``FleetRefinement``.
public struct FleetMenu: Sendable {
    /// What is asked.
    public let request: FleetRequest
    /// The machines of the request, in its order.
    public let machines: [Accelerator]
    /// Prices of the machines, in the order of the request.
    public let prices: [RunPrices]
    /// Cluster sizes tried at first for each run and kind of machine.
    public let entries: Int
    /// What was taken where the file does not say it.
    public var notes: [String] { questions.flatMap(\.notes) }
    private let questions: [FleetQuestions]

    /// Most cluster sizes that may be asked for at first.
    public static let mostEntries = 100_000

    /// Looks up the machines and the models.
    /// - Parameters:
    ///   - request: from a fleet file.
    ///   - entries: cluster sizes tried at first for each run and kind of machine, 1 to ``mostEntries``.
    /// - Throws: ``ScenarioError`` when a machine or a model is not known, or what is said of a model cannot be used.
    public init(request: FleetRequest, entries: Int = 30) throws(ScenarioError) {
        self.request = request
        self.entries = min(max(1, entries), Self.mostEntries)
        var machines: [Accelerator] = []
        for entry in request.machines {
            var machine = try HardwareLookup.entry(entry.hardware).machine
            machine.name = entry.hardware
            machines.append(machine)
        }
        self.machines = machines
        prices = zip(request.machines, machines).map { entry, machine in
            RunPrices(machine: machine, rent: entry.pricePerHour?.value, years: 4, idlePower: 1)
        }
        var questions: [FleetQuestions] = []
        for run in request.runs { questions.append(try FleetQuestions(run, machines: machines)) }
        self.questions = questions
    }

    /// The name under which the plan of a run's menu entry is kept.
    /// - Parameters:
    ///   - run: name of the run.
    ///   - entry: an entry of its menu.
    /// - Returns: the same text for the same machine, number of accelerators, plan and time; searches that were cut
    ///   off may find several plans on as many accelerators.
    public static func key(run: String, entry: MenuEntry) -> String {
        "\(run) on \(entry.gpus) \(entry.machine), \(entry.label), \(entry.duration.value) s"
    }

    /// A plan of a run, with the question that it answers.
    public struct FleetPlan: Sendable {
        /// Of the run's cost model, about the entry's machine.
        public let question: any SweepQuestion
        /// Of that question, on the smallest cluster that holds it.
        public let plan: any PricedRun
    }

    /// The fleet's answer with what a report needs.
    public struct Outcome: Sendable {
        /// The answer; its bound holds for clusters of every size.
        public let answer: FleetAnswer
        /// The problem with the entries found.
        public let problem: FleetProblem
        /// The plan of each entry under its ``FleetMenu/key(run:entry:)``.
        public let plans: [String: FleetPlan]
        /// Prices of each kind of machine.
        public let prices: [String: RunPrices]
    }

    /// Finds menus and the best schedule.
    /// - Parameters:
    ///   - objective: what is best.
    ///   - starts: when runs may start.
    ///   - planner: shares the fleet; its limit of time is for everything, of which the first sizes take at most
    ///     half.
    /// - Returns: the answer.
    /// - Throws: ``PlanningError`` when a run's numbers cannot be used or it fits no machine, `FleetError` when the
    ///   problem is wrong or the solver fails.
    public func answer(
        objective: FleetObjective, starts: StartRule = .together, planner: FleetPlanner
    ) throws -> Outcome {
        let begun = ContinuousClock.now
        let capacities = request.machines.map { MachineCapacity(machine: $0.hardware, gpus: $0.gpus) }
        if objective == .money, let place = prices.firstIndex(where: { $0.dollarsPerHour == nil }) {
            throw PlanningError(
                "no price of \(machines[place].name) is known; give price_per_hour in the fleet file")
        }
        let plans = PlanBook()
        var runs = try request.runs.indices.map { run in try curved(run) }
        // Places of sizes from coarse to fine, so that menus are even wherever time ends.
        let limit = planner.options.timeLimit
        for step in Self.strides(entries) {
            for index in step {
                // Each has an equal share of the time that is left, so that no run is without a plan for another.
                var open = runs.count * machines.count
                for run in runs.indices {
                    for kind in machines.indices {
                        let size = size(index, of: capacities[kind].gpus)
                        let left = limit.map { $0 / 2 - (.now - begun) }
                        if let left, left <= .zero { continue }
                        let share = open
                        open -= 1
                        if runs[run].curves[kind].isKnown(size) { continue }
                        let found = try fastest(
                            run, kind, size, left: left.map { $0 / share }, plans: plans)
                        runs[run].curves[kind].note(found, at: size)
                    }
                }
            }
        }
        for (run, asked) in zip(runs, request.runs)
        where run.curves.allSatisfy({ $0.menu.isEmpty && $0.gaps.isEmpty }) {
            throw PlanningError(
                "\(asked.name): no plan fits into the memory of any machine of the fleet; give it more GPUs or "
                    + "less compute")
        }
        let refinement = FleetRefinement(planner)
        var failure: (any Error)?
        let answer = try refinement.answer(
            &runs, capacities: capacities, objective: objective, starts: starts, begun: begun
        ) { run, kind, size, left in
            do { return try fastest(run, kind, size, left: left, plans: plans) } catch {
                failure = error
                return FastestEntry(entry: nil, floor: .zero)
            }
        }
        if let failure { throw failure }
        let problem = FleetProblem(
            runs: runs.map(\.found), capacities: capacities, objective: objective, starts: starts)
        return Outcome(
            answer: answer, problem: problem, plans: plans.plans,
            prices: Dictionary(
                zip(capacities.map(\.machine), prices), uniquingKeysWith: { first, _ in first }))
    }

    // MARK: One run

    /// Plans by key, filled while sizes are asked.
    private final class PlanBook {
        var plans: [String: FleetPlan] = [:]
    }

    /// A run with bounds and nothing asked.
    private func curved(_ place: Int) throws(PlanningError) -> CurvedRun {
        let run = request.runs[place]
        var curves: [MenuCurve] = []
        for (kind, entry) in request.machines.enumerated() {
            let question = questions[place].byMachine[kind]
            do {
                let cell = SweepCell(index: 0, gpus: entry.gpus, flop: questions[place].flop, width: nil)
                try question.at(cell, time: Self.anyTime).checkNumbers()
                let work = try question.work(flop: questions[place].flop)
                curves.append(
                    MenuCurve(
                        machine: entry.hardware, capacity: entry.gpus, leastWork: work.least,
                        usefulWork: work.useful, pricePerHour: Dollars(prices[kind].dollarsPerHour ?? 0)))
            } catch { throw PlanningError("\(run.name) on \(entry.hardware): \(error)") }
        }
        return CurvedRun(name: run.name, deadline: run.deadline, weight: run.weight, curves: curves)
    }

    /// Longer than any run: where accelerators are given the time is not looked at.
    private static let anyTime = Seconds(1e30)

    /// The fastest plan of a run on at most so many accelerators.
    private func fastest(
        _ run: Int, _ kind: Int, _ gpus: Int, left: Duration?, plans: PlanBook
    ) throws(PlanningError) -> FastestEntry {
        let cell = SweepCell(index: 0, gpus: gpus, flop: questions[run].flop, width: nil)
        return try fastest(
            questions[run].byMachine[kind].at(cell, time: Self.anyTime), run, kind, left: left, plans: plans)
    }

    private func fastest<Question: SweepQuestion>(
        _ asked: Question, _ run: Int, _ kind: Int, left: Duration?, plans: PlanBook
    ) throws(PlanningError) -> FastestEntry {
        var question = asked
        if let left { question.timeLimit = Seconds(max(1e-3, left / .seconds(1))) }
        let answer = try question.answered()
        var floor = answer.certificate.account.open == 0 ? Double.infinity : 0
        if case .leastSeconds(let seconds) = answer.certificate.bound { floor = seconds }
        guard let best = answer.plan else { return FastestEntry(entry: nil, floor: Seconds(floor)) }
        // What the plan leaves idle goes to other runs.
        let plan = best.onLeastCluster
        let degrees = plan.parallelism.map { "\(Self.abbreviations[$0.name] ?? $0.name) \($0.degree)" }
            .joined(separator: " x ")
        let entry = MenuEntry(
            machine: request.machines[kind].hardware, gpus: plan.gpusGiven, duration: plan.total,
            money: Dollars(prices[kind].bill(of: plan).dollars ?? 0), utilization: plan.utilization,
            label: questions[run].model.map { "\($0), \(degrees)" } ?? degrees)
        plans.plans[Self.key(run: request.runs[run].name, entry: entry)] = FleetPlan(
            question: asked, plan: plan)
        return FastestEntry(
            entry: entry, floor: answer.certificate.isOptimal ? plan.total : Seconds(floor))
    }

    private static let abbreviations = [
        "tensor": "TP", "context": "CP", "pipeline": "PP", "expert": "EP", "data": "DP",
    ]

    // MARK: Sizes

    /// The cluster and ever smaller shares of it, down to a thousandth.
    private func size(_ index: Int, of gpus: Int) -> Int {
        let share = entries > 1 ? pow(1000, -Double(index) / Double(entries - 1)) : 1
        return min(gpus, max(1, Int((Double(gpus) * share).rounded())))
    }

    /// The numbers below a count, each once: the first, then multiples of ever smaller powers of two.
    private static func strides(_ count: Int) -> [[Int]] {
        var step = 1
        while step < count { step *= 2 }
        var all = [[0]]
        while step >= 1 {
            let odd = stride(from: step, to: count, by: 2 * step)
            all.append(Array(odd))
            step /= 2
        }
        return all
    }
}
