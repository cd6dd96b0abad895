import Foundation

/// A solver run as a program on an LP file: an opinion from outside.
public struct CommandLineSolver: Sendable {
    /// The program, found on the search path.
    public let path: String

    /// Finds a program; nil, with a printed reason, if it is not installed.
    /// - Parameter name: such as `cbc`.
    public init?(named name: String) {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let paths = folders.map { "\($0)/\(name)" }
        guard let path = paths.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            print("skipped: \(name) is not installed")
            return nil
        }
        self.path = path
    }

    /// Writes the text to a file, runs the program on it and returns what it wrote as its solution.
    /// - Parameters:
    ///   - lpText: the model.
    ///   - arguments: the arguments of the program for an input and an output path.
    /// - Returns: the solution file, empty if none was written.
    /// - Throws: what the file system or the start of the program throws.
    public func solutionText(
        of lpText: String, arguments: (_ input: String, _ output: String) -> [String]
    ) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appendingPathComponent("model.lp")
        let output = folder.appendingPathComponent("solution.txt")
        try lpText.write(to: input, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments(input.path, output.path)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (try? String(contentsOf: output, encoding: .utf8)) ?? ""
    }

    /// The optimum cbc finds; nil if it finds the model infeasible.
    public func cbcOptimum(of lpText: String) throws -> Double? {
        let text = try solutionText(of: lpText) { [$0, "ratio", "0", "solve", "solution", $1] }
        // "Optimal - objective value 123.00000000"
        guard text.hasPrefix("Optimal"),
            let word = text.split(separator: "\n").first?.split(separator: " ").last
        else { return nil }
        return Double(word)
    }

    /// The optimum glpsol finds; nil if it finds the model infeasible.
    public func glpsolOptimum(of lpText: String) throws -> Double? {
        let text = try solutionText(of: lpText) { ["--lp", $0, "-o", $1] }
        // "Status:     INTEGER OPTIMAL" and "Objective:  obj = 123 (MINimum)"
        guard text.contains("OPTIMAL"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Objective:") })
        else { return nil }
        let words = line.split(separator: " ")
        guard let equals = words.firstIndex(of: "="), equals + 1 < words.count else { return nil }
        return Double(words[equals + 1])
    }
}
