import Search
import Scenario
import CostModel
import Workload
import Quantities
import Foundation
let clock = ContinuousClock()
let args = CommandLine.arguments
let machine = try HardwareCatalogue.entry(args[2]).machine
if args[1] == "front" {
    let preset: SpacePreset = args[3] == "full" ? .full : .published
    let sparse = args.count > 4 && args[4] == "sparse"
    let t0 = clock.now
    for width in PublishedWidths.all {
        let t1 = clock.now
        let laws = WorkloadLaws(sparsity: sparse ? .sparse : .dense, fixedWidth: width)
        let shape = try laws.shape(width: width)
        let q = PlanningQuestion(machine: machine, given: .flopAndTime(flop: laws.lawFlop(of: shape), time: Calendar.month * 3), laws: laws, preset: preset)
        let a = try Planner(q).answer()
        guard let b = a.best else { print(width, "none", a.infeasibility, t1.duration(to: clock.now)); break }
        print(width, b.gpus, b.utilization, b.total.value / Calendar.month.value, b.plan.tensorModel, b.plan.tensorFeedForward, b.plan.pipeline, b.plan.interleave, b.plan.data, b.plan.expert, b.plan.microbatches, b.binding, a.certificate.account.evaluated, a.certificate.account.expandedNodes, a.certificate.account.spaceSize, a.certificate.account.open, t1.duration(to: clock.now))
        if b.utilization < 0.001 { break }
    }
    print(t0.duration(to: clock.now))
} else {
    let n = Int(args[3])!, c = Double(args[4])!, m = Double(args[5])!
    let sparse = args.count > 6
    let laws = WorkloadLaws(sparsity: sparse ? .sparse : .dense)
    for g: Given in [.gpusAndFlop(gpus: n, flop: c), .flopAndTime(flop: c, time: Calendar.month * m), .gpusAndTime(gpus: n, time: Calendar.month * m)] {
        let t1 = clock.now
        let a = try Planner(PlanningQuestion(machine: machine, given: g, laws: laws)).answer()
        if let b = a.best {
        print(b.run.flop, b.gpus, b.gpusGiven, b.utilization, b.total.value / Calendar.month.value, b.plan, b.binding) } else { print(a.infeasibility) }
        print(a.certificate, a.certificate.account.open, t1.duration(to: clock.now))
    }
}
