import Training

/// Finds a model by catalogue name or file.
public enum ModelLookup {
    /// The entry of a catalogue name, a model file, or a Hugging Face `config.json`.
    ///
    /// A file is taken for a `config.json` when it names a `model_type` or `architectures`.
    /// - Parameters:
    ///   - reference: a path (it contains a slash or ends in .yaml, .yml or .json) or a catalogue name.
    ///   - overrides: `key=value` texts with keys of model files that replace single values.
    /// - Returns: the model with its sources.
    /// - Throws: ``ScenarioError`` when nothing is found or a value cannot be used.
    public static func entry(
        _ reference: String, overrides: [String] = []
    ) throws(ScenarioError) -> ModelEntry {
        guard HardwareLookup.isFile(reference) else {
            return try ModelCatalogue.entry(reference, overrides: overrides)
        }
        let text = try TextFile.read(reference)
        guard try HuggingFaceConfig.isConfig(text: text, place: reference) else {
            return try ModelFile.read(text: text, place: reference, overrides: overrides)
        }
        let imported = try HuggingFaceConfig.read(text: text, place: reference)
        guard !overrides.isEmpty else { return imported }
        var changed = try ModelFile.read(text: imported.fileText, place: reference, overrides: overrides)
        changed.warnings = imported.warnings
        return changed
    }
}
