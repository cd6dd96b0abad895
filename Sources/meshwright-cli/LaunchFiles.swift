import Files
import Output

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
    }
}
