import Quantities
import Training

/// What each layer of an argument list of Megatron-LM is made of.
enum MegatronLayersParser {
    /// The text of a pattern of layers of one part, without what follows `/`; nil where none is given.
    ///
    /// The older name of the option is read too.
    static func pattern(_ values: ArgumentValues) throws(LaunchParseError) -> [Substring]? {
        let flags = ["--hybrid-layer-pattern", "--hybrid-override-pattern"]
        guard let flag = flags.first(where: values.has) else { return nil }
        let text = values.text(flag) ?? ""
        guard !text.isEmpty, text.utf8.count <= 2 * MegatronLayerList.most,
            text.allSatisfy({ "MG*-E|".contains($0) }), !(text.contains("M") && text.contains("G"))
        else {
            throw values.refusal(
                flag,
                "is not read; letters M (Mamba-2) or G (Gated DeltaNet), * (attention), - (feed-forward) and E (experts) "
                    + "are, with | between chunks, and no multi-token prediction behind /")
        }
        return text.split(separator: "|", omittingEmptySubsequences: false)
    }

    /// Takes what lists and patterns say of each layer into a model that has all of them.
    static func take(_ values: ArgumentValues, into model: inout Transformer) throws(LaunchParseError) {
        if let chunks = try pattern(values) {
            let letters = chunks.joined()
            model.norms.perLayer = 1
            model.recurrence =
                try letters.contains("M")
                ? recurrence(.mamba2, values, model.width)
                : letters.contains("G") ? recurrence(.gatedDelta, values, model.width) : nil
            let windows = try windows(values, model)
            return model.setLayers(
                letters.enumerated().map { layer, letter in
                    switch letter {
                    case "M", "G": LayerForm(mixer: .recurrent, part: .absent)
                    case "*": LayerForm(mixer: windows[layer] ? .windowed : .attention, part: .absent)
                    case "E": LayerForm(mixer: .absent, part: .experts)
                    default: LayerForm(mixer: .absent, part: .dense)
                    }
                })
        }
        let variant = values.text("--experimental-attention-variant")
        if let variant, variant != "gated_delta_net", variant != "dsa" {
            throw values.refusal("--experimental-attention-variant", "is not read; gated_delta_net or dsa is")
        }
        let isLinear = variant == "gated_delta_net"
        let flag = "--linear-attention-freq"
        let listed = ["--moe-layer-freq", "--window-attn-skip-freq"].first(where: values.has)
        guard let listed = isLinear ? flag : listed else { return }
        guard !isLinear || values.has(flag) else {
            throw LaunchParseError("\(flag) is missing; it says which layers have Gated DeltaNet")
        }
        guard model.layers <= MegatronLayerList.most else {
            throw LaunchParseError(
                "\(values.place(listed)) is given for \(model.layers) layers; it is read for "
                    + "\(MegatronLayerList.most) at most")
        }
        let linear =
            isLinear
            ? try list(flag, values, model.layers) { layer, every in (layer + 1) % every != 0 }
            : Array(repeating: false, count: model.layers)
        if isLinear { model.recurrence = try recurrence(.gatedDelta, values, model.width) }
        let windows = try windows(values, model)
        let experts =
            model.experts == nil
            ? Array(repeating: false, count: model.layers)
            : try list("--moe-layer-freq", values, model.layers) { layer, every in layer % every == 0 }
        model.setLayers(
            (0..<model.layers).map { layer in
                LayerForm(
                    mixer: linear[layer] ? .recurrent : windows[layer] ? .windowed : .attention,
                    part: experts[layer] ? .experts : .dense)
            })
    }

    private static func windows(
        _ values: ArgumentValues, _ model: Transformer
    ) throws(LaunchParseError) -> [Bool] {
        guard model.attention.window != nil else { return Array(repeating: false, count: model.layers) }
        return try list("--window-attn-skip-freq", values, model.layers) { layer, every in
            (layer + 1) % every != 0
        }
    }

    /// What a list says of each layer; true for all where it is not given.
    private static func list(
        _ flag: String, _ values: ArgumentValues, _ layers: Int, _ rule: (_ layer: Int, _ every: Int) -> Bool
    ) throws(LaunchParseError) -> [Bool] {
        guard let text = values.text(flag) else { return Array(repeating: true, count: layers) }
        if let every = Int(text), every >= 1 { return (0..<layers).map { rule($0, every) } }
        guard let list = MegatronLayerList.values(text, layers: layers) else {
            throw values.refusal(
                flag,
                "is not read; a number, or a list of 0 and 1 for \(layers) layers such as ([0]*3+[1]*58), is")
        }
        return list
    }

    private static func recurrence(
        _ rule: Recurrence.Rule, _ values: ArgumentValues, _ width: Int
    ) throws(LaunchParseError) -> Recurrence {
        let isMamba = rule == .mamba2
        var recurrence = Recurrence(
            rule: rule, heads: 1, keyHeads: 1, keySize: 1, valueSize: 1,
            convolution: MegatronMixers.mambaTaps,
            chunk: isMamba ? MegatronMixers.mambaChunk : MegatronMixers.deltaChunk)
        let flags = isMamba ? MegatronRecurrence.mamba : MegatronRecurrence.delta
        for ((flag, usual), path) in zip(flags, MegatronRecurrence.paths) {
            if let value = try values.optionalCount(flag) ?? usual { recurrence[keyPath: path] = value }
        }
        // Twice the width of the model, in heads.
        if isMamba, !values.has("--mamba-num-heads") {
            recurrence.heads = max(1, 2 * width / recurrence.valueSize)
        }
        return recurrence
    }
}
