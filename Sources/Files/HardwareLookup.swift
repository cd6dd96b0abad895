/// Finds a machine by catalogue name or file.
public enum HardwareLookup {
    /// Whether a text names a file: it contains a slash or ends in .yaml, .yml or .json.
    /// - Parameter reference: a path or a catalogue name.
    /// - Returns: false for what is looked up in a catalogue.
    public static func isFile(_ reference: String) -> Bool {
        let lower = reference.lowercased()
        return reference.contains("/") || [".yaml", ".yml", ".json"].contains { lower.hasSuffix($0) }
    }

    /// The entry of a catalogue name, or of a YAML or JSON file where the text names one.
    /// - Parameters:
    ///   - reference: a path, as ``isFile(_:)`` tells, or a catalogue name.
    ///   - overrides: `key=value` texts that replace single values.
    /// - Returns: the machine with its provenance.
    /// - Throws: ``ScenarioError`` when nothing is found or a value cannot be used.
    public static func entry(
        _ reference: String, overrides: [String] = []
    ) throws(ScenarioError) -> HardwareEntry {
        guard isFile(reference) else { return try HardwareCatalogue.entry(reference, overrides: overrides) }
        return try HardwareFile.read(
            text: TextFile.read(reference), place: reference, overrides: overrides)
    }
}
