import Foundation

/// Plain threads, run side by side to their end.
enum OwnThreads {
    static func run(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for place in 0..<count {
            group.enter()
            let thread = Thread {
                body(place)
                group.leave()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        group.wait()
    }
}
