import Foundation

/// A file that appears whole or not at all, and is written where its name says and nowhere else.
///
/// The text goes into `NAME.partial` beside it, under a lock, is brought onto the disk, and takes the name in one
/// step. Links are never followed: one in the place of the partial file is removed, one in the place of the file is
/// replaced, and what they point to stays as it is.
public enum AtomicFile {
    /// Writes a file.
    /// - Parameters:
    ///   - text: its contents, written as UTF-8.
    ///   - file: where.
    /// - Throws: ``OutputError`` when it cannot be written whole; an older file is then still there.
    public static func write(_ text: String, to file: URL) throws(OutputError) {
        let place = file.relativePath
        var status = stat()
        if stat(file.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw OutputError("\(place) cannot be written: it is no regular file; choose another name")
        }
        let partial = file.path + ".partial"
        let descriptor = try openedPartial(partial, place: place)
        guard let failure = filled(descriptor, with: text) ?? renamed(partial, to: file.path) else {
            close(descriptor)
            return
        }
        let reason = String(cString: strerror(failure))
        unlink(partial)
        close(descriptor)
        throw OutputError("\(place) cannot be written: \(reason)")
    }

    /// The partial file, empty and locked, so that two programs do not write into one.
    private static func openedPartial(_ path: String, place: String) throws(OutputError) -> Int32 {
        for _ in 0..<tries {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o666)
            if descriptor < 0 {
                let failure = errno
                // A link; what it points to is not ours.
                if failure == ELOOP, unlink(path) == 0 { continue }
                throw OutputError("\(place) cannot be written: \(String(cString: strerror(failure)))")
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                throw OutputError("\(place) is being written by another program; choose another name")
            }
            var (opened, named) = (stat(), stat())
            let isOurs =
                fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 && opened.st_ino == named.st_ino
                && opened.st_mode & S_IFMT == S_IFREG && opened.st_nlink == 1
            if isOurs { return descriptor }
            // Renamed by its writer in between, or another name of some other file.
            unlink(path)
            close(descriptor)
        }
        throw OutputError("\(place) cannot be written: others keep replacing \(path)")
    }

    /// How often a partial file that is no file of ours is removed.
    private static let tries = 10

    /// Writes a text into an empty file and brings it onto the disk; the error's number, nil for none.
    private static func filled(_ descriptor: Int32, with text: String) -> Int32? {
        guard ftruncate(descriptor, 0) == 0 else { return errno }
        var text = text
        let failure: Int32? = text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var done = 0
            while done < bytes.count {
                let written = Foundation.write(descriptor, start + done, bytes.count - done)
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                done += written
            }
            return nil
        }
        if let failure { return failure }
        return fsync(descriptor) == 0 || errno == EINVAL ? nil : errno
    }

    private static func renamed(_ partial: String, to path: String) -> Int32? {
        rename(partial, path) == 0 ? nil : errno
    }
}
