import Foundation
import Synchronization
import TestSupport

/// Many inputs for one target: its seeds as they are, then changed ones.
struct Campaign {
    let target: FuzzTarget
    /// Folder with one folder of seeds a target.
    let corpus: URL
    /// Changed inputs.
    let inputs: Int
    let seed: UInt64
    /// Longest time for one input.
    let limit: Duration
    /// Where the input at work is kept, for the case that it ends the program.
    let current: URL
    /// Where a hang is reported.
    let report: FileHandle

    /// What came of it.
    struct Summary {
        var inputs = 0
        var accepted = 0
        var refused = 0
        var slowest = Duration.zero
        var faults: [String] = []
    }

    /// Runs it.
    func run() async throws -> Summary {
        let seeds = try Self.seeds(corpus.appendingPathComponent(target.name))
        // What a target makes once belongs to no input: under a sanitizer it can take minutes.
        if let first = seeds.first { _ = try? await target.run(first) }
        let watch = InputWatch(limit: limit * 4, what: "\(target.name), seed \(seed)", report: report)
        defer { watch.end() }
        var summary = Summary()
        for input in seeds { await take(input, into: &summary, watch) }
        var mutator = Mutator(seed: seed, dictionary: target.dictionary)
        var pool = seeds.isEmpty ? [[]] : seeds
        for _ in 0..<inputs {
            guard let parent = mutator.one(of: pool) else { break }
            let input = mutator.mutated(parent, others: seeds)
            let before = summary.accepted
            await take(input, into: &summary, watch)
            // What is still accepted may be changed further.
            guard summary.accepted > before, mutator.chance(oneIn: 4) else { continue }
            if pool.count < 4 * seeds.count + 64 {
                pool.append(input)
            } else {
                pool[seeds.count + mutator.below(pool.count - seeds.count)] = input
            }
        }
        return summary
    }

    private func take(_ input: [UInt8], into summary: inout Summary, _ watch: InputWatch) async {
        try? Data(input).write(to: current)
        let start = ContinuousClock.now
        watch.begin()
        do {
            switch try await target.run(input) {
            case .accepted: summary.accepted += 1
            case .refused: summary.refused += 1
            }
        } catch { summary.faults.append("\(target.name): \(error)") }
        let taken = ContinuousClock.now - start
        summary.inputs += 1
        if taken > limit { fault("took \(taken)", input, &summary) }
        summary.slowest = max(summary.slowest, taken)
        if summary.faults.count > 0, summary.faults.count <= 5 { keep(input, number: summary.faults.count) }
    }

    private func fault(_ words: String, _ input: [UInt8], _ summary: inout Summary) {
        summary.faults.append("\(target.name): an input of \(input.count) bytes \(words)")
    }

    private func keep(_ input: [UInt8], number: Int) {
        let file = current.deletingLastPathComponent().appendingPathComponent(
            "\(target.name)-fault-\(number)")
        guard !FileManager.default.fileExists(atPath: file.path) else { return }
        try? Data(input).write(to: file)
    }

    /// The seeds of a folder, in the order of their names.
    static func seeds(_ folder: URL) throws -> [[UInt8]] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .map { Array(try Data(contentsOf: folder.appendingPathComponent($0))) }
    }
}

/// Ends the program when one input takes far too long.
final class InputWatch: Sendable {
    private let start = Mutex<ContinuousClock.Instant?>(nil)
    private let isOver = Mutex(false)

    init(limit: Duration, what: String, report: FileHandle) {
        Thread.detachNewThread { [self] in
            while !isOver.withLock({ $0 }) {
                Thread.sleep(forTimeInterval: 0.5)
                guard let begun = start.withLock({ $0 }), ContinuousClock.now - begun > limit else {
                    continue
                }
                report.write(Data("hang: \(what)\n".utf8))
                abort()
            }
        }
    }

    func begin() { start.withLock { $0 = ContinuousClock.now } }

    func end() {
        start.withLock { $0 = nil }
        isOver.withLock { $0 = true }
    }
}
