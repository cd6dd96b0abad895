#if canImport(Glibc)
    // The C library's streams are variables, though nobody changes them.
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    @preconcurrency import Darwin
#endif

/// What was printed.
package enum StandardOutput {
    /// Brings everything printed to its end, which a full disk or a closed stream may prevent.
    /// - Parameter status: of the program if nothing is lost.
    /// - Returns: the status; that of an internal error, with a line on stderr, if anything was lost.
    package static func closed(after status: Int32) -> Int32 {
        var failure: Int32?
        if fflush(stdout) != 0 { failure = errno }
        let isBroken = ferror(stdout) != 0
        // A file system may tell only now.
        if fclose(stdout) != 0, failure == nil { failure = errno }
        guard failure != nil || isBroken else { return status }
        let reason = failure.map { String(cString: strerror($0)) } ?? "a part of it was lost"
        StandardError.write("meshwright: standard output cannot be written: \(reason)")
        return ExitStatus.internalError.rawValue
    }
}
