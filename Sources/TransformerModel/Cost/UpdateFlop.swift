import Training

/// FLOP that the optimizer takes for a weight, on average over the matrices of the layers.
struct UpdateFlop: Sendable {
    /// Outside the routed experts, and in them.
    let shared: Double
    let experts: Double

    /// Averages; matrices are whole, however many ranks hold them.
    init(_ job: TrainingJob) {
        let (model, optimizer) = (job.model, job.optimizer)
        func block(_ inner: Int) -> [(Double, Double)] { Self.block(model, inner) }
        // Where there are two kinds of mixers, those of the kind that more layers have.
        let isRecurrent = model.recurrentLayerCount > model.attentionLayerCount
        var matrices = isRecurrent ? Self.recurrence(model) : Self.attention(model)
        var routed: [(Double, Double)] = []
        if let experts = model.experts {
            routed = block(experts.width)
            if experts.sharedExperts > 0 { matrices += block(experts.sharedExperts * experts.sharedWidth) }
        } else {
            matrices += block(model.feedForward.width)
        }
        if let rank = job.trained.rank.map(Double.init) {
            // Adapters beside them are trained.
            func adapters(_ matrices: [(Double, Double)]) -> [(Double, Double)] {
                matrices.flatMap { [($0.0, rank), (rank, $0.1)] }
            }
            (matrices, routed) = (adapters(matrices), adapters(routed))
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

    /// Rows and columns of the matrices of a feed-forward part, or an expert.
    static func block(_ model: Transformer, _ inner: Int) -> [(Double, Double)] {
        let width = Double(model.width)
        let gates = model.feedForward.gating.matrices - 1
        return Array(repeating: (width, Double(inner)), count: gates) + [(Double(inner), width)]
    }

    /// Rows and columns of the matrices of a recurrence.
    static func recurrence(_ model: Transformer) -> [(Double, Double)] {
        guard let recurrence = model.recurrence else { return [] }
        let width = Double(model.width)
        let all = [
            (width, recurrence.columns), (recurrence.inner, width), (recurrence.inner, recurrence.selection),
            (Double(recurrence.stepRank), recurrence.inner),
        ]
        return all.filter { $0.0 > 0 && $0.1 > 0 }
    }

    /// Rows and columns of the matrices of attention.
    static func attention(_ model: Transformer) -> [(Double, Double)] {
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
