import ArgumentParser
import Foundation
import Optimization
import Output
import Planning
import Quantities
import Reports
import ScalingModel

extension FrontierCommand {
    /// Answers a sweep, or a shard of it, into the folder of `--output`.
    func fill<Question: KeptQuestion>(
        _ sweep: Sweep<Question>, _ drawn: UncertaintyRequest?, threads: Int, _ clock: SearchClock
    ) async throws {
        guard let output = batch.output else { return }
        let shard = try batch.part()
        let folder = BatchOptions.folder(output)
        let run = try checkingInput {
            try SweepRun(
                sweep: sweep, shard: shard, folder: folder, version: MeshwrightCommand.version,
                arguments: Self.words(), mode: batch.resume ? .resume : .fresh)
        }
        for warning in run.warnings { StandardError.write("meshwright: \(warning)") }
        let open = run.cells.count - run.known.count
        let progress = CellProgress(total: open)
        let points: [SweepPoint<Question>]
        let kept = try store.open()
        let stored = try checkingInput { try kept?.points(of: sweep, cells: run.open) } ?? []
        do {
            points = try await run.finish(threads: threads, clock: clock, stored: stored) {
                progress.finished($0)
            }
        } catch { throw InputError("\(error)") }
        if clock.isOver, points.contains(where: { !$0.certificate.isOptimal }) {
            StandardError.write("meshwright: the time limit left cells open; --resume goes on with them")
        }
        let old = Set((run.known + stored).map(\.cell.index))
        try checkingInput { try kept?.keep(points.filter { !old.contains($0.cell.index) }, of: sweep) }
        say("\(points.count) cells, \(run.known.count) of them from the journal, in \(output)")
        if let shard, shard.count > 1 {
            progress.finish()
            try checkingInput { _ = try AnswerFiles(folder: folder).write(timings: points) }
            say(
                "shard \(shard) is finished; join all parts with meshwright frontier --merge ... --output ..."
            )
            return
        }
        let frontier = try frontier(sweep, points, progress, clock, kept: kept)
        try write(frontier, spread(frontier, drawn, threads: threads, clock), points, to: folder)
    }

    /// Joins the folders of `--merge` into that of `--output`.
    func merge() throws {
        guard let output = batch.output else { return }
        let folder = BatchOptions.folder(output)
        let merge = try checkingInput { try ShardMerge(folders: batch.merge.map(BatchOptions.folder)) }
        let asked = try Self.command(merge.arguments)
        if asked.workload.isTransformer {
            try join(merge, try asked.transformerSweep(), asked, to: folder)
        } else {
            try join(merge, try asked.sweep(), asked, to: folder)
        }
    }

    private func join(
        _ merge: ShardMerge, _ sweep: Sweep<some KeptQuestion>, _ asked: FrontierCommand, to folder: URL
    ) throws {
        // Shards leave the drawn machines to the one that joins them.
        let drawn = try (uncertainty.uncertain.isEmpty ? asked.uncertainty : uncertainty)
            .request(sweep.template)
        let (points, warnings) = try checkingInput {
            try merge.points(of: sweep, version: MeshwrightCommand.version)
        }
        for warning in warnings { StandardError.write("meshwright: \(warning)") }
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw InputError("--output \(folder.relativePath): the folder cannot be made")
        }
        say("\(points.count) cells from \(batch.merge.count) folders, in \(folder.relativePath)")
        let clock = sweep.startClock()
        let frontier = try frontier(sweep, points, CellProgress(total: points.count), clock)
        try write(frontier, spread(frontier, drawn, threads: try lanes(), clock), points, to: folder)
    }

    private func write<Question: KeptQuestion>(
        _ frontier: SweepFrontier<Question>, _ uncertainty: FrontierUncertainty?,
        _ points: [SweepPoint<Question>], to folder: URL
    ) throws {
        let names = try checkingInput {
            try AnswerFiles(folder: folder).write(
                frontier, uncertainty: uncertainty, points: points, version: MeshwrightCommand.version)
        }
        say("written: \(names.joined(separator: ", "))")
        if frontier.landmarks != nil, format == nil {
            print(FrontierReport(frontier, version: MeshwrightCommand.version).landmarkText)
            if let uncertainty {
                let report = FrontierUncertaintyReport(uncertainty, sweep: frontier.sweep)
                print(([report.headline] + report.landmarks).joined(separator: "\n"))
            }
        }
        try report(frontier, uncertainty, format: format)
    }

    /// A line about what was done; none where a table or a document goes to stdout.
    private func say(_ line: String) {
        if format == nil { print(line) }
    }

    /// The words after `frontier` on the command line.
    private static func words() -> [String] {
        guard let start = CommandLine.arguments.firstIndex(of: "frontier") else { return [] }
        return Array(CommandLine.arguments[(start + 1)...])
    }

    private static func command(_ words: [String]) throws -> FrontierCommand {
        do { return try FrontierCommand.parse(words) } catch {
            throw InputError(
                "the journals were begun with words that cannot be read: "
                    + Shown.line(words.joined(separator: " ")))
        }
    }
}
