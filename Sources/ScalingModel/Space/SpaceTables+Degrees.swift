import Training

extension SpaceTables {
    /// Pipeline, expert and data degree, with their product.
    struct Triple {
        var pipeline: Int32
        var expert: Int32
        var data: Int32
        var product: Int
    }

    /// Every legal triple whose product is at most `DataMovementSpace.mostGPUs`.
    static func triples(
        pipeline: SplitTable, expert: SplitTable, data: SplitTable
    ) -> [Triple] {
        var triples: [Triple] = []
        for stages in pipeline.degrees.indices {
            for ranks in expert.degrees.indices {
                let pair = pipeline.degrees[stages] * expert.degrees[ranks]
                for replicas in data.degrees.indices {
                    let (product, overflow) = pair.multipliedReportingOverflow(by: data.degrees[replicas])
                    if overflow || product > DataMovementSpace.mostGPUs { break }
                    triples.append(
                        Triple(
                            pipeline: Int32(stages), expert: Int32(ranks), data: Int32(replicas),
                            product: product))
                }
            }
        }
        return triples
    }

    /// The pairs of tensor degrees that bring a triple into a range of accelerators.
    @inline(__always)
    func pairs(of triple: Triple, lowest: Int, highest: Int) -> Range<Int> {
        tensors.range(others: triple.product, lowest: lowest, highest: highest)
    }

    /// The pairs of a range that have a legal placement.
    @inline(__always)
    func count(_ pairs: Range<Int>, of triple: Triple) -> Int {
        if placements.admitsAll { return pairs.count }
        return pairs.count { placements.admits(gpus: tensors.pairs[$0].product * triple.product) }
    }

    /// The five degrees of a triple and a pair.
    @inline(__always)
    func tuple(_ triple: Triple, pair: Int) -> DegreeTuple {
        let tensor = tensors.pairs[pair]
        return DegreeTuple(
            tensorModel: tensor.model, tensorFeedForward: tensor.feedForward, pipeline: triple.pipeline,
            expert: triple.expert, data: triple.data, pair: Int32(pair),
            gpus: tensor.product * triple.product)
    }
}

/// One choice of the five degrees, as indices on their axes, with their product.
struct DegreeTuple: Hashable, Sendable {
    var tensorModel: Int32
    var tensorFeedForward: Int32
    var pipeline: Int32
    var expert: Int32
    var data: Int32
    /// Position of the tensor degrees among the legal pairs.
    var pair: Int32
    var gpus: Int
}
