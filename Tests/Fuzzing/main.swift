import Foundation

// Tries inputs on everything that takes them from outside:
//
//   meshwright-fuzz CORPUS [--target NAME] [--inputs N] [--seed S] [--seconds S] [--keep FOLDER]
//
// Replays the seeds of each target, then N changed ones. Prints a line a target; status 1 where an input took
// longer than S seconds, was answered with anything but an answer or one line, or took more than 2 GB. An input
// that ends the program is in FOLDER/current.

/// The value of an option of this program.
func value(_ name: String) -> String? {
    let words = CommandLine.arguments
    guard let place = words.firstIndex(of: name), place + 1 < words.count else { return nil }
    return words[place + 1]
}

guard CommandLine.arguments.count > 1 else {
    print("give the folder of seeds")
    exit(2)
}
// Commands may write: into a folder of their own, with a copy of the files that they may be given.
let corpus = URL(fileURLWithPath: CommandLine.arguments[1]).standardizedFileURL
let keep = URL(fileURLWithPath: value("--keep") ?? FileManager.default.temporaryDirectory.path)
    .standardizedFileURL
let folder = keep.appendingPathComponent("fuzz-\(ProcessInfo.processInfo.processIdentifier)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
for name in try FileManager.default.contentsOfDirectory(atPath: corpus.appendingPathComponent("files").path) {
    try FileManager.default.copyItem(
        at: corpus.appendingPathComponent("files/\(name)"), to: folder.appendingPathComponent(name))
}
_ = FileManager.default.changeCurrentDirectoryPath(folder.path)

let report = FileHandle(fileDescriptor: dup(STDOUT_FILENO))
let commands = try await CommandTarget()
// Answers and messages go nowhere, input is empty.
for (descriptor, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_WRONLY), (STDERR_FILENO, O_WRONLY)] {
    if descriptor == STDERR_FILENO, value("--errors") != nil { continue }
    dup2(open("/dev/null", mode), descriptor)
}

let chosen = value("--target")
let limit = Double(value("--seconds") ?? "") ?? 10
var isClean = true
let targets = ParserTargets.all + StateTargets.all + [commands.target]
for target in targets.filter({ chosen == nil || $0.name == chosen }) {
    let campaign = Campaign(
        target: target, corpus: corpus, inputs: Int(value("--inputs") ?? "") ?? 0,
        seed: UInt64(value("--seed") ?? "") ?? 1, limit: .seconds(limit),
        current: keep.appendingPathComponent("current"), report: report)
    let summary = try await campaign.run()
    let megabytes = PeakMemory.megabytes
    let slowest =
        Double(summary.slowest.components.attoseconds) / 1e18 + Double(summary.slowest.components.seconds)
    let line =
        "\(target.name): \(summary.inputs) inputs, \(summary.accepted) accepted, \(summary.refused) refused, "
        + "slowest \(Int(slowest * 1000)) ms, \(megabytes) MB, \(summary.faults.count) faults\n"
        + summary.faults.prefix(5).map { "  \($0)\n" }.joined()
    report.write(Data(line.utf8))
    if !summary.faults.isEmpty || megabytes > 2000 { isClean = false }
}
try? FileManager.default.removeItem(at: folder)
exit(isClean ? 0 : 1)
