import Training

/// What each layer of a `config.json` is made of.
///
/// Rules as in the configuration classes of the `transformers` library (5.24.0).
struct HuggingFaceLayers {
    let config: ConfigReader
    let family: HuggingFaceFamily
    let layers: Int

    /// The form of each layer.
    /// - Parameter hasExperts: whether the file has experts.
    /// - Returns: one form for each layer.
    /// - Throws: ``ScenarioError`` for a list of another length or with words that are not known.
    func forms(hasExperts: Bool) throws(ScenarioError) -> [LayerForm] {
        if family.rules == .hybridPattern { return try hybrid() }
        let mixers = try mixers()
        let parts = hasExperts ? try parts() : [TokenPart](repeating: .dense, count: layers)
        return zip(mixers, parts).map { LayerForm(mixer: $0, part: $1) }
    }

    // MARK: Layers of one part

    private static let letters: [Character: LayerForm] = [
        "M": LayerForm(mixer: .recurrent, part: .absent), "*": LayerForm(mixer: .attention, part: .absent),
        "-": LayerForm(mixer: .absent, part: .dense), "E": LayerForm(mixer: .absent, part: .experts),
    ]
    private static let words: [String: Character] = [
        "mamba": "M", "linear_attention": "M", "attention": "*", "full_attention": "*", "mlp": "-",
        "moe": "E",
    ]

    private func hybrid() throws(ScenarioError) -> [LayerForm] {
        let key = "hybrid_override_pattern"
        if let text = config.word([key]) {
            guard text.count == layers else {
                throw config.error(
                    key, "has \(text.count) letters for \(layers) layers; one for each is needed")
            }
            var forms: [LayerForm] = []
            for letter in text {
                guard let form = Self.letters[letter] else {
                    throw config.error(key, "holds '\(letter)'; M, *, - and E are known")
                }
                forms.append(form)
            }
            return forms
        }
        for key in ["layers_block_type", "layer_types"] {
            guard let items = try config.items(of: key, layers: layers) else { continue }
            var forms: [LayerForm] = []
            for item in items {
                guard let letter = Self.words[item], let form = Self.letters[letter] else {
                    throw config.error(
                        key, "names \(item); \(Self.words.keys.sorted().joined(separator: ", ")) are known")
                }
                forms.append(form)
            }
            return forms
        }
        throw ScenarioError(place: config.reader.document.place, reason: "\(config.prefix)\(key) is missing")
    }

    // MARK: Mixers

    private func mixers() throws(ScenarioError) -> [TokenMixer] {
        if let listed = try listedMixers() { return listed }
        let window = try hasWindow()
        switch family.rules {
        case .usual:
            if try config.items(of: "attn_type_list", layers: layers)?.contains(where: { $0 != "1" }) ?? false
            {
                throw config.error(
                    "attn_type_list", "holds linear attention, which model_type \(family.types[0]) has not")
            }
            let every = try config.whole(["sliding_window_pattern"]) ?? family.fullEvery ?? 0
            guard window else { break }
            let first = family.windowSwitch == nil ? nil : try config.whole(["max_window_layers"])
            return (0..<layers).map { layer in
                if let first { return layer >= first ? .windowed : .attention }
                return every > 0 && (layer + 1).isMultiple(of: every) ? .attention : .windowed
            }
        case .llama4:
            let isRotated = try config.items(of: "no_rope_layers", layers: layers)
            let every = try config.count(["no_rope_layer_interval"], default: 4) ?? 4
            guard window else { break }
            return (0..<layers).map { layer in
                let isLocal = isRotated.map { $0[layer] != "0" } ?? !(layer + 1).isMultiple(of: every)
                return isLocal ? .windowed : .attention
            }
        case .jamba:
            let period = try config.count(["attn_layer_period"], default: 8) ?? 8
            let offset = try config.whole(["attn_layer_offset"]) ?? 4
            return (0..<layers).map { $0 % period == offset ? .attention : .recurrent }
        case .fullInterval:
            let every = try config.count(["full_attention_interval"], default: 4) ?? 4
            return (0..<layers).map { ($0 + 1).isMultiple(of: every) ? .attention : .recurrent }
        case .miniMax:
            let key = "attn_type_list"
            guard let items = try config.items(of: key, layers: layers) else {
                throw ScenarioError(
                    place: config.reader.document.place, reason: "\(config.prefix)\(key) is missing")
            }
            var mixers: [TokenMixer] = []
            for item in items {
                guard item == "0" || item == "1" else {
                    throw config.error(key, "holds \(item); 0 (linear) and 1 (attention) are known")
                }
                mixers.append(item == "1" ? .attention : .recurrent)
            }
            return mixers
        case .hybridPattern: break
        }
        return [TokenMixer](repeating: .attention, count: layers)
    }

    /// The mixers of `layer_types`; nil where it is not there.
    private func listedMixers() throws(ScenarioError) -> [TokenMixer]? {
        let key = "layer_types"
        guard let items = try config.items(of: key, layers: layers) else { return nil }
        // The same in another form, where files have both.
        config.asked.add([
            "full_attention_interval", "sliding_window_pattern", "_sliding_window_pattern", "no_rope_layers",
            "no_rope_layer_interval", "max_window_layers", "attn_type_list", "attn_layer_period",
            "attn_layer_offset",
        ])
        let window = try hasWindow()
        var mixers: [TokenMixer] = []
        for item in items {
            switch item {
            case "full_attention", "attention", "indexed_attention": mixers.append(.attention)
            case "sliding_attention" where family.rules != .llama4,
                "chunked_attention" where family.rules == .llama4:
                mixers.append(window ? .windowed : .attention)
            case "linear_attention" where family.recurrence != nil, "mamba" where family.recurrence != nil:
                mixers.append(.recurrent)
            default:
                throw config.error(key, "names \(item), which is not known of model_type \(family.types[0])")
            }
        }
        return mixers
    }

    private func hasWindow() throws(ScenarioError) -> Bool {
        guard let key = family.windowKey, try config.count([key], default: nil) != nil else { return false }
        if let key = family.windowSwitch, try config.flag(key) != true { return false }
        return true
    }

    // MARK: What follows them

    private func parts() throws(ScenarioError) -> [TokenPart] {
        if let items = try config.items(of: "mlp_layer_types", layers: layers) {
            config.asked.add(["first_k_dense_replace", "moe_layer_freq"])
            return items.map { $0 == "sparse" ? .experts : .dense }
        }
        let hasExperts: (Int) -> Bool
        switch family.rules {
        case .llama4:
            let listed = Set(config.items(of: "moe_layers").compactMap { Int($0) })
            let step = try config.count(["interleave_moe_layer_step"], default: 1) ?? 1
            hasExperts = { listed.isEmpty ? ($0 + 1).isMultiple(of: step) : listed.contains($0) }
        case .jamba:
            let period = try config.count(["expert_layer_period"], default: 2) ?? 2
            let offset = try config.whole(["expert_layer_offset"]) ?? 1
            hasExperts = { $0 % period == offset }
        default:
            let first = try config.whole(["first_k_dense_replace", "moe_layer_start_index"]) ?? 0
            let last = try lastExperts()
            let every =
                try config.count(
                    ["decoder_sparse_step", "moe_layer_freq", "moe_layer_interval"], default: 1) ?? 1
            // DeepSeek counts from 0, others from 1.
            let ahead = config.original.isGiven(config.prefix + "moe_layer_freq") ? 0 : 1
            let dense = Set(config.items(of: "mlp_only_layers").compactMap { Int($0) })
            hasExperts = { layer in
                layer >= first && layer <= last && (layer + ahead).isMultiple(of: every)
                    && !dense.contains(layer)
            }
        }
        return (0..<layers).map { hasExperts($0) ? .experts : .dense }
    }

    /// The last layer that may have experts; -1 in the file is the last of all.
    private func lastExperts() throws(ScenarioError) -> Int {
        guard let text = config.word(["moe_layer_end_index"]), text != "-1" else { return layers - 1 }
        return try config.whole(["moe_layer_end_index"]) ?? layers - 1
    }
}
