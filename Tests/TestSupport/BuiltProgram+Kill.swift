import Foundation

extension BuiltProgram {
    /// Runs the program and kills it with SIGKILL, which it can neither see nor refuse.
    /// - Parameters:
    ///   - arguments: words after the program's name.
    ///   - seconds: time until it is killed.
    /// - Returns: whether it was still running then.
    /// - Throws: when it cannot be started.
    public func kill(_ arguments: [String], after seconds: Double) throws -> Bool {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        Thread.sleep(forTimeInterval: seconds)
        let wasRunning = process.isRunning
        if wasRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        return wasRunning && process.terminationReason == .uncaughtSignal
    }
}

/// A new empty folder that is removed with the value.
public final class TemporaryFolder {
    /// Where it is.
    public let url: URL

    /// Makes the folder.
    /// - Throws: when it cannot be made.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// A path inside it.
    /// - Parameter name: of a file or folder.
    /// - Returns: the absolute path.
    public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// The bytes of every file of a folder inside it but those named.
    /// - Parameters:
    ///   - name: of the folder.
    ///   - others: names of files to leave out.
    /// - Returns: contents by file name.
    /// - Throws: when a file cannot be read.
    public func files(in name: String, except others: Set<String> = []) throws -> [String: Data] {
        let folder = url.appendingPathComponent(name)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try Dictionary(
            uniqueKeysWithValues: names.filter { !others.contains($0) }.map {
                ($0, try Data(contentsOf: folder.appendingPathComponent($0)))
            })
    }
}
