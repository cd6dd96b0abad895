import Files
import Foundation

/// Launch configurations as files.
enum LaunchFiles {
    /// Writes a configuration and its scripts into a folder, which is made where it is not there.
    static func write(_ configuration: LaunchConfiguration, to folder: String) throws {
        let place = URL(fileURLWithPath: folder, isDirectory: true)
        let files =
            [(configuration.fileName, configuration.text)]
            + configuration.scripts.map { ($0.fileName, $0.text) }
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (name, text) in files {
                try Data(text.utf8).write(to: place.appendingPathComponent(name), options: .atomic)
            }
        } catch { throw InputError("--output \(folder): cannot be written: \(error.localizedDescription)") }
        for (name, _) in files { StandardError.write("wrote \(folder)/\(name)") }
    }
}
