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

    /// A menu entry's plan, to be shown when the fleet has chosen it.
    public struct Option: Sendable {
        /// Label of the entry.
        public let label: String
        /// The plan.
        public let plan: PricedPlan
    }

    /// Solves every run's menu.
    /// - Returns: runs for the fleet planner, and the plans behind the labels.
    /// - Throws: ``PlanningError`` when a run's numbers cannot be used.
    public func runs() throws(PlanningError) -> (runs: [FleetRun], plans: [String: PricedPlan]) {
        var runs: [FleetRun] = []
        var plans: [String: PricedPlan] = [:]
        for (number, run) in request.runs.enumerated() {
            var menu: [MenuEntry] = []
            for (kind, machine) in machines.enumerated() {
                for gpus in sizes(upTo: request.machines[kind].gpus) {
                    let question = PlanningQuestion(
                        machine: machine, given: .gpusAndFlop(gpus: gpus, flop: run.flop),
                        laws: WorkloadLaws(sparsity: run.sparse ? .sparse : .dense))
                    guard let plan = try Planner(question).answer().best else { continue }
                    let label = "\(number).\(kind).\(gpus)"
                    plans[label] = plan
                    let hours = plan.total.value / 3600 * Double(gpus)
                    menu.append(
                        MenuEntry(
                            machine: request.machines[kind].hardware, gpus: gpus, duration: plan.total,
                            money: request.machines[kind].pricePerHour * hours,
                            utilization: plan.utilizationOfGiven, label: label))
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
