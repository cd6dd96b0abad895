/// Parts of every layer that are computed a second time on the way back, so that what they leave is not kept.
public struct RecomputedModules: OptionSet, Hashable, Sendable, Codable {
    /// A bit for each module.
    public let rawValue: UInt16

    /// Takes bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Those that the software takes where it is told no names, ``LayoutRecomputation/selective``.
    public static let softwareChoice = RecomputedModules(rawValue: 1 << 15)
    /// Scores, softmax and their product with the values: arXiv:2205.05198, section 5.
    public static let coreAttention = RecomputedModules(rawValue: 1 << 0)
    /// Every second matrix product and all that is cheap, attention kept: torchtitan's choice by operation.
    public static let everySecondProduct = RecomputedModules(rawValue: 1 << 1)

    /// Norms that no kernel has in common with the product that follows: before latent attention, before experts.
    public static let norms = RecomputedModules(rawValue: 1 << 2)
    /// Activation functions of routed experts.
    public static let expertActivation = RecomputedModules(rawValue: 1 << 3)
    /// Products of latent attention from its ranks up to heads, with rotary embedding.
    public static let latentUp = RecomputedModules(rawValue: 1 << 4)
    /// Feed-forward parts of layers without experts.
    public static let feedForward = RecomputedModules(rawValue: 1 << 5)
    /// Everything of the experts, routed and shared, with the exchange of tokens.
    public static let experts = RecomputedModules(rawValue: 1 << 6)
    /// Shared experts alone.
    public static let sharedExperts = RecomputedModules(rawValue: 1 << 7)

    /// Each module with its name in tables, files and options; those that have them are Megatron-Core's names
    /// (`--recompute-modules`, megatron/core/transformer/transformer_config.py).
    public static let named: [(name: String, module: RecomputedModules)] = [
        ("core_attn", .coreAttention), ("every_second_product", .everySecondProduct), ("layernorm", .norms),
        ("moe_act", .expertActivation), ("mla_up_proj", .latentUp), ("mlp", .feedForward), ("moe", .experts),
        ("shared_experts", .sharedExperts),
    ]

    /// The modules that a model has.
    /// - Parameter model: what is trained.
    /// - Returns: all of them.
    public static func modules(of model: Transformer) -> RecomputedModules {
        var modules: RecomputedModules = [.everySecondProduct]
        if model.attentionLayerCount > 0 {
            modules.insert(.coreAttention)
            if model.attention.form.isLatent {
                modules.insert(.norms)
                // Beside an indexer heads attend to the latent vectors themselves.
                if model.attention.indexer == nil { modules.insert(.latentUp) }
            }
        }
        if model.denseLayerCount > 0 { modules.insert(.feedForward) }
        if model.hasExpertLayers {
            modules.formUnion([.experts, .expertActivation, .norms])
            if model.experts.map({ $0.sharedExperts > 0 }) ?? false { modules.insert(.sharedExperts) }
        }
        return modules
    }

    /// All sets of some modules that a model may recompute together, those with fewer modules first.
    /// - Parameters:
    ///   - model: what is trained.
    ///   - known: modules that the software knows.
    /// - Returns: sets, none of them empty.
    public static func sets(of model: Transformer, known: RecomputedModules) -> [RecomputedModules] {
        let most = modules(of: model).intersection(known)
        // Every subset, by counting down within the mask.
        var sets: [RecomputedModules] = []
        var bits = most.rawValue
        while bits != 0 {
            let set = RecomputedModules(rawValue: bits)
            if set.problem(for: model) == nil { sets.append(set) }
            bits = (bits - 1) & most.rawValue
        }
        return sets.sorted {
            ($0.rawValue.nonzeroBitCount, $0.rawValue) < ($1.rawValue.nonzeroBitCount, $1.rawValue)
        }
    }

    /// Why they cannot be recomputed together in a model; nil where they can.
    public func problem(for model: Transformer) -> String? {
        if contains(.softwareChoice) {
            return self == .softwareChoice ? nil : "selective stands for the software's choice; name it alone"
        }
        if isEmpty { return "no module is named; name one, or recompute nothing" }
        if contains(.everySecondProduct), self != .everySecondProduct {
            return "every_second_product stands for a choice of its own; name it alone"
        }
        if contains(.experts), !isDisjoint(with: [.expertActivation, .sharedExperts]) {
            return "moe holds moe_act and shared_experts; leave them out, or leave out moe"
        }
        let missing = subtracting(Self.modules(of: model))
        guard missing.isEmpty else {
            let known = Self.modules(of: model).names.joined(separator: ", ")
            return
                "recompute names \(missing.name), which \(model.name) has not, or has in one kernel with what "
                + "follows; of \(known) some are accepted"
        }
        return nil
    }

    /// Names of its modules, joined by +.
    public var name: String { names.joined(separator: "+") }

    /// The same as a list, in the order of ``named``.
    public var names: [String] { Self.named.filter { contains($0.module) }.map(\.name) }

    /// Reads a ``name``; nil for a word that is none, or one that stands twice.
    /// - Parameter name: as ``name`` writes it, the modules in any order.
    public init?(named name: String) {
        self = []
        for word in name.split(separator: "+", omittingEmptySubsequences: false) {
            guard let known = Self.named.first(where: { $0.name == word }), insert(known.module).inserted
            else { return nil }
        }
    }
}

/// A number for each module but ``RecomputedModules/softwareChoice``.
public struct ByModule: Hashable, Sendable {
    private var values = SIMD8<Double>.zero

    /// Zero for each.
    public init() {}

    /// The number of one module.
    public subscript(module: RecomputedModules) -> Double {
        get { values[module.rawValue.trailingZeroBitCount] }
        set { values[module.rawValue.trailingZeroBitCount] = newValue }
    }

    /// How many of some modules have a number above zero.
    public func count(of modules: RecomputedModules) -> Int {
        var count = 0
        forEach(of: modules) { if $0 > 0 { count += 1 } }
        return count
    }

    /// The sum over some modules.
    public func sum(of modules: RecomputedModules) -> Double {
        var sum = 0.0
        forEach(of: modules) { sum += $0 }
        return sum
    }

    private func forEach(of modules: RecomputedModules, _ visit: (Double) -> Void) {
        var rest = modules.rawValue
        while rest != 0 {
            visit(values[rest.trailingZeroBitCount])
            rest &= rest - 1
        }
    }
}
