import Meshwright

// How fast can 16,384 H100s train 1e26 FLOP, and how should the run be laid out?
let machine = try Catalogue.machine("h100-sxm")
let question = PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 16384, flop: 1e26))
let answer = try Planner(question).answer()
guard let best = answer.best else { throw PlanningError(answer.infeasibility.joined()) }
print("\(Readable.time(best.total)) at \(Readable.percent(best.utilization)) of peak")
print("TP \(best.plan.tensor) x PP \(best.plan.pipeline) x DP \(best.plan.data), M \(best.plan.microbatches)")
print("optimal: \(answer.certificate.isOptimal), \(answer.certificate.account.evaluated) plans priced")
