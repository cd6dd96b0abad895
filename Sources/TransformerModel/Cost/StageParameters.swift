import Training

/// Weights that one rank of a stage holds, apart from norms and biases, which weigh nothing beside them; adapters among
/// them.
struct StageParameters: Sendable {
    /// Weights that all ranks of a stage but the tensor ranks share.
    var shared = 0.0
    /// Weights of routed experts.
    var experts = 0.0
    /// Those of both kinds that are frozen: no gradients, no states.
    var frozenShared = 0.0
    var frozenExperts = 0.0
    /// The largest unit that sharded weights are gathered in: a layer without its experts, or the embedding.
    var unit = 0.0
    /// Units that are gathered one after the other: layers, embedding, head.
    var units = 0.0

    /// All weights of the rank.
    var all: Double { shared + experts }

    /// Weights that are trained.
    var trained: Double { shared - frozenShared + (experts - frozenExperts) }

    /// The trained weights alone, in as many units.
    var trainedPart: StageParameters {
        var part = self
        (part.shared, part.experts) = (shared - frozenShared, experts - frozenExperts)
        (part.frozenShared, part.frozenExperts) = (0, 0)
        part.unit = all > 0 ? unit * (trained / all) : unit
        return part
    }

    /// What is left of a state on the rank where it is sharded.
    func sharded(by layout: TrainingLayout) -> Double {
        shared / Double(layout.shardRanks) + experts / Double(layout.expertShardRanks)
    }
}

/// Counts weights by rank.
struct ParameterTable: Sendable {
    private let layers: [StageParameters]
    /// The embedding's, which is a unit of its own on every stage.
    private let embedding: Double
    /// The largest unit of any stage at the least.
    var leastUnit: Double { embedding }
    private var head: Double
    private let tiedEmbedding: Double
    /// Whether what is no adapter is frozen.
    private let isFrozen: Bool
    /// Adapters of multi-token depths outside their routed experts.
    private var headAdapters = 0.0
    /// Routed experts of multi-token depths, adapters among them, and what of them is frozen.
    private let headExperts: Double
    private let headFrozenExperts: Double

    /// Counts the weights of each distinct element.
    init(job: TrainingJob, key: BlockKey, elements: [ChainElement]) {
        let model = job.model
        let isFrozen = job.trained.rank != nil
        self.isFrozen = isFrozen
        let shape = BlockShape(model, key)
        embedding = Double(model.vocabulary) * shape.width / shape.tensor
        var layers: [StageParameters] = []
        for element in elements {
            let mixer = Self.mixer(of: element, model, shape)
            var one = StageParameters(shared: mixer)
            let matrices = shape.gates + 1
            if element.kind == .expert, let experts = model.experts {
                let width = Double(experts.width)
                one.experts =
                    Double(experts.experts) / Double(key.expert * key.expertTensor) * matrices * shape.width
                    * width
                one.shared += shape.width * Double(experts.experts)
                one.shared +=
                    Double(experts.sharedExperts * experts.sharedWidth) * matrices * shape.width
                    / shape.tensor
            } else if element.kind != .mixer {
                one.shared += matrices * shape.width * shape.feedForward
            }
            one.unit =
                mixer + (element.kind == .mixer ? 0 : matrices * shape.width * shape.feedForward)
            if isFrozen {
                (one.frozenShared, one.frozenExperts) = (one.shared, one.experts)
                let adapters = Adapters(job, element)
                one.shared += adapters.shared / shape.tensor
                if let experts = model.experts {
                    one.experts +=
                        adapters.expert * Double(experts.experts) / Double(key.expert * key.expertTensor)
                }
            }
            layers.append(one)
        }
        self.layers = layers
        // Each multi-token depth is one more layer of the last one's kind with a projection of two widths to one.
        let last = elements.firstIndex(of: model.lastLayer).map { layers[$0] } ?? StageParameters()
        let depths = Double(model.multiTokenDepth)
        head =
            embedding
            + depths * ((isFrozen ? last.frozenShared : last.shared) + 2 * shape.width * shape.width)
        tiedEmbedding = model.embeddings == .tied ? embedding : 0
        (headExperts, headFrozenExperts) = (depths * last.experts, depths * last.frozenExperts)
        guard isFrozen, depths > 0 else { return }
        headAdapters = depths * Adapters(job, model.multiTokenElement).shared / shape.tensor
        head += headAdapters
    }

    private static func mixer(of element: ChainElement, _ model: Transformer, _ shape: BlockShape) -> Double {
        switch element.mixer {
        case .attention: attention(model, shape)
        case .recurrent:
            model.recurrence.map {
                ($0.projectionWeights(width: shape.width) + $0.convolutionWeights) / shape.tensor
            } ?? 0
        case .absent: 0
        }
    }

    private static func attention(_ model: Transformer, _ shape: BlockShape) -> Double {
        let output = shape.heads * shape.valueSize * shape.width
        switch model.attention.form {
        case .grouped(let form):
            let gates = model.attention.outputGate == .present ? shape.heads : 0
            return (shape.heads + 2 * shape.keyHeads + gates) * Double(form.headSize) * shape.width + output
        case .latent(let form):
            let keyRank = Double(form.keyValueRank)
            let queries = shape.heads * shape.scoreSize
            let query =
                form.queryRank.map { Double($0) * (shape.width + queries) } ?? shape.width * queries
            let keys =
                shape.width * (keyRank + Double(form.rotaryHeadSize))
                + keyRank * shape.heads * Double(form.plainHeadSize + form.valueHeadSize)
            // Every tensor rank holds the whole of an indexer.
            let index =
                model.attention.indexer?.projectionWeights(
                    width: shape.width, queryRank: model.indexerRank) ?? 0
            return query + keys + output + index
        }
    }

    /// What a rank of the first stage holds at the least where that has so many layers, whatever their kinds.
    ///
    /// What is frozen moves less, so that the most of it bounds.
    /// - Parameters:
    ///   - number: layers.
    ///   - counts: layers of the whole model by kind.
    /// - Returns: weights; of those that are frozen the most.
    func leastOnFirst(layers number: Int, of counts: [Int]) -> StageParameters {
        var least = StageParameters(units: Double(number))
        least.shared = embedding + sum(number, of: counts) { $0.shared }
        least.experts = sum(number, of: counts) { $0.experts }
        guard isFrozen else { return least }
        least.frozenShared = min(
            least.shared, embedding + sum(number, of: counts, sign: -1) { $0.frozenShared })
        least.frozenExperts = min(least.experts, sum(number, of: counts, sign: -1) { $0.frozenExperts })
        return least
    }

    /// The least sum of a part over so many layers, of each kind at most as many as there are; with a sign of -1 the most.
    private func sum(
        _ number: Int, of counts: [Int], sign: Double = 1, _ part: (StageParameters) -> Double
    ) -> Double {
        guard layers.count > 1 else { return Double(number) * part(layers[0]) }
        guard number > 0 else { return 0 }
        var (sum, left) = (0.0, number)
        var last: (part: Double, kind: Int)?
        // Kinds in the order of their parts, without a list of them.
        for _ in layers {
            var next: (part: Double, kind: Int)?
            for kind in layers.indices {
                let here = (part: sign * part(layers[kind]), kind: kind)
                if let last, here <= last { continue }
                if next.map({ here < $0 }) ?? true { next = here }
            }
            guard let next, left > 0 else { break }
            let taken = min(left, counts[next.kind])
            sum += Double(taken) * part(layers[next.kind])
            left -= taken
            last = next
        }
        return sum
    }

    /// Weights of a rank of a class of stages.
    func parameters(of stage: StageTable.Class) -> StageParameters {
        var sum = StageParameters()
        for (count, layer) in zip(stage.counts, layers) {
            sum.shared += Double(count) * layer.shared
            sum.experts += Double(count) * layer.experts
            sum.frozenShared += Double(count) * layer.frozenShared
            sum.frozenExperts += Double(count) * layer.frozenExperts
            sum.unit = max(sum.unit, count > 0 ? layer.unit : 0)
            sum.units += Double(count)
        }
        sum.units += Double(stage.embeddings + stage.heads)
        let layers = sum.shared
        sum.shared += Double(stage.embeddings) * embedding + Double(stage.heads) * head
        // One rank with both ends keeps a tied matrix once.
        if stage.embeddings > 0, stage.heads > 0 { sum.shared -= tiedEmbedding }
        sum.experts += Double(stage.heads) * headExperts
        sum.frozenExperts += Double(stage.heads) * headFrozenExperts
        if isFrozen { sum.frozenShared += sum.shared - layers - Double(stage.heads) * headAdapters }
        sum.unit = max(sum.unit, embedding)
        return sum
    }
}
