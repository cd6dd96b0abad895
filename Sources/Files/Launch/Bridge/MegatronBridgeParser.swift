import Training

/// Reading overrides of a Megatron Bridge recipe, with the model in them.
public enum MegatronBridgeParser {
    /// Reads a file of overrides.
    /// - Parameters:
    ///   - text: YAML or JSON with groups such as `model`, `train` and `ddp`.
    ///   - place: file name for messages.
    ///   - gpus: ranks of the run, from which data parallelism follows.
    /// - Returns: model and layout; the layout is not checked for legality.
    /// - Throws: ``LaunchParseError`` for a missing or bad value.
    public static func run(text: String, place: String, gpus: Int) throws(LaunchParseError) -> LaunchRun {
        let document: FlatDocument
        do { document = try FlatDocument(text: text, place: place) } catch {
            throw LaunchParseError(error)
        }
        var run = try MegatronParser.run(ArgumentValues(arguments(document)), gpus: gpus)
        run.request.trained = try MegatronBridgeAdapters.trained(document, model: run.request.model)
        // A recipe has a value of its own for everything that is not given.
        run.defaults = run.defaults.map { text in
            let flag = text.prefix { $0 != " " }
            guard let key = MegatronBridgeKey.known.first(where: { $0.flag == flag }) else { return text }
            return
                "\(key.section).\(key.name) (the recipe's; read as \(text.dropFirst(flag.count + 2).dropLast()))"
        }
        return run
    }

    /// Whether a text is one: it has the group of a model and that of a step.
    public static func isOverrides(_ text: String) -> Bool {
        guard let document = try? FlatDocument(text: text, place: "") else { return false }
        return given(document, "model.tensor_model_parallel_size") != nil
            && given(document, "train.micro_batch_size") != nil
    }

    static func given(_ document: FlatDocument, _ path: String) -> String? {
        guard let text = document.text(path), !["null", "~", ""].contains(text) else { return nil }
        return text
    }

    /// The same as Megatron-LM's arguments.
    private static func arguments(_ document: FlatDocument) -> [LaunchWords.Word] {
        var words: [LaunchWords.Word] = []
        for key in MegatronBridgeKey.known {
            // Some stand in two groups.
            guard !words.contains(where: { $0.text == key.flag }) else { continue }
            let path = "\(key.section).\(key.name)"
            let line = document.line(path) ?? document.line("\(path).0") ?? 0
            func take(_ values: [String] = []) { words += ([key.flag] + values).map { ($0, line) } }
            let items = (0..<document.count(of: path)).compactMap { document.text("\(path).\($0)") }
            switch key.form {
            case .count, .real:
                guard let text = given(document, path) else { continue }
                take([text])
            case .text:
                // A pattern of layers may look like a flag.
                guard let text = given(document, path) else { continue }
                words.append(("\(key.flag)=\(text)", line))
            case .words: if !items.isEmpty { take(items) }
            case .numbers: if !items.isEmpty { take([items.joined(separator: ",")]) }
            case .layers:
                if !items.isEmpty {
                    take(["[" + items.joined(separator: ",") + "]"])
                } else if let text = given(document, path) {
                    take([text])
                }
            case .presence: if given(document, path) == "true" { take() }
            case .absence: if given(document, path) == "false" { take() }
            }
        }
        let others = attention(document) + precision(document) + moments(document)
        return words + others.map { ($0, 0) }
    }

    private static func attention(_ document: FlatDocument) -> [String] {
        var words: [String] = []
        if let groups = given(document, "model.num_query_groups"),
            groups != given(document, "model.num_attention_heads")
        {
            words += ["--group-query-attention", "--num-query-groups", groups]
        }
        if given(document, "model.activation_func") == "squared_relu" { words.append("--squared-relu") }
        return words
    }

    private static func precision(_ document: FlatDocument) -> [String] {
        if let name = given(document, "mixed_precision") {
            switch name.replacing("-", with: "_") {
            case "fp16_mixed": return ["--fp16"]
            case "bf16_with_fp8_delayed_scaling_mixed":
                return ["--bf16", "--fp8-format", "hybrid", "--fp8-recipe", "delayed"]
            case "bf16_with_fp8_current_scaling_mixed":
                return ["--bf16", "--fp8-format", "hybrid", "--fp8-recipe", "tensorwise"]
            case "bf16_with_fp8_subchannel_scaling_mixed":
                return ["--bf16", "--fp8-format", "e4m3", "--fp8-recipe", "blockwise"]
            case "bf16_with_mxfp8_mixed":
                return ["--bf16", "--fp8-format", "e4m3", "--fp8-recipe", "mxfp8"]
            case "bf16_with_nvfp4_mixed": return ["--bf16", "--fp4-format", "e2m1"]
            default: return ["--bf16"]
            }
        }
        var words = given(document, "mixed_precision.bf16") == "true" ? ["--bf16"] : []
        if let format = given(document, "mixed_precision.fp8") {
            words += ["--fp8-format", format]
            if let recipe = given(document, "mixed_precision.fp8_recipe") {
                words += ["--fp8-recipe", recipe]
            }
        }
        if let format = given(document, "mixed_precision.fp4") { words += ["--fp4-format", format] }
        return words
    }

    private static func moments(_ document: FlatDocument) -> [String] {
        let types = ["torch.float32": "fp32", "torch.bfloat16": "bf16", "torch.uint8": "fp8"]
        return [("exp_avg_dtype", "--exp-avg-dtype"), ("exp_avg_sq_dtype", "--exp-avg-sq-dtype")]
            .flatMap { key, flag -> [String] in
                given(document, "optimizer.\(key)").map { [flag, types[$0] ?? $0] } ?? []
            }
    }
}
