import Foundation
import Synchronization

/// A line on stderr about work that takes over two seconds; none when stderr is not a terminal.
final class Progress: Sendable {
    private let start = ContinuousClock().now
    private let state: Mutex<State>
    private let isShown = isatty(STDERR_FILENO) == 1

    private struct State {
        var text: String
        var isFinished = false
        var isVisible = false
    }

    /// Starts watching.
    init(_ text: String) {
        state = Mutex(State(text: text))
        guard isShown else { return }
        Thread.detachNewThread { [self] in
            while tick() { Thread.sleep(forTimeInterval: 0.5) }
        }
    }

    /// Replaces the text.
    func update(_ text: String) { state.withLock { $0.text = text } }

    /// Seconds since the start.
    var seconds: Double {
        let elapsed = start.duration(to: ContinuousClock().now)
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }

    /// Removes the line.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            if state.isVisible { StandardError.raw("\r\u{1B}[K") }
        }
    }

    /// Does the work that is watched; a failure that is no fault of the input ends the program.
    /// - Parameter work: what takes long.
    /// - Returns: its result.
    /// - Throws: `InputError` from the work; ``Stop`` with the status of an internal error for any other.
    func watching<Result>(_ work: () throws -> Result) throws -> Result {
        do { return try work() } catch let error as InputError { throw error } catch {
            finish()
            StandardError.write("meshwright: \(error)")
            throw Stop(status: .internalError)
        }
    }

    private func tick() -> Bool {
        state.withLock { state in
            guard !state.isFinished else { return false }
            guard seconds > 2 else { return true }
            state.isVisible = true
            StandardError.raw("\r\u{1B}[K\(state.text), \(Int(seconds)) s")
            return true
        }
    }
}
