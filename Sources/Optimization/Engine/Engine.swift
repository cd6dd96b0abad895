import Quantities

/// Which engine searches the plans of a fixed shape and batch.
public enum Engine: String, Hashable, Sendable, Codable, CaseIterable {
    /// The planner chooses by the size of the space and says which and why.
    case auto
    /// Pruned exhaustive enumeration.
    case enumerate
    /// Mixed-integer programming over masters, with exact prices.
    case mip
    /// Both, one against the other; a difference is an error.
    case both
}

/// The engine that a search uses, and why.
public struct EngineChoice: Hashable, Sendable {
    /// ``Engine/enumerate``, ``Engine/mip`` or ``Engine/both``.
    public let engine: Engine
    /// One sentence for the certificate; nil where the engine was asked for by name.
    public let reason: String?

    /// Assignments above which `auto` prefers masters; see `docs/mixed-integer.md`, "Measured".
    ///
    /// In the data-movement model the enumeration was faster on every measured space, the largest of 10^12
    /// assignments; on transformers neither engine is always ahead. The number lies beyond all of them.
    public static let largestEnumeration = 1_000_000_000_000_000

    /// Chooses an engine.
    /// - Parameters:
    ///   - engine: what was asked for.
    ///   - leaves: assignments in the space.
    ///   - hasSolver: whether a solver for masters is there.
    /// - Returns: the engine to use with its reason.
    public static func choose(_ engine: Engine, leaves: Int, hasSolver: Bool) -> EngineChoice {
        guard engine == .auto else { return EngineChoice(engine: engine, reason: nil) }
        guard hasSolver else {
            return EngineChoice(engine: .enumerate, reason: "enumerate: no solver for masters was given")
        }
        let isLarge = leaves > largestEnumeration
        return EngineChoice(
            engine: isLarge ? .mip : .enumerate,
            reason: "\(isLarge ? "mip" : "enumerate"): the space has \(Readable.count(leaves)) assignments; "
                + "masters are chosen above \(Readable.count(largestEnumeration))")
    }
}

/// Why an engine gave no answer.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The engine needs a solver and none was given.
    case noSolver
    /// The solver failed.
    case solver(SolverError)
    /// Two engines disagree: one of them, or the cost model's bounds, is wrong.
    case disagreement(enumerate: String, mip: String)

    /// One line: what happened and what would do.
    public var description: String {
        switch self {
        case .noSolver: "the engine mip needs a mixed-integer solver and none was given; use enumerate"
        case .solver(let error): "the engine mip failed: \(error); use enumerate"
        case .disagreement(let enumerate, let mip):
            "the engines disagree, which is a defect: enumerate found \(enumerate), mip found \(mip)"
        }
    }
}

/// What the engines report beyond the account of leaves.
public struct EngineAccount: Hashable, Sendable, Codable {
    /// The engine that searched.
    public var engine: Engine
    /// Why `auto` chose it; nil where it was asked for by name.
    public var reason: String?
    /// What the mixed-integer engine took; nil where it was not used.
    public var mixedInteger: MixedIntegerAccount?

    @usableFromInline package init(engine: Engine, reason: String? = nil, mixedInteger: MixedIntegerAccount?)
    {
        self.engine = engine
        self.reason = reason
        self.mixedInteger = mixedInteger
    }

    /// Adds a later search of the same question.
    mutating func add(_ other: EngineAccount) {
        engine = other.engine
        reason = reason ?? other.reason
        guard let more = other.mixedInteger else { return }
        var sum = mixedInteger ?? MixedIntegerAccount()
        sum.add(more)
        mixedInteger = sum
    }
}
