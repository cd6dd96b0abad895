import Foundation

/// Finds a machine by catalogue name or file.
public enum HardwareLookup {
    /// The entry of a catalogue name, or of a YAML or JSON file where the text names one.
    /// - Parameters:
    ///   - reference: a path (it contains a slash or ends in .yaml, .yml or .json) or a catalogue name.
    ///   - overrides: `key=value` texts that replace single values.
    /// - Returns: the machine with its provenance.
    /// - Throws: ``ScenarioError`` when nothing is found or a value cannot be used.
    public static func entry(
        _ reference: String, overrides: [String] = []
    ) throws(ScenarioError) -> HardwareEntry {
        let lower = reference.lowercased()
        let isFile = reference.contains("/") || [".yaml", ".yml", ".json"].contains { lower.hasSuffix($0) }
        guard isFile else { return try HardwareCatalogue.entry(reference, overrides: overrides) }
        return try HardwareFile.read(
            text: TextFile.read(reference), place: reference, overrides: overrides)
    }
}

/// Reading whole text files.
public enum TextFile {
    /// The text of a file, or of standard input for `-`.
    /// - Parameter path: file path.
    /// - Returns: the text.
    /// - Throws: ``ScenarioError`` when the file is missing, a folder, or not UTF-8.
    public static func read(_ path: String) throws(ScenarioError) -> String {
        let data: Data
        if path == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw ScenarioError(place: path, reason: "there is no such file")
            }
            guard !isFolder.boolValue, let read = FileManager.default.contents(atPath: path) else {
                throw ScenarioError(place: path, reason: "cannot be read as a file")
            }
            data = read
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ScenarioError(place: path, reason: "is not UTF-8 text")
        }
        return text
    }
}
