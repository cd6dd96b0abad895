import Training

/// Finds a model by catalogue name or file.
public enum ModelLookup {
    /// The entry of a catalogue name, a model file, or a Hugging Face `config.json`.
    ///
    /// A file is taken for a `config.json` when it names a `model_type` or `architectures`. Such a file states the longest
    /// sequence, and not the one of training, which must then be given.
    /// - Parameters:
    ///   - reference: a path (it contains a slash or ends in .yaml, .yml or .json) or a catalogue name.
    ///   - overrides: `key=value` texts with keys of model files that replace single values.
    ///   - length: whether a `config.json` needs a length of training sequences beside it.
    ///   - example: how the length is given, for messages.
    /// - Returns: the model with its sources.
    /// - Throws: ``ScenarioError`` when nothing is found, a value cannot be used, or the length is missing.
    public static func entry(
        _ reference: String, overrides: [String] = [], length: LengthNeed = .needed,
        example: String = "--sequence-length 4096"
    ) throws(ScenarioError) -> ModelEntry {
        guard HardwareLookup.isFile(reference) else {
            return try ModelCatalogue.entry(reference, overrides: overrides)
        }
        let text = try TextFile.read(reference)
        guard try HuggingFaceConfig.isConfig(text: text, place: reference) else {
            return try ModelFile.read(text: text, place: reference, overrides: overrides)
        }
        let imported = try HuggingFaceConfig.read(text: text, place: reference)
        let isGiven = overrides.contains { $0.hasPrefix("sequence_length=") }
        if length == .needed, !isGiven, imported.sequence != .training {
            let stated =
                imported.sequence == .longest
                ? "states the longest sequence that it allows, \(imported.model.sequenceLength) tokens, and not "
                    + "that of training" : "states no length of sequence"
            throw ScenarioError(
                place: reference, reason: "\(stated); give it, for instance \(example)")
        }
        guard !overrides.isEmpty else { return imported }
        var changed = try ModelFile.read(text: imported.fileText, place: reference, overrides: overrides)
        changed.warnings = imported.warnings
        return changed
    }

    /// Whether a length of training sequences must be known.
    public enum LengthNeed: Hashable, Sendable {
        /// The cost of training is asked for.
        case needed
        /// The longest sequence does.
        case open
    }
}
