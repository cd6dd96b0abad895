import ArgumentParser
import Foundation
import Optimization
import Output
import Planning
import ScalingModel

/// Where answers are kept between runs.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "SQLite file of proved answers: a question that is in it is not searched again.")
    var store: String?

    func open() throws -> ResultStore? {
        guard let store else { return nil }
        return try checkingInput { try ResultStore(path: store, version: MeshwrightCommand.version) }
    }

    /// The kept answer, or the one that a search gives, which is then kept.
    static func answer<Question: KeptQuestion>(
        _ question: Question, from store: ResultStore?, search: () throws -> Question.Answer
    ) throws -> Question.Answer where Question.Answer.Question.Answer == Question.Answer {
        guard let store else { return try search() }
        if let kept = try checkingInput({ try store.answer(to: question) }) { return kept }
        let answer = try search()
        // An answer is worth more than its being kept.
        do { try store.keep(answer) } catch { StandardError.write("meshwright: warning: \(error)") }
        return answer
    }

    /// The points of a sweep: those that a store has, and the others searched and kept.
    /// - Parameters:
    ///   - sweep: the questions.
    ///   - kept: the store; nil for none.
    ///   - threads: cells answered at once.
    ///   - clock: how long all of it may take.
    /// - Returns: the points in no order, and the progress that is still shown.
    /// - Throws: `InputError` where the store cannot be used or a question cannot be asked.
    static func points<Question: KeptQuestion>(
        of sweep: Sweep<Question>, from kept: ResultStore?,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, clock: SearchClock
    ) async throws -> (points: [SweepPoint<Question>], progress: CellProgress) {
        var found = try checkingInput { try kept?.points(of: sweep, cells: sweep.cells) } ?? []
        let known = Set(found.map(\.cell.index))
        let open = sweep.cells.filter { !known.contains($0.index) }
        let progress = CellProgress(total: open.count)
        do {
            for try await point in sweep.stream(open, threads: threads, clock: clock) {
                found.append(point)
                progress.finished(found.count - known.count)
            }
        } catch { throw InputError("\(error)") }
        try checkingInput { try kept?.keep(found.filter { !known.contains($0.cell.index) }, of: sweep) }
        return (found, progress)
    }
}
