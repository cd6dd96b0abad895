import Foundation
import Optimization
import Planning
import Reports

/// A sweep whose finished cells are kept in a folder, so that it can be interrupted at any moment.
public struct SweepRun<Question: ReportedQuestion> {
    /// The questions.
    public let sweep: Sweep<Question>
    /// The cells of this run: all, or those of a shard.
    public let cells: [SweepCell]
    /// Points that the journal had, checked and priced anew.
    public let known: [SweepPoint<Question>]
    /// What was left out of the journal and will be answered again, in words.
    public let warnings: [String]
    private let journal: CellJournal

    /// Opens a folder.
    /// - Parameters:
    ///   - sweep: the questions.
    ///   - shard: the part to answer; nil for all.
    ///   - folder: where the journal lies.
    ///   - version: of the tool.
    ///   - arguments: words that asked for the sweep.
    ///   - mode: what to do with a journal that is there.
    /// - Throws: ``OutputError`` when the folder cannot be used, or ``PlanningError`` for the sweep.
    public init(
        sweep: Sweep<Question>, shard: Shard?, folder: URL, version: String, arguments: [String],
        mode: CellJournal.Mode
    ) throws {
        let header = JournalHeader(sweep: sweep, version: version, shard: shard, arguments: arguments)
        let (journal, contents) = try CellJournal.open(folder: folder, header: header, mode: mode)
        self.sweep = sweep
        self.journal = journal
        cells = try shard?.cells(of: sweep) ?? sweep.cells
        var entries = JournalPoints(sweep: sweep, cells: cells)
        try entries.add(contents, place: folder.appendingPathComponent(CellJournal.fileName).relativePath)
        known = entries.points
        warnings = entries.warnings
    }

    /// The cells that are still to be answered.
    public var open: [SweepCell] {
        let done = Set(known.map(\.cell.index))
        return cells.filter { !done.contains($0.index) }
    }

    /// Answers the open cells, each kept in the journal before the next is counted.
    /// - Parameters:
    ///   - threads: groups of cells searched at once.
    ///   - clock: how long it may take; nil begins one with the sweep's time limit. Cells
    ///     that are not settled in time stay open.
    ///   - stored: points of open cells that were answered elsewhere; they are journalled, not searched.
    ///   - progress: told of every finished cell, with the number finished in this run.
    /// - Returns: all points, those known before first.
    /// - Throws: ``OutputError`` when the journal cannot be written, or ``PlanningError``.
    public func finish(
        threads: Int, clock: SearchClock? = nil, stored: [SweepPoint<Question>] = [], progress: (Int) -> Void
    ) async throws -> [SweepPoint<Question>] {
        var points = known
        var left = Set(open.map(\.index))
        for point in stored where left.remove(point.cell.index) != nil {
            try journal.append(point, of: sweep.template)
            points.append(point)
        }
        let open = open.filter { left.contains($0.index) }
        guard !open.isEmpty else { return points }
        let clock = clock ?? sweep.startClock()
        for try await point in sweep.stream(open, threads: threads, clock: clock) {
            if !isCutOff(point, clock) { try journal.append(point, of: sweep.template) }
            points.append(point)
            progress(points.count - known.count)
        }
        try journal.synchronize()
        return points
    }

    /// Whether the time may have ended before the point was settled.
    private func isCutOff(_ point: SweepPoint<Question>, _ clock: SearchClock) -> Bool {
        !point.isReached || (!point.certificate.isOptimal && clock.isOver)
    }
}
