import Training

/// Reading the `config.json` of a Hugging Face model.
public enum HuggingFaceConfig {
    /// Values of `model_type` that are read, sorted.
    public static let knownTypes: [String] = HuggingFaceFamily.all.flatMap(\.types).sorted()

    /// Whether a text is such a configuration and not a model file: it names a `model_type` or `architectures`.
    /// - Parameters:
    ///   - text: YAML or JSON.
    ///   - place: file name for messages.
    /// - Returns: true for a configuration.
    /// - Throws: ``ScenarioError`` when the text is not well-formed.
    public static func isConfig(text: String, place: String) throws(ScenarioError) -> Bool {
        let document = try FlatDocument(text: text, place: place)
        return document.text("model_type") != nil || document.text("architectures.0") != nil
    }

    /// Reads and checks a configuration.
    ///
    /// Where no sequence length is given, it is the longest that the configuration allows, and the entry says so; training
    /// sequences are often shorter. Keys that do not bear on shape are passed over, others that are not read are named in
    /// the entry's warnings; refused are one that is a slip away from a key that is looked for, and those that are known
    /// to change the cost in a way that is not modelled. A model with a text part takes that part.
    /// - Parameters:
    ///   - text: the JSON.
    ///   - place: file name for messages.
    ///   - sequenceLength: tokens of a training sequence, instead of the longest.
    /// - Returns: the model; its notes say what the configuration left open.
    /// - Throws: ``ScenarioError`` for an architecture that is not known, a missing key or a bad value.
    public static func read(
        text: String, place: String, sequenceLength: Int? = nil
    ) throws(ScenarioError) -> ModelEntry {
        let reader = FieldReader(document: try FlatDocument(text: text, place: place))
        let prefix = reader.hasAny(under: "text_config") ? "text_config." : ""
        let file = ConfigReader(reader: reader, prefix: prefix)
        let family = try family(file)
        let config = file.filled(family.defaults)
        try UnmodelledKeys.check(config)
        var notes: [String] = []
        var model = try transformer(config, family: family, notes: &notes)
        let length = config.word(family.lengthKeys) == nil
        var sequence = length ? SequenceOrigin.absent : .longest
        // BLOOM states the sequences that it was trained with.
        if family.lengthKeys == ["seq_length"], !length { sequence = .training }
        if let sequenceLength { (model.sequenceLength, sequence) = (sequenceLength, .training) }
        do {
            try model.validate()
        } catch {
            throw ScenarioError(place: place, reason: "\(error)")
        }
        let warnings = try warnings(config)
        if sequence == .longest { notes.append(ModelEntry.longestSequence) }
        let type = config.word(["model_type"]) ?? reader.word("model_type") ?? ""
        notes = ["Imported from a config.json of type \(type)."] + notes + warnings
        var entry = ModelEntry(
            model: model, title: model.name, published: PublishedSize(parameters: nil, activeParameters: nil),
            sources: [], notes: notes.joined(separator: " "))
        entry.warnings = warnings
        entry.sequence = sequence
        return entry
    }

    /// What is in a configuration and not in the model.
    private static func warnings(_ config: ConfigReader) throws(ScenarioError) -> [String] {
        var warnings: [String] = []
        let unread = try UnreadKeys.names(config)
        if !unread.isEmpty {
            warnings.append(
                "Not read, although it may change the cost: \(unread.joined(separator: ", ")).")
        }
        let defaults = config.asked.defaults.sorted().map {
            "\($0) \(config.reader.word(config.prefix + $0) ?? "")"
        }
        if !defaults.isEmpty {
            warnings.append(
                "Not in the file, taken as the class of transformers 5.24.0 has it: "
                    + "\(defaults.joined(separator: ", ")).")
        }
        let others = ["vision_config", "audio_config"].filter { config.reader.hasAny(under: $0) }
        if !config.prefix.isEmpty, !others.isEmpty {
            warnings.append("Only the part for text is read, without \(others.joined(separator: " and ")).")
        }
        return warnings
    }

    private static func family(_ config: ConfigReader) throws(ScenarioError) -> HuggingFaceFamily {
        let place = config.reader.document.place
        guard let type = config.word(["model_type"]) ?? config.reader.word("model_type") else {
            throw ScenarioError(
                place: place,
                reason: "model_type is missing; one of \(knownTypes.joined(separator: ", ")) is needed")
        }
        guard let family = HuggingFaceFamily.all.first(where: { $0.types.contains(type) }) else {
            throw ScenarioError(
                place: place, line: config.reader.document.line("model_type"),
                reason: "model_type '\(type)' is not known" + Suggestion.phrase(for: type, among: knownTypes)
                    + "; known are \(knownTypes.joined(separator: ", ")). For another architecture write a "
                    + "model file: gating, norms, positions and biases are not in a config.json")
        }
        return family
    }

    private static func transformer(
        _ config: ConfigReader, family: HuggingFaceFamily, notes: inout [String]
    ) throws(ScenarioError) -> Transformer {
        let width = try config.count(family.widthKeys)
        let layers = try config.count(family.layersKeys)
        let length = try config.count(family.lengthKeys, default: nil)
        if length == nil { notes.append("It states no length of sequence; 2048 is assumed.") }
        var tying = family.tying
        let key = "tie_word_embeddings"
        let isAbove = !config.prefix.isEmpty && !config.reader.isGiven(config.prefix + key)
        let above = isAbove && config.reader.isGiven(key) ? try config.reader.flag(key) : nil
        if let tied = try config.flag(key) ?? above {
            tying = tied ? .tied : .untied
        } else {
            notes.append("It does not state tie_word_embeddings; the architecture's default is taken.")
        }
        let experts = try HuggingFaceExperts.experts(config, family: family)
        let inner = try innerWidth(config, family: family, width: width, experts: experts)
        let name = config.reader.word("_name_or_path").map { $0.split(separator: "/").last ?? "" }
        var model = Transformer(
            name: name.flatMap { $0.isEmpty ? nil : $0.lowercased() } ?? "imported", layers: layers,
            width: width,
            attention: try HuggingFaceAttention.attention(config, family: family, width: width),
            feedForward: FeedForward(width: inner, gating: family.gating), experts: experts,
            vocabulary: try config.count(["vocab_size"]), embeddings: tying,
            positions: try positions(config, family: family, length: length ?? 2048),
            norms: try norms(config, family: family), biases: try biases(config, family: family),
            sequenceLength: length ?? 2048,
            multiTokenDepth: try multiTokenDepth(config),
            constants: try HuggingFaceConstants.constants(config, family: family).ifKnown,
            recurrence: try HuggingFaceRecurrence.recurrence(config, family: family, width: width))
        // More layers than any model has are refused as out of range later.
        if layers <= 100_000 {
            let rules = HuggingFaceLayers(config: config, family: family, layers: layers)
            model.setLayers(try rules.forms(hasExperts: experts != nil))
        }
        return model
    }

    private static func multiTokenDepth(_ config: ConfigReader) throws(ScenarioError) -> Int {
        let usual = ["num_nextn_predict_layers", "num_mtp_layers", "mtp_num_hidden_layers"]
        if let depth = try config.whole(usual) { return depth }
        let modules = try config.whole(["num_mtp_modules"]) ?? 0
        return try config.flag("use_mtp") ?? true ? modules : 0
    }

    private static func innerWidth(
        _ config: ConfigReader, family: HuggingFaceFamily, width: Int, experts: ExpertLayers?
    ) throws(ScenarioError) -> Int {
        if let inner = try config.count(family.innerKeys, default: nil) { return inner }
        let ratio = try config.whole(["expansion_ratio"])
        if let factor = ratio ?? family.innerFactor {
            // What passes the range of integers is refused as out of range later.
            let (product, overflow) = factor.multipliedReportingOverflow(by: width)
            return overflow ? Int.max : product
        }
        if let experts { return experts.width }
        return try config.count(family.innerKeys)
    }

    private static func positions(
        _ config: ConfigReader, family: HuggingFaceFamily, length: Int
    ) throws(ScenarioError) -> Positions {
        for key in ["alibi", "attn_config.alibi"] where try config.flag(key) == true { return .linearBias }
        switch family.positions {
        case .rotary: return .rotary
        case .learned: return .learned(length > Int.max - 2 ? length : length + family.morePositions)
        case .alibi: return .linearBias
        case .none: return .absent
        }
    }

    private static func norms(
        _ config: ConfigReader, family: HuggingFaceFamily
    ) throws(ScenarioError) -> Norms {
        var norms = Norms(
            kind: family.norm, perLayer: family.normsPerLayer, embedding: family.embeddingNorm)
        // Falcon: side by side on one norm, unless the newer form gives each part its own.
        if family.types.contains("falcon"), try config.flag("new_decoder_architecture") != true,
            try config.flag("parallel_attn") ?? true
        {
            norms.perLayer = 1
        }
        return norms
    }

    private static func biases(
        _ config: ConfigReader, family: HuggingFaceFamily
    ) throws(ScenarioError) -> Biases {
        var biases = family.biases
        for (key, bias) in family.biasKeys {
            guard let given = try config.flag(key) else { continue }
            if given { biases.formUnion(bias) } else { biases.subtract(bias) }
        }
        if try config.flag("no_bias") == false { biases.formUnion(.layer) }
        return biases
    }
}
