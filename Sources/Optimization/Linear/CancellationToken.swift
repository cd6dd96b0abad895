import Synchronization

/// A flag to stop a solve from any thread.
public final class CancellationToken: Sendable {
    private let flag = Atomic(false)
    private let parent: CancellationToken?

    /// Makes a token that is not cancelled.
    /// - Parameter parent: a token whose cancellation counts as this one's too.
    public init(parent: CancellationToken? = nil) {
        self.parent = parent
    }

    /// Whether this token or its parent was cancelled.
    public var isCancelled: Bool {
        flag.load(ordering: .relaxed) || parent?.isCancelled == true
    }

    /// Asks every solve with this token to stop soon; cannot be undone.
    public func cancel() {
        flag.store(true, ordering: .relaxed)
    }
}
