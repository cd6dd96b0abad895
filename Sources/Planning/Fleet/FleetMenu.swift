public import Files
import Foundation
public import Optimization
import Quantities
public import ScalingModel
public import Training

/// Answers a fleet request: each run's menu is its own frontier of accelerators and time.
///
/// The fastest plan of the data-movement model is found for a falling series of cluster sizes on each kind of
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

    /// Most cluster sizes that may be asked for at first.
    public static let mostEntries = 100_000

    /// Looks up the machines.
    /// - Parameters:
    ///   - request: from a fleet file.
    ///   - entries: cluster sizes tried at first for each run and kind of machine, 1 to ``mostEntries``.
    /// - Throws: ``ScenarioError`` when a machine is not known.
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
    }

    /// The name under which the plan of a run's menu entry is kept.
    /// - Parameters:
    ///   - run: name of the run.
    ///   - entry: an entry of its menu.
    /// - Returns: the same text for the same machine and number of accelerators.
    public static func key(run: String, entry: MenuEntry) -> String {
        "\(run) on \(entry.gpus) \(entry.machine)"
    }

    /// The fleet's answer with what a report needs.
    public struct Outcome: Sendable {
        /// The answer; its bound holds for clusters of every size.
        public let answer: FleetAnswer
        /// The problem with the entries found.
        public let problem: FleetProblem
        /// The plan of each entry under its ``FleetMenu/key(run:entry:)``.
        public let plans: [String: PricedPlan]
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
        var runs = try request.runs.map { run in try curved(run) }
        // Ids of sizes from coarse to fine, so that menus are even wherever time ends.
        let limit = planner.options.timeLimit
        for step in Self.strides(entries) {
            for index in step {
                for run in runs.indices {
                    for kind in machines.indices {
                        let size = size(index, of: capacities[kind].gpus)
                        if runs[run].curves[kind].isAsked(size) { continue }
                        let left = limit.map { max(.milliseconds(1), $0 / 2 - (.now - begun)) }
                        if index > 0, let left, left <= .milliseconds(1) { continue }
                        let found = try fastest(run, kind, size, left: left, plans: plans)
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
        var plans: [String: PricedPlan] = [:]
    }

    private func question(_ run: Int, _ kind: Int, gpus: Int, left: Duration?) -> PlanningQuestion {
        let asked = request.runs[run]
        var question = PlanningQuestion(
            machine: machines[kind], given: .gpusAndFlop(gpus: gpus, flop: asked.flop),
            laws: WorkloadLaws(sparsity: asked.sparse ? .sparse : .dense))
        question.reasons = .brief
        if let left { question.timeLimit = Seconds(max(1e-3, left / .seconds(1))) }
        return question
    }

    /// A run with bounds and nothing asked.
    private func curved(_ run: FleetRequest.Run) throws(PlanningError) -> CurvedRun {
        var curves: [MenuCurve] = []
        for kind in machines.indices {
            let machine = machines[kind]
            let question = PlanningQuestion(
                machine: machine, given: .gpusAndFlop(gpus: 1, flop: run.flop),
                laws: WorkloadLaws(sparsity: run.sparse ? .sparse : .dense))
            let flop = try Planner(question).run(flop: run.flop).flop
            let useful = flop / machine.compute.peak.value
            curves.append(
                MenuCurve(
                    machine: request.machines[kind].hardware, capacity: request.machines[kind].gpus,
                    // Lowered by more than the rounding of a sum of products.
                    leastWork: useful / machine.compute.sustainedFraction * (1 - 1e-9), usefulWork: useful,
                    pricePerHour: Dollars(prices[kind].dollarsPerHour ?? 0)))
        }
        return CurvedRun(name: run.name, deadline: run.deadline, weight: run.weight, curves: curves)
    }

    /// The fastest plan of a run on at most so many accelerators.
    private func fastest(
        _ run: Int, _ kind: Int, _ gpus: Int, left: Duration?, plans: PlanBook
    ) throws(PlanningError) -> FastestEntry {
        let answer = try Planner(question(run, kind, gpus: gpus, left: left)).answer()
        var floor = answer.certificate.account.open == 0 ? Double.infinity : 0
        if case .leastSeconds(let seconds) = answer.certificate.bound { floor = seconds }
        guard let best = answer.best else { return FastestEntry(entry: nil, floor: Seconds(floor)) }
        // What the plan leaves idle goes to other runs.
        let plan = best.onLeastCluster
        let entry = MenuEntry(
            machine: request.machines[kind].hardware, gpus: plan.gpusGiven, duration: plan.total,
            money: Dollars(prices[kind].bill(of: plan).dollars ?? 0), utilization: plan.utilization,
            label: Self.layout(plan))
        plans.plans[Self.key(run: request.runs[run].name, entry: entry)] = plan
        return FastestEntry(
            entry: entry, floor: answer.certificate.isOptimal ? plan.total : Seconds(floor))
    }

    private static func layout(_ plan: PricedPlan) -> String {
        let degrees = plan.plan
        return "TP \(degrees.tensor) x PP \(degrees.pipeline) x EP \(degrees.expert) x DP \(degrees.data)"
    }

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
