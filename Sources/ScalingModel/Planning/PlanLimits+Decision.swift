import Training

extension PlanLimits {
    /// The schedule that a value of `zero_bubble` means; nil for a word that is neither yes nor no.
    public static func schedule(zeroBubble word: String) -> PipelineSchedule? {
        switch word {
        case "yes", "true", "1": .zeroBubble
        case "no", "false", "0": .oneForwardOneBackward
        default: nil
        }
    }

    /// A decision that is a number, under the names that every reader of plans takes.
    public enum Decision: String, Hashable, Sendable, CaseIterable {
        /// Both tensor degrees together.
        case tensor = "tp"
        /// Tensor degree along the model width.
        case tensorModel = "tp_model"
        /// Tensor degree along the feed-forward width.
        case tensorFeedForward = "tp_ff"
        /// Pipeline stages.
        case pipeline = "pp"
        /// Expert degree.
        case expert = "ep"
        /// Data-parallel replicas.
        case data = "dp"
        /// Microbatches of a replica in a step.
        case microbatches
        /// Chunks of layers that a stage holds.
        case interleave

        /// Its other name; nil for none.
        var alias: String? {
            switch self {
            case .tensor: "tensor"
            case .tensorModel: "tensor_model"
            case .tensorFeedForward: "tensor_ff"
            case .pipeline: "pipeline"
            case .expert: "expert"
            case .data: "data"
            case .interleave: "chunks"
            case .microbatches: nil
            }
        }

        /// The name in tables and JSON of what a word names, a decision or its factors by level.
        /// - Parameter word: any; `-` and `_` are alike.
        /// - Returns: `pp_by_level` for `pipeline_by_level`; the word itself where it names no decision.
        public static func canonical(_ word: String) -> String {
            let name = LayoutField.normalized(word)
            let ending = name.hasSuffix(byLevel) ? byLevel : ""
            let stem = String(name.dropLast(ending.count))
            let decision = allCases.first { $0.rawValue == stem || $0.alias == stem }
            return decision.map { $0.rawValue + ending } ?? (name == "zero_bubble" ? name : word)
        }

        private static let byLevel = "_by_level"
    }
}
