import Foundation
import Quantities

/// The three standard streams, which whoever starts the program may have closed.
package enum StandardStreams {
    /// Puts something in the place of closed ones, so that no file that is opened later takes their numbers.
    ///
    /// What stands in for input cannot be read and what stands in for output cannot be written, so that both
    /// are noticed as what they are; errors vanish.
    package static func complete() {
        for (descriptor, mode) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
        ]
        where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            // The lowest free number is given out: the one that was found closed.
            _ = open("/dev/null", mode)
        }
    }
}

/// Lines on standard error; where it is closed or full they vanish, and the exit status alone speaks.
enum StandardError {
    /// Writes a message as one line: what a terminal would obey is escaped, what is very long cut.
    static func write(_ line: String) { raw(Shown.line(line) + "\n") }

    /// Writes text as it is.
    static func raw(_ text: String) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            start += count
        }
    }
}
