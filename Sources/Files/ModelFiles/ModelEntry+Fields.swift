import Training

extension ModelEntry {
    /// One value of a model file.
    public struct Field: Hashable, Sendable {
        /// Dotted key path.
        public let key: String
        /// The value as written.
        public let text: String

        /// Makes a value.
        public init(_ key: String, _ text: String) {
            self.key = key
            self.text = text
        }
    }

    /// The model as the values of a model file, defaults written out where they say something.
    public var fields: [Field] {
        var fields = [
            Field("layers", "\(model.layers)"), Field("d_model", "\(model.width)"),
            Field("vocabulary", "\(model.vocabulary)"),
            Field("tied_embeddings", "\(model.embeddings == .tied)"),
            Field("sequence_length", "\(model.sequenceLength)"),
        ]
        if let batch = model.defaultGlobalBatch { fields.append(Field("global_batch", "\(batch)")) }
        if model.multiTokenDepth > 0 {
            fields.append(Field("multi_token_depth", "\(model.multiTokenDepth)"))
        }
        if let pattern = model.pattern {
            fields.append(Field("layer_pattern", "\"\(pattern.text)\""))
        }
        fields += attentionFields + recurrenceFields + feedForwardFields
        switch model.positions {
        case .rotary: fields.append(Field("positions.kind", "rotary"))
        case .learned(let count):
            fields += [Field("positions.kind", "learned"), Field("positions.count", "\(count)")]
        case .linearBias: fields.append(Field("positions.kind", "alibi"))
        case .absent: fields.append(Field("positions.kind", "none"))
        }
        fields += number("positions.base", model.constants?.rotaryBase)
        fields += number("positions.share", model.constants?.rotaryShare)
        fields.append(Field("norms.kind", model.norms.kind.rawValue))
        if model.norms.perLayer != 2 { fields.append(Field("norms.per_layer", "\(model.norms.perLayer)")) }
        if model.norms.embedding == .present { fields.append(Field("norms.embedding", "true")) }
        fields += number("norms.epsilon", model.constants?.normEpsilon)
        let biases = Biases.named.filter { model.biases.contains($0.bias) }.map(\.name)
        if !biases.isEmpty { fields.append(Field("biases", "[\(biases.joined(separator: ", "))]")) }
        return fields
    }

    private func number(_ key: String, _ value: Double?) -> [Field] {
        guard let value else { return [] }
        return [Field(key, Int(exactly: value).map { "\($0)" } ?? "\(value)")]
    }

    private var attentionFields: [Field] {
        var fields: [Field] = [Field("attention.heads", "\(model.attention.form.heads)")]
        switch model.attention.form {
        case .grouped(let form):
            fields += [
                Field("attention.kv_heads", "\(form.keyValueHeads)"),
                Field("attention.head_size", "\(form.headSize)"),
            ]
        case .latent(let form):
            if let rank = form.queryRank { fields.append(Field("attention.latent.q_rank", "\(rank)")) }
            fields += [
                Field("attention.latent.kv_rank", "\(form.keyValueRank)"),
                Field("attention.latent.rope_head_size", "\(form.rotaryHeadSize)"),
                Field("attention.latent.nope_head_size", "\(form.plainHeadSize)"),
                Field("attention.latent.v_head_size", "\(form.valueHeadSize)"),
            ]
        }
        fields.append(Field("attention.mask", model.attention.mask.rawValue))
        if let window = model.attention.window {
            fields.append(Field("attention.window", "\(window.tokens)"))
            if window.fullEvery > 0 {
                fields.append(Field("attention.full_every", "\(window.fullEvery)"))
            }
            if window.form != .sliding {
                fields.append(Field("attention.window_form", window.form.rawValue))
            }
        }
        switch model.attention.headNorm {
        case .absent: break
        case .queriesAndKeys: fields.append(Field("attention.head_norm", "true"))
        case .projections: fields.append(Field("attention.head_norm", HeadNorm.projections.rawValue))
        }
        if model.attention.outputGate == .present { fields.append(Field("attention.output_gate", "true")) }
        if let indexer = model.attention.indexer {
            fields += [
                Field("attention.indexer.heads", "\(indexer.heads)"),
                Field("attention.indexer.head_size", "\(indexer.headSize)"),
                Field("attention.indexer.top_k", "\(indexer.topK)"),
            ]
        }
        return fields
    }

    private var recurrenceFields: [Field] {
        guard let recurrence = model.recurrence else { return [] }
        var fields = [
            Field("recurrence.kind", recurrence.rule.rawValue),
            Field("recurrence.heads", "\(recurrence.heads)"),
            Field("recurrence.key_heads", "\(recurrence.keyHeads)"),
            Field("recurrence.key_size", "\(recurrence.keySize)"),
            Field("recurrence.value_size", "\(recurrence.valueSize)"),
        ]
        if recurrence.convolution > 0 {
            fields.append(Field("recurrence.convolution", "\(recurrence.convolution)"))
        }
        if recurrence.chunk > 1 { fields.append(Field("recurrence.chunk", "\(recurrence.chunk)")) }
        if recurrence.stepRank > 0 { fields.append(Field("recurrence.step_rank", "\(recurrence.stepRank)")) }
        return fields
    }

    private var feedForwardFields: [Field] {
        var fields = [
            Field("feed_forward.d_ff", "\(model.feedForward.width)"),
            Field("feed_forward.kind", model.feedForward.gating.rawValue),
        ]
        if let activation = model.constants?.activation {
            fields.append(Field("feed_forward.activation", activation.rawValue))
        }
        guard let experts = model.experts else { return fields }
        fields += [
            Field("moe.experts", "\(experts.experts)"), Field("moe.top_k", "\(experts.topK)"),
            Field("moe.d_ff", "\(experts.width)"),
        ]
        if experts.sharedExperts > 0 {
            fields += [
                Field("moe.shared_experts", "\(experts.sharedExperts)"),
                Field("moe.shared_d_ff", "\(experts.sharedWidth)"),
            ]
        }
        if experts.denseLayers.first > 0 {
            fields.append(Field("moe.first_dense", "\(experts.denseLayers.first)"))
        }
        if experts.denseLayers.expertsEvery > 1 {
            fields.append(Field("moe.every", "\(experts.denseLayers.expertsEvery)"))
        }
        if let capacity = experts.capacityFactor {
            fields.append(Field("moe.capacity_factor", "\(capacity)"))
        }
        if experts.imbalanceFactor != 1 {
            fields.append(Field("moe.imbalance_factor", "\(experts.imbalanceFactor)"))
        }
        if experts.groups > 1 {
            fields += [
                Field("moe.groups", "\(experts.groups)"),
                Field("moe.groups_per_token", "\(experts.groupsPerToken)"),
            ]
        }
        if experts.routerBias == .present { fields.append(Field("moe.router_bias", "true")) }
        if experts.sharedGate == .present { fields.append(Field("moe.shared_gate", "true")) }
        fields += number("moe.scaling", model.constants?.expertScale)
        fields += number("moe.auxiliary_loss", model.constants?.auxiliaryLoss)
        return fields
    }

    /// The model as a model file that reads back to the same model.
    ///
    /// Sources are left out.
    public var fileText: String {
        var lines = ["name: \(model.name)", "title: \(Self.quoted(title))"]
        var open: [String] = []
        for field in fields {
            let path = field.key.split(separator: ".").map(String.init)
            let parents = Array(path.dropLast())
            let shared = zip(open, parents).prefix { $0 == $1 }.count
            for (depth, name) in parents.enumerated().dropFirst(shared) {
                lines.append(String(repeating: "  ", count: depth) + "\(name):")
            }
            open = parents
            let indent = String(repeating: "  ", count: parents.count)
            lines.append(indent + "\(path.last ?? ""): \(field.text)")
        }
        if !notes.isEmpty { lines.append("notes: \(Self.quoted(notes))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            + "\""
    }
}
