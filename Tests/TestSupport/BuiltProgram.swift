import Foundation

/// A program of this package, as built for the tests, run in a process of its own.
public struct BuiltProgram: Sendable {
    let executable: URL

    /// Where the program lies.
    public var path: String { executable.path }

    /// What a run printed and returned.
    public struct Outcome: Sendable {
        /// Exit status; negative if a signal ended the program.
        public let status: Int32
        /// Standard output.
        public let output: String
        /// Standard error.
        public let errors: String
    }

    /// Takes a program of the machine.
    /// - Parameter executable: where it lies.
    public init(executable: URL) { self.executable = executable }

    /// Finds a program beside the test bundle.
    /// - Parameter name: of the executable product.
    public init(_ name: String) {
        // The test runner lies in the build folder, or in a bundle inside it.
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var found = folder
        for _ in 0..<6 {
            folder.deleteLastPathComponent()
            found = folder.appendingPathComponent(name)
            if FileManager.default.isExecutableFile(atPath: found.path) { break }
        }
        executable = found
    }

    /// Runs the program to its end.
    /// - Parameters:
    ///   - arguments: words after the program's name.
    ///   - input: standard input.
    /// - Returns: what it printed and its status.
    /// - Throws: when it cannot be started.
    public func run(_ arguments: [String], input: String = "") throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // Files instead of pipes: no reader can fall behind.
        let streams = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
        try Data(input.utf8).write(to: streams[0])
        for stream in streams[1...] { try Data().write(to: stream) }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: streams[0])
        process.standardOutput = try FileHandle(forWritingTo: streams[1])
        process.standardError = try FileHandle(forWritingTo: streams[2])
        try process.run()
        process.waitUntilExit()
        let status =
            process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
        return Outcome(
            status: status, output: try String(contentsOf: streams[1], encoding: .utf8),
            errors: try String(contentsOf: streams[2], encoding: .utf8))
    }
}
