/// Parts of every layer that are computed a second time on the way back, so that what they leave is not kept.
public struct RecomputedModules: OptionSet, Hashable, Sendable, Codable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Those that the software takes where it is told no names, ``LayoutRecomputation/selective``.
    public static let softwareChoice = RecomputedModules(rawValue: 1 << 15)
    /// Scores, softmax and their product with the values (Korthikanti et al. 2022, arXiv:2205.05198, section 5).
    public static let coreAttention = RecomputedModules(rawValue: 1 << 0)
    /// Every second matrix product and all that is cheap, attention kept: torchtitan's choice by operation.
    public static let everySecondProduct = RecomputedModules(rawValue: 1 << 1)

    /// Each module with its name in tables, files and options.
    public static let named: [(name: String, module: RecomputedModules)] = [
        ("core_attn", .coreAttention), ("every_second_product", .everySecondProduct),
    ]

    /// Why they cannot be recomputed together in a model; nil where they can.
    public func problem(for model: Transformer) -> String? {
        if isEmpty { return "no module is named; name one, or recompute nothing" }
        if contains(.everySecondProduct), self != .everySecondProduct {
            return "every_second_product stands for a choice of its own; name it alone"
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

    /// The sum over some modules.
    public func sum(of modules: RecomputedModules) -> Double {
        var sum = 0.0
        var rest = modules.rawValue
        while rest != 0 {
            sum += values[rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return sum
    }
}
