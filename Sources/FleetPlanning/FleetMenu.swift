import Fleet
import Foundation
import Hardware
import Quantities
import Scenario
import Search
import Workload

/// Turns a fleet request into a problem: each run's menu is its own frontier of accelerators and time.
///
/// The fastest plan of the data-movement model is found for a falling series of cluster sizes on each kind of
/// machine: all of it, then ever less by a constant factor. The fleet's answer is the best for these menus;
/// other numbers of accelerators are not looked at.
public struct FleetMenu: Sendable {
    /// What is asked.
    public let request: FleetRequest
    /// The machines of the request, in its order.
    public let machines: [Accelerator]
    /// Cluster sizes tried for each run and kind of machine.
    public let entries: Int

    /// Looks up the machines.
    /// - Parameters:
    ///   - request: from a fleet file.
    ///   - entries: cluster sizes tried for each run and kind of machine, at least 1.
    /// - Throws: ``ScenarioError`` when a machine is not known.
    public init(request: FleetRequest, entries: Int = 30) throws(ScenarioError) {
        self.request = request
        self.entries = max(1, entries)
        var machines: [Accelerator] = []
        for entry in request.machines {
            var machine = try HardwareLookup.entry(entry.hardware).machine
            machine.name = entry.hardware
            machines.append(machine)
        }
        self.machines = machines
    }

    /// The name under which the plan of a run's menu entry is kept.
    /// - Parameters:
    ///   - run: name of the run.
    ///   - entry: an entry of its menu.
    /// - Returns: the same text for the same machine and number of accelerators.
    public static func key(run: String, entry: MenuEntry) -> String {
        "\(run) on \(entry.gpus) \(entry.machine)"
    }

    private static func layout(_ plan: PricedPlan) -> String {
        let degrees = plan.plan
        return "TP \(degrees.tensor) x PP \(degrees.pipeline) x EP \(degrees.expert) x DP \(degrees.data)"
    }

    /// Solves every run's menu.
    /// - Returns: runs for the fleet planner, and the plan of each menu entry under its ``key(run:entry:)``.
    /// - Throws: ``PlanningError`` when a run's numbers cannot be used.
    public func runs() throws(PlanningError) -> (runs: [FleetRun], plans: [String: PricedPlan]) {
        var runs: [FleetRun] = []
        var plans: [String: PricedPlan] = [:]
        for run in request.runs {
            var menu: [MenuEntry] = []
            for (kind, machine) in machines.enumerated() {
                for gpus in sizes(upTo: request.machines[kind].gpus) {
                    let question = PlanningQuestion(
                        machine: machine, given: .gpusAndFlop(gpus: gpus, flop: run.flop),
                        laws: WorkloadLaws(sparsity: run.sparse ? .sparse : .dense))
                    guard let found = try Planner(question).answer().best else { continue }
                    // What the plan leaves idle goes to other runs.
                    let plan = PricedPlan(
                        run: found.run, plan: found.plan, model: found.model, binding: found.binding)
                    let hours = plan.total.value / 3600 * Double(plan.gpusGiven)
                    let entry = MenuEntry(
                        machine: request.machines[kind].hardware, gpus: plan.gpusGiven, duration: plan.total,
                        money: request.machines[kind].pricePerHour * hours,
                        utilization: plan.utilizationOfGiven, label: Self.layout(plan))
                    guard plans.updateValue(plan, forKey: Self.key(run: run.name, entry: entry)) == nil else {
                        continue
                    }
                    menu.append(entry)
                }
            }
            guard !menu.isEmpty else {
                throw PlanningError(
                    "\(run.name): no plan fits into the memory of any machine of the fleet; give it more GPUs or "
                        + "less compute")
            }
            runs.append(FleetRun(name: run.name, menu: menu, deadline: run.deadline, weight: run.weight))
        }
        return (runs, plans)
    }

    /// The cluster and ever smaller shares of it, down to a thousandth, without repeats.
    private func sizes(upTo gpus: Int) -> [Int] {
        let factor = pow(1000, -1 / Double(max(1, entries - 1)))
        var sizes: [Int] = []
        for index in 0..<entries {
            let size = max(1, Int((Double(gpus) * pow(factor, Double(index))).rounded()))
            if sizes.last != size { sizes.append(size) }
        }
        return sizes
    }
}
