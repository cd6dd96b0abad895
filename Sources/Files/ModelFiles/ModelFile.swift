import Quantities
import Training

/// Reading model files.
public enum ModelFile {
    /// Reads and checks a model.
    /// - Parameters:
    ///   - text: YAML or JSON with the keys of `docs/models.md`.
    ///   - place: file name for messages.
    ///   - overrides: `key=value` texts that replace single values.
    /// - Returns: the model with its sources.
    /// - Throws: ``ScenarioError`` naming the key, its line, what is wrong and what would be accepted.
    public static func read(
        text: String, place: String, overrides: [String] = []
    ) throws(ScenarioError) -> ModelEntry {
        var document = try FlatDocument(text: text, place: place)
        for override in overrides { try apply(override, to: &document) }
        let reader = FieldReader(document: document)
        try reader.rejectUnknown(
            known: ModelKeys.all + ["biases.N", "sources.N.keys.N"], of: "model files")
        let model = try transformer(reader)
        do {
            try model.validate()
        } catch {
            throw ScenarioError(place: place, line: document.line(error.field), reason: "\(error)")
        }
        return ModelEntry(
            model: model, title: reader.word("title") ?? model.name,
            published: PublishedSize(
                parameters: try reader.optionalNumber("published.parameters"),
                activeParameters: try reader.optionalNumber("published.active_parameters")),
            sources: try sources(reader), notes: reader.word("notes") ?? "")
    }

    private static func apply(
        _ override: String, to document: inout FlatDocument
    ) throws(ScenarioError) {
        let parts = override.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw ScenarioError(
                place: "--set \(override)", reason: "is no key=value; write for instance layers=4")
        }
        guard ModelKeys.all.contains(parts[0]) else {
            throw ScenarioError(
                place: "--set \(override)",
                reason: "'\(parts[0])' is not a key of model files"
                    + Suggestion.phrase(for: parts[0], among: ModelKeys.all))
        }
        document.set(parts[0], to: parts[1])
    }

    private static func transformer(_ reader: FieldReader) throws(ScenarioError) -> Transformer {
        let width = try reader.count("d_model")
        let hasExperts = reader.hasAny(under: "moe")
        // Where every layer has experts, no plain inner width need be given.
        let inner = reader.isGiven("feed_forward.d_ff") || !hasExperts ? "feed_forward.d_ff" : "moe.d_ff"
        let innerWidth = try reader.count(inner)
        return Transformer(
            name: try reader.required("name"), layers: try reader.count("layers"), width: width,
            attention: try attention(reader, width: width),
            feedForward: FeedForward(
                width: innerWidth, gating: try reader.choice("feed_forward.kind", default: Gating.gated)),
            experts: hasExperts ? try experts(reader) : nil, vocabulary: try reader.count("vocabulary"),
            embeddings: try reader.flag("tied_embeddings", default: false) ? .tied : .untied,
            positions: try positions(reader), norms: try norms(reader), biases: try biases(reader),
            sequenceLength: try reader.count("sequence_length"),
            multiTokenDepth: try reader.optionalWhole("multi_token_depth") ?? 0,
            defaultGlobalBatch: try reader.optionalCount("global_batch"),
            constants: try constants(reader).ifKnown, recurrence: try recurrence(reader),
            pattern: try pattern(reader))
    }

    private static func pattern(_ reader: FieldReader) throws(ScenarioError) -> LayerPattern? {
        let key = "layer_pattern"
        guard reader.isGiven(key), let text = reader.word(key) else { return nil }
        guard let pattern = LayerPattern(text: text) else {
            throw reader.error(
                key,
                "is \(Shown.value(text)); layers with blanks between them are needed, each of one of * W M and one "
                    + "of - E, or one of both alone")
        }
        return pattern
    }

    private static func recurrence(_ reader: FieldReader) throws(ScenarioError) -> Recurrence? {
        guard reader.hasAny(under: "recurrence") else { return nil }
        guard reader.isGiven("recurrence.kind") else { throw reader.error("recurrence.kind", "is missing") }
        let heads = try reader.count("recurrence.heads")
        return Recurrence(
            rule: try reader.choice("recurrence.kind", default: .gatedDelta), heads: heads,
            keyHeads: try reader.optionalCount("recurrence.key_heads") ?? heads,
            keySize: try reader.count("recurrence.key_size"),
            valueSize: try reader.count("recurrence.value_size"),
            convolution: try reader.optionalWhole("recurrence.convolution") ?? 0,
            chunk: try reader.optionalCount("recurrence.chunk") ?? 1,
            stepRank: try reader.optionalWhole("recurrence.step_rank") ?? 0)
    }

    private static func headNorm(_ reader: FieldReader) throws(ScenarioError) -> HeadNorm {
        let key = "attention.head_norm"
        if reader.word(key) == HeadNorm.projections.rawValue { return .projections }
        return try reader.flag(key, default: false) ? .queriesAndKeys : .absent
    }

    private static func indexer(_ reader: FieldReader) throws(ScenarioError) -> KeyIndexer? {
        guard reader.hasAny(under: "attention.indexer") else { return nil }
        return KeyIndexer(
            heads: try reader.count("attention.indexer.heads"),
            headSize: try reader.count("attention.indexer.head_size"),
            topK: try reader.count("attention.indexer.top_k"))
    }

    private static func attention(_ reader: FieldReader, width: Int) throws(ScenarioError) -> Attention {
        let heads = try reader.count("attention.heads")
        let form: AttentionForm
        if reader.hasAny(under: "attention.latent") {
            form = .latent(
                LatentAttention(
                    heads: heads, queryRank: try reader.optionalCount("attention.latent.q_rank"),
                    keyValueRank: try reader.count("attention.latent.kv_rank"),
                    rotaryHeadSize: try reader.optionalWhole("attention.latent.rope_head_size") ?? 0,
                    plainHeadSize: try reader.count("attention.latent.nope_head_size"),
                    valueHeadSize: try reader.count("attention.latent.v_head_size")))
        } else {
            let given = try reader.optionalCount("attention.head_size")
            guard given != nil || width.isMultiple(of: heads) else {
                throw reader.error(
                    "attention.heads",
                    "is \(heads), which does not divide d_model \(width); give attention.head_size")
            }
            form = .grouped(
                GroupedAttention(
                    heads: heads, keyValueHeads: try reader.optionalCount("attention.kv_heads") ?? heads,
                    headSize: given ?? width / heads))
        }
        var window: SlidingWindow?
        if let tokens = try reader.optionalCount("attention.window") {
            let fullEvery = try reader.optionalWhole("attention.full_every") ?? 0
            window = SlidingWindow(
                tokens: tokens, fullEvery: fullEvery,
                form: try reader.choice("attention.window_form", default: .sliding))
        }
        return Attention(
            form: form, mask: try reader.choice("attention.mask", default: AttentionMask.causal),
            window: window, headNorm: try headNorm(reader),
            outputGate: try reader.flag("attention.output_gate", default: false) ? .present : .absent,
            indexer: try indexer(reader))
    }

    private static func experts(_ reader: FieldReader) throws(ScenarioError) -> ExpertLayers {
        ExpertLayers(
            experts: try reader.count("moe.experts"), topK: try reader.count("moe.top_k"),
            width: try reader.count("moe.d_ff"),
            sharedExperts: try reader.optionalWhole("moe.shared_experts") ?? 0,
            sharedWidth: try reader.optionalCount("moe.shared_d_ff"),
            denseLayers: DenseLayers(
                first: try reader.optionalWhole("moe.first_dense") ?? 0,
                expertsEvery: try reader.optionalCount("moe.every") ?? 1),
            capacityFactor: try reader.optionalNumber("moe.capacity_factor"),
            imbalanceFactor: try reader.optionalNumber("moe.imbalance_factor") ?? 1,
            groups: try reader.optionalCount("moe.groups") ?? 1,
            groupsPerToken: try reader.optionalCount("moe.groups_per_token") ?? 1,
            routerBias: try reader.flag("moe.router_bias", default: false) ? .present : .absent,
            sharedGate: try reader.flag("moe.shared_gate", default: false) ? .present : .absent)
    }

    private static func positions(_ reader: FieldReader) throws(ScenarioError) -> Positions {
        switch try reader.choice("positions.kind", default: PositionKind.rotary) {
        case .rotary: .rotary
        case .learned: .learned(try reader.count("positions.count"))
        case .alibi: .linearBias
        case .none: .absent
        }
    }

    private static func norms(_ reader: FieldReader) throws(ScenarioError) -> Norms {
        Norms(
            kind: try reader.choice("norms.kind", default: Norms.Kind.rootMeanSquare),
            perLayer: try reader.optionalWhole("norms.per_layer") ?? 2,
            embedding: try reader.flag("norms.embedding", default: false) ? .present : .absent)
    }

    private static func constants(_ reader: FieldReader) throws(ScenarioError) -> ModelConstants {
        ModelConstants(
            rotaryBase: try reader.optionalNumber("positions.base"),
            rotaryShare: try reader.optionalNumber("positions.share"),
            normEpsilon: try reader.optionalNumber("norms.epsilon"),
            activation: reader.isGiven("feed_forward.activation")
                ? try reader.choice("feed_forward.activation", default: ModelConstants.Activation.silu) : nil,
            expertScale: try reader.optionalNumber("moe.scaling"),
            auxiliaryLoss: try reader.optionalNumber("moe.auxiliary_loss"))
    }

    private static func biases(_ reader: FieldReader) throws(ScenarioError) -> Biases {
        var biases: Biases = []
        for index in 0..<reader.document.count(of: "biases") {
            let key = "biases.\(index)"
            let name = try reader.required(key)
            guard let match = Biases.named.first(where: { $0.name == name }) else {
                let known = Biases.named.map(\.name)
                throw reader.error(
                    key,
                    "is '\(name)'; one of \(known.joined(separator: ", ")) is needed"
                        + Suggestion.phrase(for: name, among: known))
            }
            biases.insert(match.bias)
        }
        return biases
    }

    private static func sources(_ reader: FieldReader) throws(ScenarioError) -> [ModelSource] {
        var list: [ModelSource] = []
        for index in 0..<reader.document.count(of: "sources") {
            let key = "sources.\(index)"
            guard reader.isGiven("\(key).kind") else { throw reader.error("\(key).kind", "is missing") }
            let kind = try reader.choice("\(key).kind", default: ModelSource.Kind.published)
            var keys: [String] = []
            for item in 0..<reader.document.count(of: "\(key).keys") {
                keys.append(try reader.required("\(key).keys.\(item)"))
            }
            list.append(ModelSource(keys: keys, kind: kind, source: try reader.required("\(key).source")))
        }
        return list
    }
}

/// How positions enter a model, as model files name it.
enum PositionKind: String, CaseIterable {
    case rotary, learned, alibi, none
}
