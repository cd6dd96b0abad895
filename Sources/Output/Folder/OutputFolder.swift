import Foundation

/// A folder in which each file appears whole or not at all.
public struct OutputFolder: Sendable {
    private let folder: URL

    /// Names a folder that exists.
    public init(_ folder: URL) { self.folder = folder }

    /// Makes a folder, with those above it, where it is not there.
    /// - Parameter folder: where.
    /// - Throws: ``OutputError`` when it cannot be made.
    public init(making folder: URL) throws(OutputError) {
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw OutputError("--output \(folder.relativePath): the folder cannot be made")
        }
        self.folder = folder
    }

    /// Writes one file.
    /// - Parameters:
    ///   - name: of the file; a name in this folder, not a path.
    ///   - text: its contents, written as UTF-8.
    /// - Throws: ``OutputError`` when it cannot be written.
    public func write(_ name: String, _ text: String) throws(OutputError) {
        // A name may come from a file of someone else's.
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0") else {
            throw OutputError("'\(name)' is no name of a file in \(folder.relativePath); it may hold no /")
        }
        try AtomicFile.write(text, to: folder.appendingPathComponent(name))
    }
}
