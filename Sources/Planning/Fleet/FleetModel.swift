import Optimization
import Quantities

/// The mixed-integer model of a fleet: one binary a column.
///
///     such that  every run takes one column
///                on every machine, in every slot: sum of the GPUs of the columns that hold it <= capacity
///
/// Capacity rows are divided by the greatest common divisor of their GPUs, the capacity rounded down, which
/// loses no schedule and brings the relaxation nearer. Rows that nothing can break are left out.
struct FleetModel {
    /// What is minimised or maximised.
    enum Aim {
        /// Nothing: any schedule will do.
        case feasibility
        /// Least money.
        case money
        /// Greatest weighted utilization.
        case utilization
        /// Least sum of delays behind the deadlines.
        case lateness
        /// Fewest GPUs added to the fleet.
        case moreGPUs
    }

    private(set) var model: MixedIntegerModel
    private let variables: [(column: FleetColumn, variable: Variable)]
    /// GPUs to add, by machine; empty unless that is the aim.
    private var added: [(machine: String, variable: Variable)] = []

    init(_ columns: [[FleetColumn]], menus: [[MenuEntry]], problem: FleetProblem, aim: Aim) {
        var model = MixedIntegerModel(name: "fleet")
        var variables: [(column: FleetColumn, variable: Variable)] = []
        for (run, choices) in columns.enumerated() {
            let group = model.addOneHot("run\(run)", count: max(choices.count, 1))
            variables.append(contentsOf: zip(choices, group.variables).map { ($0, $1) })
        }
        func entry(_ column: FleetColumn) -> MenuEntry { menus[column.run][column.entry] }
        for (kind, capacity) in problem.capacities.enumerated() {
            let users = variables.filter { entry($0.column).machine == capacity.machine }
            var extra: Variable?
            if aim == .moreGPUs, let most = users.map({ entry($0.column).gpus }).max() {
                let upper = Double(most) * Double(columns.count)
                let variable = model.addInteger("added\(kind)", lower: 0, upper: upper)
                added.append((capacity.machine, variable))
                extra = variable
            }
            var slots: [Int: [Term]] = [:]
            var most: [Int: [Int: Int]] = [:]
            for (column, variable) in users {
                let gpus = entry(column).gpus
                for slot in column.held {
                    slots[slot, default: []].append(Term(variable, coefficient: Double(gpus)))
                    most[slot, default: [:]][column.run, default: 0] = max(
                        gpus, most[slot]?[column.run] ?? 0)
                }
            }
            for (slot, terms) in slots.sorted(by: { $0.key < $1.key }) {
                let atMost = most[slot]?.values.reduce(0, +) ?? 0
                guard atMost > capacity.gpus else { continue }
                var row = LinearExpression(terms: terms)
                var limit = Double(capacity.gpus)
                if let extra {
                    row += -extra
                } else {
                    let divisor = Double(terms.reduce(0) { Self.divisor($0, Int($1.coefficient)) })
                    row = (1 / divisor) * row
                    row.terms = row.terms.map { Term($0.variable, coefficient: $0.coefficient.rounded()) }
                    limit = (limit / divisor).rounded(.down)
                }
                model.addRow("capacity\(kind)_\(slot)", row <= limit)
            }
        }
        let runs = problem.runs
        switch aim {
        case .feasibility: break
        case .money:
            model.setObjective(
                .minimize,
                LinearExpression(
                    terms: variables.map { Term($0.variable, coefficient: entry($0.column).money.value) }))
        case .utilization:
            let weights = runs.reduce(0) { $0 + $1.weight }
            model.setObjective(
                .maximize,
                LinearExpression(
                    terms: variables.map {
                        let share = weights > 0 ? runs[$0.column.run].weight / weights : 0
                        return Term($0.variable, coefficient: share * entry($0.column).utilization)
                    }))
        case .lateness:
            // In units of the longest delay, so that seconds and months are alike to the solver.
            let delays = variables.map { max(0, $0.column.end - runs[$0.column.run].deadline.value) }
            let unit = max(delays.max() ?? 0, .leastNormalMagnitude)
            model.setObjective(
                .minimize,
                LinearExpression(
                    terms: zip(variables, delays).map { Term($0.variable, coefficient: $1 / unit) }))
        case .moreGPUs:
            model.setObjective(.minimize, LinearExpression(sumOf: added.map(\.variable)))
        }
        self.model = model
        self.variables = variables
    }

    /// The columns of a solution, by run.
    func columns(of solution: Solution) -> [FleetColumn] {
        variables.filter { solution[$0.variable] == 1 }.map(\.column)
    }

    /// GPUs that a solution adds, kinds without any left out.
    func added(in solution: Solution) -> [MachineCapacity] {
        added.map { MachineCapacity(machine: $0.machine, gpus: Int(solution[$0.variable])) }
            .filter { $0.gpus > 0 }
    }

    private static func divisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return max(left, 1)
    }
}
