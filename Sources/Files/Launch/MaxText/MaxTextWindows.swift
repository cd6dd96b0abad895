import Training

/// The decoders of MaxText in which some layers see a window of tokens.
///
/// Source: maxtext 0.2.5, `maxtext/models/gpt_oss.py`, `gemma3.py` and `llama4.py`, `maxtext/layers/attention_op.py` (which
/// kernel has which mask), `maxtext/configs/types.py`, and `maxtext/configs/models/gemma3-*.yml`.
enum MaxTextWindows {
    /// Layers of a cycle of gpt-oss and of Gemma 3, the last of which sees all tokens.
    static let cycles = ["gpt_oss": 2, "gemma3": 6]

    /// The decoder of windows that cut the sequence, or of norms after each part too; nil for others.
    static func decoder(_ model: Transformer) -> String? {
        let hasHeadNorm = model.attention.headNorm == .queriesAndKeys
        if model.attention.window?.form == .chunked {
            return model.experts != nil && model.biases.isEmpty && !hasHeadNorm ? "llama4" : nil
        }
        return model.norms.perLayer == 4 && model.experts == nil && model.biases.isEmpty && hasHeadNorm
            ? "gemma3" : nil
    }

    /// Why it cannot train a model; empty where it can.
    static func reasons(_ request: LaunchRequest, decoder: String) -> [String] {
        let model = request.model
        let every = model.attention.window?.fullEvery
        switch decoder {
        case "gpt_oss", "gemma3":
            guard let cycle = cycles[decoder] else { return [] }
            return
                (every == cycle && model.pattern == nil
                ? [] : ["a \(decoder) decoder has a window in all layers but one of \(cycle)"])
                + (decoder == "gemma3" && MaxTextModel.name(of: model) == nil
                    ? ["a gemma3 decoder is there for gemma-3-27b alone"] : [])
        case "llama4": return chunkReasons(request)
        default: return model.attention.window == nil ? [] : ["a \(decoder) decoder has no window"]
        }
    }

    private static func chunkReasons(_ request: LaunchRequest) -> [String] {
        let model = request.model
        guard let window = model.attention.window, let experts = model.experts else { return [] }
        var reasons: [String] = []
        if window.fullEvery < 1 || model.pattern != nil || !model.layers.isMultiple(of: cycle(model)) {
            reasons.append("layers of a llama4 decoder come in whole cycles of windows and experts")
        }
        if experts.topK != 1 || experts.sharedExperts < 1 || experts.capacityFactor != nil {
            reasons.append(
                "a token of a llama4 decoder goes to one expert, however full, and to the shared ones")
        }
        if !MaxTextAxes.isTPU(request), model.sequenceLength > window.tokens {
            reasons.append(
                "its kernels for GPUs do not cut a sequence into windows; one of \(window.tokens) tokens goes"
            )
        }
        return reasons
    }

    /// Layers after which those of a llama4 decoder repeat.
    private static func cycle(_ model: Transformer) -> Int {
        let (full, expert) = (
            max(1, model.attention.window?.fullEvery ?? 1), model.experts?.denseLayers.expertsEvery ?? 1
        )
        return full / Divisors.greatestCommon(full, expert) * expert
    }

    /// Settings of its windows and of what goes with them.
    static func members(_ model: Transformer, decoder: String) -> [(String, ConfigurationValue)] {
        guard let window = model.attention.window else { return [] }
        switch decoder {
        case "llama4":
            return [
                ("chunk_attn_window_size", .number(window.tokens)),
                ("nope_layer_interval", .number(window.fullEvery)),
                ("interleave_moe_layer_step", .number(model.experts?.denseLayers.expertsEvery ?? 1)),
                ("inhomogeneous_layer_cycle_interval", .number(cycle(model))),
                ("temperature_tuning", .flag(.present)),
            ]
        case "gemma3":
            return [
                ("use_post_attn_norm", .flag(.present)), ("use_post_ffw_norm", .flag(.present)),
                ("sliding_window_size", .number(window.tokens)),
            ]
        default:
            return [
                ("inhomogeneous_layer_cycle_interval", .number(cycles[decoder] ?? 1)),
                ("sliding_window_size", .number(window.tokens)),
            ]
        }
    }

    /// Keys of ``members(_:decoder:)`` that other decoders have not.
    static let keys: Set<String> = [
        "chunk_attn_window_size", "nope_layer_interval", "interleave_moe_layer_step", "temperature_tuning",
        "use_post_attn_norm", "use_post_ffw_norm",
    ]

    /// The window that settings name.
    static func window(_ values: MaxTextValues, decoder: String) throws(LaunchParseError) -> SlidingWindow? {
        if decoder == "llama4" {
            let tokens = try values.whole("chunk_attn_window_size", default: 0)
            let every = try values.whole("nope_layer_interval", default: 0)
            return tokens > 0 ? SlidingWindow(tokens: tokens, fullEvery: every, form: .chunked) : nil
        }
        let tokens = try values.whole("sliding_window_size", default: 0)
        return tokens > 0 ? SlidingWindow(tokens: tokens, fullEvery: cycles[decoder] ?? 0) : nil
    }

    /// What of layouts cannot be written.
    static func gaps(_ request: LaunchRequest, decoder: String) -> [LayoutGap] {
        guard !MaxTextAxes.isTPU(request), ["gpt_oss", "llama4"].contains(decoder) else { return [] }
        let what = decoder == "gpt_oss" ? "attention sinks" : "windows that cut the sequence"
        return [
            LayoutGap(
                layouts: .contextRanks,
                reason: "its kernels for GPUs have no \(what) beside context ranks; --fix context=1 goes")
        ]
    }
}
