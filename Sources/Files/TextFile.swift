import Foundation
import Quantities

/// Reading whole text files.
///
/// What is read is bounded, and what is no regular file is refused, so that nothing that is named can hang the
/// program or fill its memory. Standard input alone may be a pipe.
public enum TextFile {
    /// What a file holds, which decides how large it may be.
    public enum Kind: Sendable {
        /// A hardware, model or fleet file, a `config.json`, a plan, an argument list.
        case document
        /// A table.
        case table

        /// Most bytes: a thousand times the largest files known.
        public var mostBytes: Int {
            switch self {
            case .document: 4 << 20
            case .table: 64 << 20
            }
        }
    }

    /// The text of a file, or of standard input for `-`.
    /// - Parameters:
    ///   - path: file path.
    ///   - kind: what it holds.
    /// - Returns: the text, without control characters other than tabs and line ends.
    /// - Throws: ``ScenarioError`` when the file is missing, no regular file, too large, or no text.
    public static func read(_ path: String, _ kind: Kind = .document) throws(ScenarioError) -> String {
        let bytes =
            path == "-" ? try standardInput(kind.mostBytes) : try file(path, kind.mostBytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ScenarioError(place: path, reason: "is not UTF-8 text")
        }
        if let control = Shown.firstControl(in: text) {
            throw ScenarioError(
                place: path, line: control.line,
                reason: "holds the character \(control.escaped); only text, tabs and line ends are read")
        }
        return text
    }

    private static func standardInput(_ most: Int) throws(ScenarioError) -> [UInt8] {
        guard let bytes = try contents(of: 0, most, place: "standard input") else {
            throw ScenarioError(
                place: "standard input",
                reason: "cannot be read; is it closed? Pipe the text in, or name a file"
            )
        }
        return bytes
    }

    private static func file(_ path: String, _ most: Int) throws(ScenarioError) -> [UInt8] {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw ScenarioError(place: "the file name", reason: "is empty or holds a NUL; name a file")
        }
        // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason =
                switch errno {
                case ENOENT, ENOTDIR, ENAMETOOLONG: "there is no such file"
                case EACCES, EPERM: "may not be read by this user"
                default: "cannot be read as a file"
                }
            throw ScenarioError(place: path, reason: reason)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ScenarioError(
                place: path, reason: "cannot be read: it is no regular file; pipes are read as -")
        }
        guard let bytes = try contents(of: descriptor, most, place: path) else {
            throw ScenarioError(place: path, reason: "cannot be read as a file")
        }
        return bytes
    }

    /// All bytes of an open file; nil where it cannot be read.
    private static func contents(
        of descriptor: Int32, _ most: Int, place: String
    ) throws(ScenarioError) -> [UInt8]? {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= most else {
                throw ScenarioError(
                    place: place, reason: "is longer than the \(most >> 20) MiB that are read of such a file")
            }
            bytes += part[..<count]
        }
    }
}

extension TextFile {
    /// The line in which a text stops being JSON.
    /// - Parameter text: any.
    /// - Returns: counted from 1; nil where it is well-formed, or nothing tells.
    public static func faultyLine(ofJSON text: String) -> Int? {
        do { _ = try FlatDocument(text: text, place: "") } catch { return error.line }
        return nil
    }
}
