import Training

/// Where a number of a model entry comes from.
public struct ModelSource: Hashable, Sendable {
    /// How sure a number is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Printed by the model's authors: paper, model card or configuration.
        case published
        /// Computed from published numbers.
        case derived
        /// Reported by others and not confirmed.
        case unconfirmed
        /// Assumed, because nothing better is known.
        case assumed
    }

    /// Key paths of the values.
    public let keys: [String]
    /// How sure they are.
    public let kind: Kind
    /// Who says so.
    public let source: String

    /// Makes a source.
    public init(keys: [String], kind: Kind, source: String) {
        self.keys = keys
        self.kind = kind
        self.source = source
    }
}

/// Sizes as a model's authors print them, to hold the computed ones against.
public struct PublishedSize: Hashable, Sendable {
    /// Parameters in all, without multi-token predictions.
    public let parameters: Double?
    /// Parameters that one token uses.
    public let activeParameters: Double?

    /// Makes a pair of sizes.
    public init(parameters: Double?, activeParameters: Double?) {
        self.parameters = parameters
        self.activeParameters = activeParameters
    }
}

/// What a sequence length is that a file states.
public enum SequenceOrigin: Hashable, Sendable {
    /// Tokens of a training sequence.
    case training
    /// The longest sequence that the model takes.
    case longest
    /// None is stated.
    case absent
}

/// A model with the sources of its numbers, as read from a file, the catalogue or a `config.json`.
public struct ModelEntry: Hashable, Sendable {
    /// The model.
    public var model: Transformer
    /// Title for people.
    public var title: String
    /// Sizes as published.
    public var published: PublishedSize
    /// Where each number comes from; empty in files that do not say.
    public var sources: [ModelSource]
    /// Free text on conventions and uncertainties.
    public var notes: String
    /// What the file says and the model does not hold, a sentence each; empty for model files.
    public var warnings: [String] = []
    /// What the model's sequence length is.
    public var sequence = SequenceOrigin.training

    /// What is said of a model whose sequence length is the longest that its file allows.
    static let longestSequence =
        "The sequence length is the longest that the file allows; training sequences are often shorter."

    /// What the model's user should know of it, a sentence each: ``warnings``, and whether its sequence length is one of
    /// training.
    public var cautions: [String] { warnings + (sequence == .longest ? [Self.longestSequence] : []) }

    /// Makes an entry.
    public init(
        model: Transformer, title: String, published: PublishedSize, sources: [ModelSource], notes: String
    ) {
        self.model = model
        self.title = title
        self.published = published
        self.sources = sources
        self.notes = notes
    }
}
