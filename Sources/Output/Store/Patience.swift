import Foundation
import GRDB
import Synchronization

/// How long a store waits for another program that holds its file: ten seconds, for opening all in all, and for
/// each reading and writing after that.
final class Patience: Sendable {
    /// Seconds to wait.
    static let most = Duration.seconds(10)
    /// Between two tries.
    private static let pause = Duration.milliseconds(50)
    /// When opening is to end; nil once the store is open.
    private let end = Mutex<ContinuousClock.Instant?>(nil)

    /// Pauses, and says whether to try again to get a lock.
    /// - Parameter tries: made so far for the same lock.
    /// - Returns: false once it is time to give up.
    func waits(after tries: Int) -> Bool {
        let isOver = end.withLock { end in end.map { ContinuousClock.now >= $0 } }
        let isLast = isOver ?? (Self.pause * tries >= Self.most)
        if isLast { return false }
        Thread.sleep(forTimeInterval: Self.pause / .seconds(1))
        return true
    }

    /// Opens a store, which may take several locks; turning on the write-ahead log does not wait by itself.
    /// - Parameter body: opens it.
    /// - Returns: its result.
    /// - Throws: what it throws, where it fails for another reason than a lock or is still locked at the end.
    func opening<Value>(_ body: () throws -> Value) throws -> Value {
        let last = ContinuousClock.now + Self.most
        end.withLock { $0 = last }
        defer { end.withLock { $0 = nil } }
        while true {
            do { return try body() } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED
            {
                guard ContinuousClock.now < last else { throw error }
                Thread.sleep(forTimeInterval: Self.pause / .seconds(1))
            }
        }
    }
}
