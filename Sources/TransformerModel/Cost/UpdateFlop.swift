import Training

/// FLOP that the optimizer takes for a weight, on average over the matrices of the layers.
struct UpdateFlop: Sendable {
    /// Outside the routed experts, and in them.
    let shared: Double
    let experts: Double

    /// Averages; matrices are whole, however many ranks hold them.
    init(_ model: Transformer, _ optimizer: TrainingOptimizer) {
        let width = Double(model.width)
        let gates = model.feedForward.gating.matrices - 1
        func block(_ inner: Int) -> [(Double, Double)] {
            Array(repeating: (width, Double(inner)), count: gates) + [(Double(inner), width)]
        }
        var matrices = Self.mixers(model)
        var routed: [(Double, Double)] = []
        if let experts = model.experts {
            routed = block(experts.width)
            if experts.sharedExperts > 0 { matrices += block(experts.sharedExperts * experts.sharedWidth) }
        } else {
            matrices += block(model.feedForward.width)
        }
        func average(_ matrices: [(Double, Double)]) -> Double {
            let weights = matrices.reduce(0) { $0 + $1.0 * $1.1 }
            let flop = matrices.reduce(0) { sum, matrix in
                sum + matrix.0 * matrix.1 * optimizer.flop(rows: matrix.0, columns: matrix.1)
            }
            return weights > 0 ? flop / weights : 0
        }
        shared = average(matrices)
        experts = average(routed)
    }

    /// Matrices of the mixers; where there are two kinds, those of the kind that more layers have.
    private static func mixers(_ model: Transformer) -> [(Double, Double)] {
        guard let recurrence = model.recurrence, model.recurrentLayerCount > model.attentionLayerCount else {
            return attention(model)
        }
        let width = Double(model.width)
        let all = [
            (width, recurrence.columns), (recurrence.inner, width), (recurrence.inner, recurrence.selection),
            (Double(recurrence.stepRank), recurrence.inner),
        ]
        return all.filter { $0.0 > 0 && $0.1 > 0 }
    }

    private static func attention(_ model: Transformer) -> [(Double, Double)] {
        let width = Double(model.width)
        let form = model.attention.form
        let heads = Double(form.heads)
        let output = (heads * Double(form.valueHeadSize), width)
        switch form {
        case .grouped(let grouped):
            let keys = Double(grouped.keyValueHeads * grouped.headSize)
            return [(width, heads * Double(grouped.headSize)), (width, keys), (width, keys), output]
        case .latent(let latent):
            let queries = heads * Double(form.scoreHeadSize)
            let keyRank = Double(latent.keyValueRank)
            let up = heads * Double(latent.plainHeadSize + latent.valueHeadSize)
            let query = latent.queryRank.map { [(width, Double($0)), (Double($0), queries)] }
            return (query ?? [(width, queries)])
                + [(width, keyRank + Double(latent.rotaryHeadSize)), (keyRank, up), output]
        }
    }
}
