import Meshwright

// The fewest H100s that train each amount of compute in three months, as CSV. Points arrive as they are
// finished, so they are sorted before they are printed.
let machine = try Catalogue.machine("h100-sxm")
let sweep = try FrontierSweep(
    template: PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1, flop: 1e24)),
    points: .compute(from: 1e24, to: 1e30, count: 7), time: .months(3))
var points: [FrontierPoint] = []
for try await point in sweep.stream() { points.append(point) }
print("flop,gpus,utilization,binding")
for point in points.sorted(by: { $0.cell.index < $1.cell.index }) {
    guard let plan = point.plan else { continue }
    print("\(plan.run.flop),\(plan.gpus),\(Readable.significant(plan.utilization)),\(plan.binding)")
}
