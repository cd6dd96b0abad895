import Workload

/// Models by the names that published tables of measurements give them.
///
/// Such tables print widths and heads; whether the feed-forward part is gated, embeddings are tied or biases
/// added comes from the catalogue entry.
public enum TableModels {
    /// Beginnings of names in tables, in small letters without spaces, `_` and `-`, with catalogue names.
    ///
    /// The first that fits holds, so longer ones come first.
    private static let names: [(start: String, name: String)] = [
        ("deepseekv3", "deepseek-v3"), ("deepseekv2", "deepseek-v2"), ("kimik2", "kimi-k2"),
        ("gptoss120b", "gpt-oss-120b"), ("qwen3235b", "qwen3-235b-a22b"), ("qwen330b", "qwen3-30b-a3b"),
        ("mixtral8x22b", "mixtral-8x22b"), ("mixtral8x7b", "mixtral-8x7b"),
        ("nemotron340b", "nemotron-4-340b"), ("nemotron15b", "nemotron-4-15b"), ("bloom", "bloom-176b"),
        ("llama3405b", "llama-3-405b"), ("llama31405b", "llama-3-405b"), ("llama370b", "llama-3-70b"),
        ("llama3170b", "llama-3-70b"), ("llama38b", "llama-3-8b"), ("llama318b", "llama-3-8b"),
        ("llama270b", "llama-2-70b"), ("llama213b", "llama-2-13b"), ("llama27b", "llama-2-7b"),
        ("llama65b", "llama-65b"), ("llama13b", "llama-13b"), ("llama", "llama-2-7b"),
        ("mpt125m", "mpt-125m"), ("mpt350m", "mpt-350m"), ("mpt760m", "mpt-760m"), ("mpt1b", "mpt-1b"),
        ("mpt3b", "mpt-3b"), ("mpt7b", "mpt-7b"), ("mpt13b", "mpt-13b"), ("mpt30b", "mpt-30b"),
        ("mpt70b", "mpt-70b"), ("gpt3.6b", "gpt-3.6b"), ("gpt18.4b", "gpt-18.4b"),
        ("gpt39.1b", "gpt-39.1b"), ("gpt22b", "megatron-22b"), ("gpt530b", "megatron-530b"),
        ("gpt1t", "megatron-1t"), ("gpt3175b", "megatron-175b"), ("gpt175b", "megatron-175b"),
        ("gpt", "megatron-175b"),
    ]

    /// The catalogue name that stands for a table's name; words in brackets, such as `(4 layers)`, are ignored.
    /// - Parameter name: as the table has it.
    /// - Returns: nil for a name that is not known.
    public static func catalogueName(of name: String) -> String? {
        let key = name.prefix { $0 != "(" }.lowercased()
            .filter { !$0.isWhitespace && $0 != "-" && $0 != "_" }
        // `LLAMA3.1_405B` and `LLAMA3_405B` are one shape; `GPT 3.6B` keeps its point.
        let plain = key.hasPrefix("llama") ? key.replacing(".", with: "") : key
        return names.first { plain.hasPrefix($0.start) }?.name
    }
}

extension Transformer {
    /// Numbers that a row of a table states; nil where it does not.
    public struct StatedShape: Hashable, Sendable {
        /// Numbered layers.
        public var layers: Int?
        /// Width of the model.
        public var width: Int?
        /// Inner width of layers without experts.
        public var feedForwardWidth: Int?
        /// Query heads.
        public var heads: Int?
        /// Heads of keys and values.
        public var keyValueHeads: Int?
        /// Vocabulary.
        public var vocabulary: Int?
        /// Tokens in a sequence.
        public var sequenceLength: Int?
        /// Routed experts.
        public var experts: Int?
        /// Experts a token is sent to.
        public var topK: Int?
        /// Inner width of an expert.
        public var expertWidth: Int?
        /// Shared experts.
        public var sharedExperts: Int?
        /// Layers at the start without experts.
        public var denseLayers: Int?

        /// Makes a shape of which nothing is stated.
        public init() {}
    }

    /// The model with the numbers that a row states in place of its own.
    ///
    /// A width or a number of heads other than the model's changes the head size to width over heads; a latent
    /// attention keeps its head sizes, and heads of keys are not read for it. In a model whose every layer has
    /// experts a stated inner width is the experts', unless that is stated too.
    /// - Parameter stated: numbers of the row.
    /// - Returns: the model; check it with ``validate()``.
    public func reshaped(_ stated: StatedShape) -> Transformer {
        var model = self
        model.layers = stated.layers ?? layers
        model.width = stated.width ?? width
        model.vocabulary = stated.vocabulary ?? vocabulary
        model.sequenceLength = stated.sequenceLength ?? sequenceLength
        model.feedForward.width = stated.feedForwardWidth ?? feedForward.width
        if case .learned(let count) = positions, count < model.sequenceLength {
            model.positions = .learned(model.sequenceLength)
        }
        switch attention.form {
        case .latent(var form):
            form.heads = stated.heads ?? form.heads
            model.attention.form = .latent(form)
        case .grouped(var form):
            let isMultiHead = form.keyValueHeads == form.heads
            let isChanged = (stated.width ?? width) != width || (stated.heads ?? form.heads) != form.heads
            form.heads = stated.heads ?? form.heads
            form.keyValueHeads = stated.keyValueHeads ?? (isMultiHead ? form.heads : form.keyValueHeads)
            if isChanged { form.headSize = max(1, model.width / max(1, form.heads)) }
            model.attention.form = .grouped(form)
        }
        if var experts = model.experts {
            experts.experts = stated.experts ?? experts.experts
            experts.topK = stated.topK ?? experts.topK
            let inner = expertLayerCount == layers ? stated.feedForwardWidth : nil
            experts.width = stated.expertWidth ?? inner ?? experts.width
            experts.sharedExperts = stated.sharedExperts ?? experts.sharedExperts
            experts.denseLayers.first = min(
                stated.denseLayers ?? experts.denseLayers.first, model.layers)
            model.experts = experts
        }
        return model
    }
}
