import Foundation
import Meshwright
import Output

// An answer kept between runs, and a folder of files about it, as a program of one's own would have them.
let folder = FileManager.default.temporaryDirectory.appendingPathComponent("answers-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

let machine = try Catalogue.machine("h100-sxm")
let question = PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1024, flop: 1e25))
let store = try ResultStore(path: folder.appendingPathComponent("answers.db").path, version: "1")
print("kept before: \(try store.answer(to: question) != nil)")
try store.keep(try Planner(question).answer())
guard let kept = try store.answer(to: question) else { throw PlanningError("the answer was not kept") }
print("kept after: \(kept.best.map { Readable.time($0.total) } ?? "no plan")")

let files = PlanFiles(try OutputFolder(making: folder.appendingPathComponent("plan")))
print(try files.write(kept, version: "1").joined(separator: "\n"))
