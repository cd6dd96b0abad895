import Foundation

/// The most memory that this program has held.
enum PeakMemory {
    /// MB (2^20 bytes) of this program alone.
    ///
    /// On Linux `getrusage` carries over what the program held that started
    /// this one, however much that was: the kernel's mark of the memory itself begins at the start of the program.
    static var megabytes: Int {
        #if os(Linux)
            let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
            let mark = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            guard
                let kilobytes = mark?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({
                    Int($0)
                })
            else { preconditionFailure("/proc/self/status has no VmHWM") }
            return kilobytes / 1024
        #else
            var usage = rusage()
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss / 1024 / 1024
        #endif
    }
}
