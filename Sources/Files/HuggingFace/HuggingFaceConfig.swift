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
    /// The sequence length is the longest that the configuration allows; training sequences are often shorter.
    /// Keys that do not bear on shape are passed over, others that are not read are named in the entry's
    /// warnings, and one that is a slip away from a key that is looked for is refused. A model with a text part
    /// takes that part.
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
        let config = ConfigReader(reader: reader, prefix: prefix)
        let family = try family(config)
        var notes: [String] = []
        var model = try transformer(config, family: family, notes: &notes)
        if let sequenceLength { model.sequenceLength = sequenceLength }
        do {
            try model.validate()
        } catch {
            throw ScenarioError(place: place, reason: "\(error)")
        }
        let warnings = try warnings(config, window: model.attention.window)
        let type = config.word(["model_type"]) ?? reader.word("model_type") ?? ""
        notes = ["Imported from a config.json of type \(type)."] + notes + warnings
        var entry = ModelEntry(
            model: model, title: model.name, published: PublishedSize(parameters: nil, activeParameters: nil),
            sources: [], notes: notes.joined(separator: " "))
        entry.warnings = warnings
        return entry
    }

    /// What is in a configuration and not in the model.
    private static func warnings(
        _ config: ConfigReader, window: SlidingWindow?
    ) throws(ScenarioError) -> [String] {
        var warnings: [String] = []
        let unread = try UnreadKeys.names(config, window: window)
        if !unread.isEmpty {
            warnings.append(
                "Not read, although it may change the cost: \(unread.joined(separator: ", ")).")
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
        if let tied = try config.flag("tie_word_embeddings") {
            tying = tied ? .tied : .untied
        } else {
            notes.append("It does not state tie_word_embeddings; the architecture's default is taken.")
        }
        let experts = try HuggingFaceExperts.experts(config, layers: layers)
        let inner = try innerWidth(config, family: family, width: width, experts: experts)
        let name = config.reader.word("_name_or_path").map { $0.split(separator: "/").last ?? "" }
        return Transformer(
            name: name.flatMap { $0.isEmpty ? nil : $0.lowercased() } ?? "imported", layers: layers,
            width: width,
            attention: try HuggingFaceAttention.attention(config, family: family, width: width),
            feedForward: FeedForward(width: inner, gating: family.gating), experts: experts,
            vocabulary: try config.count(["vocab_size"]), embeddings: tying,
            positions: try positions(config, family: family, length: length ?? 2048),
            norms: try norms(config, family: family), biases: try biases(config, family: family),
            sequenceLength: length ?? 2048,
            multiTokenDepth: try config.whole(["num_nextn_predict_layers"]) ?? 0,
            constants: try HuggingFaceConstants.constants(config, family: family).ifKnown)
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
        case .learned: return .learned(length)
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
