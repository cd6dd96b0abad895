import Foundation
import Meshwright

// A machine of one's own, from a file beside this script, and what a ten times faster fabric would change.
let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
let file = folder.appendingPathComponent("cluster.yaml").path
let variants = [("as described", []), ("fast fabric", ["network.fabric.bandwidth_one_way=500GB/s"])]
for (name, overrides) in variants {
    let machine = try Catalogue.machine(file, overrides: overrides)
    let question = PlanningQuestion(
        machine: machine, given: .gpusAndTime(gpus: 72 * 100_000, time: .days(90)))
    guard let best = try Planner(question).answer().best else { continue }
    print("\(name): \(Readable.scientific(best.run.flop)) FLOP in 90 days, \(best.binding) binds")
}
