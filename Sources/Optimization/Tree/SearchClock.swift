import Quantities

/// When work must end, shared by everything that one command does: searches, the tables they build first, and
/// what is asked of an answer afterwards.
public struct SearchClock: Sendable {
    private let end: ContinuousClock.Instant?

    /// Longest limit that is kept, seconds; a longer one (31 years) is none.
    private static let longest = 1e9

    /// A clock that never ends.
    public static let unlimited = SearchClock(limit: Seconds(.infinity))

    /// Starts a clock.
    /// - Parameter limit: from now, seconds; infinite for none.
    public init(limit: Seconds) {
        end =
            limit.value <= Self.longest
            ? ContinuousClock.now + .seconds(max(0, limit.value)) : nil
    }

    /// Starts a clock.
    /// - Parameter limit: from now; nil for none.
    public init(limit: Duration?) {
        self.init(limit: limit.map { Seconds($0 / .seconds(1)) } ?? Seconds(.infinity))
    }

    /// Whether the time is up.
    public var isOver: Bool { end.map { ContinuousClock.now >= $0 } ?? false }

    /// What is left; nil without a limit.
    public var left: Duration? { end.map { max(.zero, $0 - ContinuousClock.now) } }

    /// What is left, at least 0 s; infinite without a limit.
    public var secondsLeft: Seconds { left.map { Seconds($0 / .seconds(1)) } ?? Seconds(.infinity) }
}
