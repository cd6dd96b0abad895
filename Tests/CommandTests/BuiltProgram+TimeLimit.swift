import TestSupport
import Testing

extension BuiltProgram {
    /// Expects a command to end with its time limit, with an answer or the word that there is none.
    /// - Parameters:
    ///   - words: the command, without the limit.
    ///   - limit: whole seconds.
    ///   - latest: seconds beyond it that are allowed; one is the promise, the rest is for busy machines.
    ///   - location: where it is expected.
    /// - Throws: when the program cannot be started.
    func expectEnd(
        _ words: [String], limit: Int, latest: Double, at location: SourceLocation = #_sourceLocation
    ) throws {
        let start = ContinuousClock.now
        let outcome = try run(words + ["--time-limit", "\(limit)s"])
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(seconds < Double(limit) + latest, "\(words)", sourceLocation: location)
        #expect(
            outcome.status == 0 || outcome.status == 1, "\(outcome.errors)", sourceLocation: location)
    }
}
