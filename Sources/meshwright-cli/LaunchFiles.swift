import Files
import Output
import Training

/// Launch configurations as files.
enum LaunchFiles {
    /// Writes a configuration and its scripts into a folder, which is made where it is not there.
    static func write(_ configuration: LaunchConfiguration, to path: String) throws {
        let folder = try OutputFolder(making: BatchOptions.folder(path))
        let files =
            [(configuration.fileName, configuration.text)]
            + configuration.scripts.map { ($0.fileName, $0.text) }
        for (name, text) in files { try folder.write(name, text) }
        for (name, _) in files { StandardError.write("wrote \(path)/\(name)") }
        for note in configuration.notes { StandardError.write("note: \(note)") }
    }

    /// The framework of a name.
    static func framework(_ name: String) throws -> LaunchFramework {
        guard let framework = LaunchFramework(rawValue: name) else {
            let known = LaunchFramework.allCases.map(\.rawValue)
            throw InputError(
                "--framework \(name): write \(known.joined(separator: ", "))"
                    + Suggestion.phrase(for: name, among: known))
        }
        return framework
    }

    /// The configuration of a request.
    static func configuration(
        _ request: LaunchRequest, for framework: LaunchFramework
    ) throws -> LaunchConfiguration {
        do { return try Launch.configuration(request, for: framework) } catch { throw InputError("\(error)") }
    }
}
