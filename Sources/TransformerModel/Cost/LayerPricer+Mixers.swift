import Training

/// What mixers besides plain attention take.
extension LayerPricer {
    /// Projections of a recurrence and what lies between them.
    func recurrent(
        _ recurrence: Recurrence, _ shape: BlockShape, _ matrix: MatrixKernel
    ) -> PassTime {
        func product(_ columns: Double, _ inner: Double) -> PassTime {
            matrix.time(rows: shape.tokens, columns: columns, inner: inner, kind: rates.weights)
        }
        let inner = recurrence.inner / shape.tensor
        var time = product(recurrence.columns / shape.tensor, shape.width) + product(shape.width, inner)
        if recurrence.selection > 0 {
            time += product(recurrence.selection, inner)
            time += product(inner, Double(recurrence.stepRank))
        }
        return time + core(of: recurrence).time(shape)
    }

    private func core(of recurrence: Recurrence) -> RecurrentCore {
        RecurrentCore(
            recurrence: recurrence, rates: rates, constants: constants, passFactor: passFactor)
    }

    /// Tokens exchanged for heads of a recurrence, and back: one direction of the layer.
    func recurrentContext(
        _ recurrence: Recurrence, _ shape: BlockShape, _ key: BlockKey, _ spread: CommunicatorSpread
    ) -> Double {
        guard key.context > 1 else { return 0 }
        let ranks = Double(key.context)
        let bytes = shape.tokens / shape.tensor * core(of: recurrence).exchangedBytes
        return (ranks - 1) / ranks * bytes / collective.slowestLink(spread) + collective.roundExcess(spread)
    }

    /// An indexer: its projections, its scores and the choice of keys.
    ///
    /// Every tensor rank computes it whole (`DSAIndexer` of Megatron-Core 0.19.2); scores are written and read in fp32.
    /// Backward, gradients of the scores of chosen keys alone (arXiv:2512.02556, section 2.1.1, sparse stage). The
    /// indexer's own loss is left out.
    func index(
        _ indexer: KeyIndexer, _ shape: BlockShape, _ matrix: MatrixKernel, keys chosen: Double
    ) -> PassTime {
        let sizes = Double(indexer.heads) * Double(indexer.headSize)
        var time = matrix.time(
            rows: shape.tokens, columns: sizes, inner: job.model.indexerRank, kind: rates.weights)
        time += matrix.time(
            rows: shape.tokens, columns: Double(indexer.headSize + indexer.heads), inner: shape.width,
            kind: rates.weights)
        let half = constants.halfHeadSize
        let size = Double(indexer.headSize)
        let efficiency =
            rates.activations.fraction * constants.batchedProducts * size / (size + half) * (128 + half) / 128
        let seen = job.model.keysPerQuery(window: nil, counting: .causal)
        let pair = 2 * shape.tokens * sizes / (rates.activations.peak * efficiency)
        let choice = 8 * shape.tokens * seen / rates.memory
        time += PassTime(
            forward: pair * seen + choice + 3 * constants.launch,
            backward: 2 * pair * chosen + 2 * constants.launch)
        return time
    }
}
