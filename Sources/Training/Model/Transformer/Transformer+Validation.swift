extension Transformer {
    /// Largest number of any one field: 2^31 − 1, so that products of two fit in an `Int` with room.
    private static let most = Int(Int32.max)

    /// Checks ranges and divisibility of the numbers.
    /// - Throws: ``TransformerError`` for the first field that cannot be used.
    public func validate() throws(TransformerError) {
        try Self.check("layers", layers, 1...100_000)
        try Self.check("d_model", width, 1...Self.most)
        try Self.check("vocabulary", vocabulary, 1...Self.most)
        try Self.check("sequence_length", sequenceLength, 1...Self.most)
        try Self.check("multi_token_depth", multiTokenDepth, 0...1000)
        try Self.check("feed_forward.d_ff", feedForward.width, 1...Self.most)
        try Self.check("norms.per_layer", norms.perLayer, 0...8)
        if let defaultGlobalBatch { try Self.check("global_batch", defaultGlobalBatch, 1...Self.most) }
        if case .learned(let count) = positions {
            try Self.check("positions.learned", count, 1...Self.most)
        }
        try validateAttention()
        try validateExperts()
        try validateRecurrence()
        try validatePattern()
        try validateConstants()
    }

    private func validateConstants() throws(TransformerError) {
        let factors: [(String, Double?, ClosedRange<Double>)] = [
            ("positions.base", constants?.rotaryBase, 1...1e12),
            ("positions.share", constants?.rotaryShare, 1e-3...1),
            ("norms.epsilon", constants?.normEpsilon, 1e-30...1),
            ("moe.scaling", constants?.expertScale, 1e-6...1e6),
            ("moe.auxiliary_loss", constants?.auxiliaryLoss, 0...1e6),
        ]
        for (field, value, range) in factors {
            if let value, !range.contains(value) {
                throw .factorOutOfRange(field: field, value: value, atLeast: range.lowerBound)
            }
        }
    }

    private func validateAttention() throws(TransformerError) {
        switch attention.form {
        case .grouped(let grouped):
            try Self.check("attention.heads", grouped.heads, 1...Self.most)
            try Self.check("attention.kv_heads", grouped.keyValueHeads, 1...Self.most)
            try Self.check("attention.head_size", grouped.headSize, 1...Self.most)
            guard grouped.heads.isMultiple(of: grouped.keyValueHeads) else {
                throw .doesNotDivide(
                    field: "attention.kv_heads", value: grouped.keyValueHeads, of: "attention.heads",
                    total: grouped.heads)
            }
        case .latent(let latent):
            try Self.check("attention.heads", latent.heads, 1...Self.most)
            if let rank = latent.queryRank { try Self.check("attention.latent.q_rank", rank, 1...Self.most) }
            try Self.check("attention.latent.kv_rank", latent.keyValueRank, 1...Self.most)
            try Self.check("attention.latent.rope_head_size", latent.rotaryHeadSize, 0...Self.most)
            try Self.check("attention.latent.nope_head_size", latent.plainHeadSize, 1...Self.most)
            try Self.check("attention.latent.v_head_size", latent.valueHeadSize, 1...Self.most)
        }
        if let indexer = attention.indexer {
            guard attention.form.isLatent else {
                throw .notTogether(
                    field: "attention.indexer.heads", value: "\(indexer.heads)",
                    accepted: "an indexer beside attention.latent")
            }
            try Self.check("attention.indexer.heads", indexer.heads, 1...Self.most)
            try Self.check("attention.indexer.head_size", indexer.headSize, 1...Self.most)
            try Self.check("attention.indexer.top_k", indexer.topK, 1...Self.most)
        }
        if attention.outputGate == .present, attention.form.isLatent {
            throw .notTogether(
                field: "attention.output_gate", value: "true",
                accepted: "a gate of attention without latent vectors")
        }
        if let window = attention.window {
            try Self.check("attention.window", window.tokens, 1...Self.most)
            try Self.check("attention.full_every", window.fullEvery, 0...layers)
        }
    }

    private func validateExperts() throws(TransformerError) {
        guard let experts else { return }
        try Self.check("moe.experts", experts.experts, 1...Self.most)
        try Self.check("moe.top_k", experts.topK, 1...experts.experts)
        try Self.check("moe.d_ff", experts.width, 1...Self.most)
        try Self.check("moe.shared_experts", experts.sharedExperts, 0...Self.most)
        if experts.sharedExperts > 0 { try Self.check("moe.shared_d_ff", experts.sharedWidth, 1...Self.most) }
        try Self.check("moe.first_dense", experts.denseLayers.first, 0...layers)
        try Self.check("moe.every", experts.denseLayers.expertsEvery, 1...layers)
        if let capacity = experts.capacityFactor, !(capacity > 0 && capacity.isFinite) {
            throw .factorOutOfRange(field: "moe.capacity_factor", value: capacity, atLeast: 0.01)
        }
        try Self.check("moe.groups", experts.groups, 1...experts.experts)
        try Self.check("moe.groups_per_token", experts.groupsPerToken, 1...experts.groups)
        guard experts.imbalanceFactor >= 1, experts.imbalanceFactor.isFinite else {
            throw .factorOutOfRange(
                field: "moe.imbalance_factor", value: experts.imbalanceFactor, atLeast: 1)
        }
    }

    private func validateRecurrence() throws(TransformerError) {
        guard let recurrence else { return }
        try Self.check("recurrence.heads", recurrence.heads, 1...Self.most)
        try Self.check("recurrence.key_heads", recurrence.keyHeads, 1...Self.most)
        try Self.check("recurrence.key_size", recurrence.keySize, 1...Self.most)
        try Self.check("recurrence.value_size", recurrence.valueSize, 1...Self.most)
        try Self.check("recurrence.convolution", recurrence.convolution, 0...1000)
        try Self.check("recurrence.chunk", recurrence.chunk, 1...Self.most)
        let isScan = recurrence.rule == .mamba1
        try Self.check("recurrence.step_rank", recurrence.stepRank, isScan ? 1...Self.most : 0...0)
        guard recurrence.heads.isMultiple(of: recurrence.keyHeads) else {
            throw .doesNotDivide(
                field: "recurrence.key_heads", value: recurrence.keyHeads, of: "recurrence.heads",
                total: recurrence.heads)
        }
    }

    private func validatePattern() throws(TransformerError) {
        guard let pattern else {
            guard recurrence == nil else {
                throw .notTogether(
                    field: "recurrence.kind", value: recurrence?.rule.rawValue ?? "",
                    accepted: "a recurrence beside layer_pattern, which says in which layers it is")
            }
            return
        }
        func refuse(_ accepted: String) -> TransformerError {
            .notTogether(field: "layer_pattern", value: pattern.text, accepted: accepted)
        }
        let forms = Set(pattern.period)
        guard forms.allSatisfy({ !$0.letters.isEmpty }) else { throw refuse("a part in every layer") }
        if forms.contains(where: { $0.mixer == .windowed }) != (attention.window != nil) {
            throw refuse("W in some layers, together with attention.window")
        }
        if forms.contains(where: { $0.mixer == .recurrent }) != (recurrence != nil) {
            throw refuse("M in some layers, together with recurrence.kind")
        }
        if forms.contains(where: { $0.part == .experts }) != (experts != nil) {
            throw refuse("E in some layers, together with moe.experts")
        }
        if attention.window.map({ $0.fullEvery > 0 }) ?? false {
            throw refuse("a pattern without attention.full_every, which it replaces")
        }
        if let experts, experts.denseLayers != DenseLayers() {
            throw refuse("a pattern without moe.first_dense and moe.every, which it replaces")
        }
        if multiTokenDepth > 0, lastLayer.parts == 1 {
            throw refuse("a last layer of two parts, of whose kind those of multi-token prediction are")
        }
    }

    private static func check(
        _ field: String, _ value: Int, _ range: ClosedRange<Int>
    ) throws(TransformerError) {
        guard range.contains(value) else { throw .outOfRange(field: field, value: value, range: range) }
    }
}
