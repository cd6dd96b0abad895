import Files
import Quantities
import Training

/// Models, for people and scripts.
public enum ModelReport {
    /// One line a model.
    /// - Parameter entries: what to list.
    /// - Returns: the table with a final newline.
    public static func list(_ entries: [ModelEntry]) -> String {
        var table = TextTable([
            ("name", .left), ("parameters", .right), ("active", .right), ("layers", .right),
            ("width", .right), ("heads", .right), ("experts", .right), ("sequence", .right),
            ("batch", .right), ("title", .left),
        ])
        for entry in entries {
            let model = entry.model
            let form = model.attention.form
            let heads =
                form.heads == form.keyValueHeads ? "\(form.heads)" : "\(form.heads)/\(form.keyValueHeads)"
            table.add([
                model.name, billions(model.mainParameters.total), billions(model.activeParameters.total),
                "\(model.layers)", "\(model.width)", heads,
                model.experts.map { "\($0.topK) of \($0.experts)" } ?? "", "\(model.sequenceLength)",
                model.defaultGlobalBatch.map(String.init) ?? "", entry.title,
            ])
        }
        return table.text + "\n"
    }

    /// One line a model, full precision.
    /// - Parameter entries: what to list.
    /// - Returns: lines with a final newline.
    public static func csv(_ entries: [ModelEntry]) -> String {
        let rows = entries.map { shape($0) + sizes($0.model) }
        return ([CSVText.header(rows.first ?? [])] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    /// One model: every value with its source, parameters and FLOP by component.
    /// - Parameter entry: the model.
    /// - Returns: text with a final newline.
    public static func show(_ entry: ModelEntry) -> String {
        var values = TextTable([("key", .left), ("value", .left), ("kind", .left), ("source", .left)])
        for field in entry.fields {
            let origin = entry.sources.first { $0.keys.contains(field.key) }
            values.add([field.key, field.text, origin?.kind.rawValue ?? "", origin?.source ?? ""])
        }
        let model = entry.model
        var text = "\(entry.title) (\(model.name))\n\n" + values.text + "\n\n" + parameterTable(model).text
        text += "\n\n" + flopTable(model).text + "\n"
        if let published = entry.published.parameters {
            text += "\npublished: \(billions(published)) parameters"
            if let active = entry.published.activeParameters { text += ", \(billions(active)) active" }
            text += "\n"
        }
        return text + (entry.notes.isEmpty ? "" : "\nnotes: \(entry.notes)\n")
    }

    /// One model as JSON: values, sources, parameters and FLOP by component.
    /// - Parameter entry: the model.
    /// - Returns: the document.
    public static func json(_ entry: ModelEntry) -> JSONValue {
        let model = entry.model
        return .object([
            "model": (shape(entry) + sizes(model)).json, "notes": .text(entry.notes),
            "values": .object(
                Dictionary(
                    entry.fields.map { ($0.key, .text($0.text)) }, uniquingKeysWith: { first, _ in first })),
            "sources": .array(
                entry.sources.map { origin in
                    .object([
                        "keys": .array(origin.keys.map { .text($0) }), "kind": .text(origin.kind.rawValue),
                        "source": .text(origin.source),
                    ])
                }),
            "published": [
                Field("params", entry.published.parameters.map { .number($0) } ?? .missing),
                Field("active_params", entry.published.activeParameters.map { .number($0) } ?? .missing),
            ].json,
            "chain": .array(
                model.elementCounts.map { entry in
                    [
                        Field("kind", .text(entry.element.kind.rawValue)),
                        Field("mixer", .text(entry.element.mixer.rawValue)),
                        Field("window", entry.element.window.map { .integer($0) } ?? .missing),
                        Field("count", .integer(entry.count)),
                        Field("params", .number(model.parameters(of: entry.element).total)),
                    ].json
                }),
        ])
    }

    /// Columns that `evaluate` and tables of measurements use for a shape.
    private static func shape(_ entry: ModelEntry) -> [Field] {
        let model = entry.model
        let experts = model.experts
        func optional(_ value: Int?) -> Field.Value { value.map { .integer($0) } ?? .missing }
        return [
            Field("name", .text(model.name)), Field("title", .text(entry.title)),
            Field("layers", .integer(model.layers)), Field("d_model", .integer(model.width)),
            Field("d_ff", .integer(model.feedForward.width)),
            Field("heads", .integer(model.attention.form.heads)),
            Field("kv_heads", .integer(model.attention.form.keyValueHeads)),
            Field("vocab", .integer(model.vocabulary)), Field("seq_len", .integer(model.sequenceLength)),
            Field("experts", optional(experts?.experts)), Field("top_k", optional(experts?.topK)),
            Field("expert_d_ff", optional(experts?.width)),
            Field("shared_experts", optional(experts?.sharedExperts)),
            Field("dense_layers", optional(experts.map { _ in model.layers - model.expertLayerCount })),
            Field("global_batch", optional(model.defaultGlobalBatch)),
        ]
    }

    private static func sizes(_ model: Transformer) -> [Field] {
        let parameters = model.parameters
        var fields = [
            Field("params", .number(model.mainParameters.total)),
            Field("params_with_multi_token", .number(parameters.total)),
            Field("active_params", .number(model.activeParameters.total)),
        ]
        fields += ParameterCount.components.map {
            Field("\($0.name)_params", .number(parameters[keyPath: $0.component]))
        }
        let tokens = Double(model.sequenceLength)
        for counting in AttentionCounting.allCases {
            fields.append(
                Field(
                    "model_flop_per_token_\(counting.rawValue)_attention",
                    .number(model.modelFlop(counting: counting).value / tokens)))
        }
        return fields
    }

    private static func parameterTable(_ model: Transformer) -> TextTable {
        var table = TextTable([("parameters", .left), ("all", .right), ("active", .right)])
        let all = model.mainParameters
        let active = model.activeParameters
        for (name, component) in ParameterCount.components where all[keyPath: component] > 0 {
            table.add([
                name.replacing("_", with: " "), billions(all[keyPath: component]),
                billions(active[keyPath: component]),
            ])
        }
        let multiToken = model.parameters.total - all.total
        table.add(["total", billions(all.total), billions(active.total)])
        if multiToken > 0 { table.add(["multi-token layers", billions(multiToken), ""]) }
        return table
    }

    private static func flopTable(_ model: Transformer) -> TextTable {
        var table = TextTable([
            ("FLOP a token, forward and backward", .left), ("full attention", .right), ("causal", .right),
        ])
        let full = model.forwardFlop(counting: .full) * (3 / Double(model.sequenceLength))
        let causal = model.forwardFlop(counting: .causal) * (3 / Double(model.sequenceLength))
        for (name, component) in TransformerFlop.components where full[keyPath: component].value > 0 {
            table.add([
                name.replacing("_", with: " "), Readable.text(full[keyPath: component]),
                Readable.text(causal[keyPath: component]),
            ])
        }
        table.add(["total", Readable.text(full.total), Readable.text(causal.total)])
        return table
    }

    /// `8.03 B`, `124 M`.
    private static func billions(_ count: Double) -> String {
        if count >= 1e12 { return Readable.significant(count / 1e12, digits: 4) + " T" }
        if count >= 1e9 { return Readable.significant(count / 1e9, digits: 4) + " B" }
        return Readable.significant(count / 1e6, digits: 4) + " M"
    }
}
