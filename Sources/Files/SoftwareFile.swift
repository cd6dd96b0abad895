import Quantities
import Training

/// Reading software files.
public enum SoftwareFile {
    /// All keys of software files.
    public static let keys = words + lists + SoftwareConduct.numbers.map(\.key)

    /// Keys that lists of values stand under.
    public static let lists = [
        "schedules", "sharding", "pipeline_sharding", "group_sharding", "recompute", "sequence_parallel",
        "expert_sequence_parallel", "context_sequence_parallel", "context_methods", "offload", "graphs_on",
        "recompute_modules", "formats", "offload_sharding", "unshared_optimizers", "sharded_optimizers",
        "offload_optimizers", "delayed_modules",
    ]
    /// Keys of one value.
    private static let words = [
        "name", "title", "release", "source", "interleaving", "stages", "shard_groups", "unshared",
        "recomputed_layers", "expert_tensor", "split_biased_experts", "multi_token", "mesh",
        "tensor_parallel", "like", "attention_kernel", "flash_kernels", "norms", "elementwise", "loss",
        "gradient_traffic", "gathered_weights",
        "usual_stages", "selective", "expert_outputs", "expert_transport", "dispatch", "expert_overlap",
    ]

    /// Reads a software; a key that is left out is as in the software that it is like, where there is none excludes
    /// nothing and takes what is assumed.
    /// - Parameters:
    ///   - text: YAML or JSON with the keys of `docs/software.md`.
    ///   - place: file name for messages.
    /// - Returns: the software.
    /// - Throws: ``ScenarioError`` naming the key, its line, what is wrong and what would be accepted.
    public static func read(text: String, place: String) throws(ScenarioError) -> TrainingSoftware {
        let reader = FieldReader(document: try FlatDocument(text: text, place: place))
        try reader.rejectUnknown(known: keys + lists.map { "\($0).N" }, of: "software files")
        var software = TrainingSoftware()
        if let other = reader.word("like") {
            do { software = try SoftwareCatalogue.entry(other) } catch {
                throw reader.error("like", "is '\(other)': \(error)")
            }
        }
        software.name = try reader.required("name")
        guard !software.isAnything else {
            throw reader.error("name", "is 'any', which stands for every software; take another")
        }
        software.title = reader.word("title") ?? software.name
        software.release = reader.word("release") ?? ""
        software.source = reader.word("source") ?? ""
        try abilities(reader, &software)
        try conduct(reader, &software.conduct)
        return software
    }

    /// Whether a `key=value` text names a key of software.
    public static func isSetting(_ override: String) -> Bool {
        let key = override.prefix { $0 != "=" }
        return settings.contains { $0 == key }
    }

    /// Keys that can be set: all but those that say which software it is.
    private static let settings = keys.filter {
        !["name", "title", "release", "source", "like"].contains($0)
    }

    /// A software with some values replaced.
    /// - Parameters:
    ///   - overrides: `key=value` texts; the items of a list are joined by commas.
    ///   - software: what they change.
    /// - Returns: the software, under its name.
    /// - Throws: ``ScenarioError`` naming what cannot be used.
    public static func setting(
        _ overrides: [String], in software: TrainingSoftware
    ) throws(ScenarioError) -> TrainingSoftware {
        guard !overrides.isEmpty else { return software }
        var lines: [String] = []
        for override in overrides {
            let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, isSetting(override), !parts[1].isEmpty else {
                throw ScenarioError(
                    place: "--set \(override)",
                    reason: "write it as key=value, for instance expert_balance=natural")
            }
            let key = String(parts[0])
            let words = lists.contains(key) ? parts[1].split(separator: ",") : [parts[1]]
            let quoted = words.map { word in
                "\"" + word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
            }
            lines.append(
                "\(key): " + (lists.contains(key) ? "[\(quoted.joined(separator: ", "))]" : quoted[0]))
        }
        let text = lines.joined(separator: "\n")
        let reader = FieldReader(document: try FlatDocument(text: text, place: "--set"))
        var software = software
        try abilities(reader, &software)
        try conduct(reader, &software.conduct)
        software.changes = (software.changes ?? []) + overrides
        return software
    }

    /// What the software runs.
    private static func abilities(
        _ reader: FieldReader, _ software: inout TrainingSoftware
    ) throws(ScenarioError) {
        try reader.take(
            "formats", orAny: &software.formats, { try? TrainingPrecision(named: $0).matrix },
            TrainingPrecision.aliases.map(\.name))
        try reader.take(
            "schedules", into: &software.schedules, Schedule.init(rawValue:),
            Schedule.allCases.map(\.rawValue), mayBeEmpty: true)
        try reader.take("tensor_parallel", into: &software.tensorParallelism)
        try reader.take("interleaving", into: &software.interleaving)
        try reader.take("stages", into: &software.stages)
        try reader.take("sharding", into: &software.sharding, stage, stages)
        try reader.take("pipeline_sharding", into: &software.pipelineSharding, stage, stages)
        try reader.take("group_sharding", into: &software.groupSharding, stage, stages, mayBeEmpty: true)
        try reader.take("usual_stages", into: &software.usualStages)
        try reader.take("shard_groups", into: &software.shardGroups)
        try reader.take("unshared", into: &software.unshared)
        try reader.take(
            "recompute", into: &software.recomputation, LayoutRecomputation.Kind.init(rawValue:),
            LayoutRecomputation.Kind.allCases.map(\.rawValue))
        if let modules = try modules(reader, "recompute_modules") { software.recomputedModules = modules }
        if let modules = try modules(reader, "delayed_modules") { software.delayedModules = modules }
        try reader.take("recomputed_layers", into: &software.recomputedLayers)
        let sequences = SequenceParallelism.allCases.map(\.rawValue)
        try reader.take(
            "sequence_parallel", into: &software.sequenceParallelism, SequenceParallelism.init(rawValue:),
            sequences)
        try reader.take(
            "expert_sequence_parallel", into: &software.expertSequenceParallelism,
            SequenceParallelism.init(rawValue:), sequences)
        try reader.take(
            "context_sequence_parallel", into: &software.contextSequenceParallelism,
            SequenceParallelism.init(rawValue:), sequences)
        try reader.take(
            "context_methods", into: &software.contextMethods, ContextMethod.init(rawValue:),
            ContextMethod.allCases.map(\.rawValue), mayBeEmpty: true)
        try reader.take("expert_tensor", into: &software.expertTensor)
        try reader.take("split_biased_experts", into: &software.splitBiasedExperts)
        try reader.take(
            "offload", orAny: &software.offload, Offload.init(named:),
            ["none", "optimizer", "weights", "activations, joined by +", "or 'any' in place of a list"])
        try reader.take("offload_sharding", orAny: &software.offloadSharding, stage, stages)
        for (key, path) in optimizers {
            try reader.take(
                key, orAny: &software[keyPath: path], TrainingOptimizer.init(rawValue:),
                TrainingOptimizer.allCases.map(\.rawValue))
        }
        try reader.take("multi_token", into: &software.multiToken)
        try reader.take("mesh", into: &software.mesh)
    }

    /// Keys of optimizers with what they set.
    private static let optimizers:
        [(String, WritableKeyPath<TrainingSoftware, [TrainingOptimizer]?> & Sendable)] = [
            ("unshared_optimizers", \.unsharedOptimizers), ("sharded_optimizers", \.shardedOptimizers),
            ("offload_optimizers", \.offloadOptimizers),
        ]

    private static func modules(_ reader: FieldReader, _ key: String) throws(ScenarioError)
        -> RecomputedModules?
    {
        guard reader.word(key) != "any" else { return nil }
        var modules: [RecomputedModules] = []
        try reader.take(
            key, into: &modules, RecomputedModules.init(named:), RecomputedModules.named.map(\.name))
        return modules.isEmpty ? nil : RecomputedModules(modules)
    }

    /// What the software does.
    private static func conduct(
        _ reader: FieldReader, _ conduct: inout SoftwareConduct
    ) throws(ScenarioError) {
        try reader.take("attention_kernel", into: &conduct.kernels.attention)
        try reader.take("flash_kernels", into: &conduct.kernels.flash)
        try reader.take("norms", into: &conduct.kernels.norms)
        try reader.take("elementwise", into: &conduct.kernels.elementwise)
        try reader.take("loss", into: &conduct.kernels.loss)
        if let word = reader.word("selective") {
            guard let modules = RecomputedModules(named: word) else {
                throw reader.error(
                    "selective",
                    FieldReader.refusal(word, RecomputedModules.named.map(\.name)) + ", joined by +")
            }
            conduct.selective = modules
        }
        try reader.take("gradient_traffic", into: &conduct.gradientTraffic)
        try reader.take("gathered_weights", into: &conduct.gatheredWeights)
        try reader.take("expert_outputs", into: &conduct.expertOutputs)
        try reader.take("expert_transport", into: &conduct.expertTransport)
        try reader.take("dispatch", into: &conduct.dispatch)
        try reader.take("expert_overlap", into: &conduct.expertOverlap)
        try reader.take(
            "graphs_on", into: &conduct.graphsOn, Architecture.init(rawValue:),
            Architecture.allCases.map(\.rawValue), mayBeEmpty: true)
        for number in SoftwareConduct.numbers where reader.has(number.key) {
            let value: Double
            if let known = balance(reader, number.key) {
                value = known
            } else {
                value = try reader.number(number.key)
            }
            guard number.range.contains(value) else {
                throw reader.error(
                    number.key,
                    "is \(Shown.value(reader.word(number.key) ?? "")); "
                        + "\(number.range.lowerBound) to \(number.range.upperBound) is accepted")
            }
            conduct[keyPath: number.path] = value
        }
    }

    /// Routing by its name, which stands for a number.
    private static func balance(_ reader: FieldReader, _ key: String) -> Double? {
        guard key == "expert_balance" else { return nil }
        return switch reader.word(key) {
        case "forced": 1
        case "natural": SoftwareConduct.naturalBalance
        default: nil
        }
    }

    private static let stages = Sharding.Stage.allCases.map { "\($0.rawValue)" }

    private static func stage(_ word: String) -> Sharding.Stage? {
        Int(word).flatMap(Sharding.Stage.init(rawValue:))
    }
}

extension FieldReader {
    /// Takes one of a few words, where the key is there.
    fileprivate func take<Value>(
        _ key: String, into value: inout Value
    ) throws(ScenarioError) where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
        guard let word = word(key) else { return }
        guard let known = Value(rawValue: word) else {
            throw error(key, Self.refusal(word, Value.allCases.map(\.rawValue)))
        }
        value = known
    }

    /// Takes a list of words, or one, where the key is there.
    fileprivate func take<Value>(
        _ key: String, into values: inout [Value], _ read: (String) -> Value?, _ known: [String],
        mayBeEmpty: Bool = false
    ) throws(ScenarioError) {
        let count = document.count(of: key)
        let keys = count > 0 ? (0..<count).map { "\(key).\($0)" } : has(key) ? [key] : []
        guard !keys.isEmpty || document.isList(key) else { return }
        guard !keys.isEmpty || mayBeEmpty else {
            throw error(
                key, "is an empty list; leave it out, or name some of \(known.joined(separator: ", "))")
        }
        var found: [Value] = []
        for key in keys {
            let word = try required(key)
            guard let value = read(word) else { throw error(key, Self.refusal(word, known)) }
            found.append(value)
        }
        values = found
    }

    /// The same, where "any" stands for no list.
    fileprivate func take<Value>(
        _ key: String, orAny values: inout [Value]?, _ read: (String) -> Value?, _ known: [String]
    ) throws(ScenarioError) {
        guard has(key) || document.isList(key), word(key) != "any" else { return }
        var found: [Value] = []
        try take(key, into: &found, read, known)
        values = found
    }

    fileprivate static func refusal(_ word: String, _ known: [String]) -> String {
        "is \(Shown.value(word)); one of \(known.joined(separator: ", ")) is accepted"
            + Suggestion.phrase(for: word, among: known)
    }
}
