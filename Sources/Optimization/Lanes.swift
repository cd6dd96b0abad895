import Dispatch
import Synchronization

/// Work on many items by several threads.
package enum Lanes {
    /// Computes several results at once; blocks until all are there.
    ///
    /// Items are begun in their order, each by the first thread that is free.
    /// - Parameters:
    ///   - items: what to work on.
    ///   - threads: how many at once, at least 1; they change no result.
    ///   - body: works on one item.
    /// - Returns: results in the order of the items.
    package static func map<Item: Sendable, Value: Sendable>(
        _ items: [Item], threads: Int, _ body: @Sendable (Item) -> Value
    ) -> [Value] {
        let lanes = max(1, min(threads, items.count))
        let next = Atomic(0)
        return Array(unsafeUninitializedCapacity: items.count) { results, count in
            // Every place is written by one lane alone, so that no lock is needed.
            nonisolated(unsafe) let places = results
            DispatchQueue.concurrentPerform(iterations: lanes) { _ in
                while true {
                    let index = next.add(1, ordering: .relaxed).oldValue
                    guard index < items.count else { return }
                    places.initializeElement(at: index, to: body(items[index]))
                }
            }
            count = items.count
        }
    }
}
