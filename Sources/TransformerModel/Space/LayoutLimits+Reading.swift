import Training

/// Decisions that are fixed by name, as `--fix` has them: `tp=4,8`, `zero=0,1`.
///
/// Values are read as everywhere (`LayoutField`); a decision may be fixed once, with all its values.
extension LayoutLimits {
    /// Limits with some decisions fixed.
    /// - Parameter decisions: each with its name and all values that are allowed.
    /// - Throws: `LayoutFieldError` for a name that is none, a decision that is fixed twice, or a value that
    ///   cannot be read.
    public init(fixing decisions: [(name: String, values: [String])]) throws(LayoutFieldError) {
        self = try LayoutLimits().fixing(decisions)
    }

    /// These limits with some decisions fixed, in place of what they say of them.
    /// - Parameter decisions: each with its name and all values that are allowed.
    /// - Returns: the limits.
    /// - Throws: `LayoutFieldError` for a name that is none, a decision that is fixed twice, or a value that
    ///   cannot be read.
    public func fixing(
        _ decisions: [(name: String, values: [String])]
    ) throws(LayoutFieldError) -> LayoutLimits {
        var limits = self
        var fixed: Set<String> = []
        for (name, values) in decisions {
            let decision = Decision(name)
            guard let decision else {
                throw LayoutFieldError(
                    "'\(name)' is no decision that can be fixed; one of "
                        + "\(Self.decisions.joined(separator: ", ")) is needed")
            }
            guard fixed.insert(decision.name).inserted else {
                throw LayoutFieldError("\(name) is fixed twice; write its values once, as in \(name)=1,2")
            }
            guard !values.isEmpty else { throw LayoutFieldError("\(name) is fixed without a value") }
            try limits.fix(decision, values)
        }
        return limits
    }

    /// Names of the decisions that can be fixed: those of fields, whatever else they are called, and `stages`,
    /// which takes the place of the layers of each chunk.
    public static let decisions =
        LayoutField.all.map(\.name).filter { $0 != "global_batch" && $0 != "layers_by_chunk" } + ["stages"]

    /// A decision under its name: a field of layouts, or how stages are cut.
    private enum Decision {
        case stages
        case field(LayoutField)

        init?(_ word: String) {
            guard word != "stages" else {
                self = .stages
                return
            }
            guard let field = LayoutField.named(word), LayoutLimits.decisions.contains(field.name)
            else { return nil }
            self = .field(field)
        }

        var name: String {
            switch self {
            case .stages: "stages"
            case .field(let field): field.name
            }
        }
    }

    private mutating func fix(_ decision: Decision, _ values: [String]) throws(LayoutFieldError) {
        guard case .field(let field) = decision else {
            stages = try Self.choices("stages", values)
            return
        }
        switch field.name {
        case "recompute":
            let sets = values.compactMap(RecomputedModules.init(named:))
            let kinds = values.map { RecomputedModules(named: $0) == nil ? $0 : "modules" }
            recomputation = try Self.choices("recompute", kinds)
            if !sets.isEmpty {
                recomputedModules = sets.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            }
            return
        case "shard_group" where values == ["any"]:
            shardGroups = .any
            return
        default: break
        }
        var layouts: [TrainingLayout] = []
        for value in values {
            var layout = TrainingLayout()
            try field.read(value, into: &layout)
            layouts.append(layout)
        }
        take(field, from: layouts)
    }

    /// Allows the values that a field has in some layouts.
    private mutating func take(_ field: LayoutField, from layouts: [TrainingLayout]) {
        func values<Value: Hashable>(_ value: (TrainingLayout) -> Value) -> [Value] {
            layouts.map(value).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
        switch field.name {
        case "tp": tensor = values(\.tensor)
        case "cp": context = values(\.context)
        case "context_method": contextMethods = values(\.contextMethod)
        case "pp": pipeline = values(\.pipeline)
        case "dp": data = values(\.data)
        case "ep": expert = values(\.expert)
        case "expert_tensor": expertTensor = values(\.expertTensor)
        case "microbatch": microbatch = values(\.microbatch)
        case "interleave": chunks = values(\.chunks)
        case "zero": sharding = values(\.sharding.stage).sorted()
        case "shard_group": shardGroups = .given(values(\.sharding.group))
        case "offload": offload = values(\.offload)
        case "schedule": schedules = values(\.schedule)
        case "sequence_parallel": sequenceParallelism = values(\.sequenceParallelism)
        default: break
        }
    }

    private static func choices<Choice: CaseIterable & RawRepresentable & Hashable>(
        _ name: String, _ words: [String]
    ) throws(LayoutFieldError) -> [Choice] where Choice.RawValue == String {
        var choices: [Choice] = []
        for word in words {
            guard let choice = Choice(rawValue: word) else {
                let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
                throw LayoutFieldError("\(name) is '\(word)'; one of \(known) is accepted")
            }
            if !choices.contains(choice) { choices.append(choice) }
        }
        return choices
    }
}
