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
    ///   - name: of the file.
    ///   - text: its contents, written as UTF-8.
    /// - Throws: ``OutputError`` when it cannot be written.
    public func write(_ name: String, _ text: String) throws(OutputError) {
        let file = folder.appendingPathComponent(name)
        // Under one name, so that what a killed run leaves behind is taken away by the next.
        let partial = folder.appendingPathComponent(name + ".partial")
        do { try Data(text.utf8).write(to: partial) } catch {
            throw OutputError("\(file.relativePath) cannot be written: \(error.localizedDescription)")
        }
        guard rename(partial.path, file.path) == 0 else {
            throw OutputError("\(file.relativePath) cannot be replaced; is there a folder of that name?")
        }
    }
}
