import Training

/// What the stages of a pipeline hold, as counts of distinct elements, with equal stages taken together.
///
/// It depends on pipeline degree, chunks, schedule and spread alone, so a search keeps one for each of them;
/// layers recomputed by stage set stages apart too.
public struct StageTable: Sendable {
    /// Stages that hold the same.
    struct Class: Sendable {
        /// Numbered layers by entry of ``StageTable/elements``.
        var counts: [Int]
        /// Copies of embedding, head and multi-token depths.
        var embeddings = 0
        var heads = 0
        /// Numbered layers that are recomputed, if some are given for each stage on its own.
        var recomputed = 0
        /// Stages of the class, and the first of them.
        var stages = 1
        var first = 0
        /// Numbered layers of the chunk that a microbatch comes to first, by entry.
        ///
        /// No stage of the class has fewer of any. Empty where stages have one chunk, or two that microbatches enter.
        var firstCounts: [Int] = []

        var layers: Int { counts.reduce(0, +) }

        /// Share of the numbered layers that are recomputed whole; layers of all kinds in proportion.
        func recomputedShare(_ recomputation: LayoutRecomputation) -> Double {
            switch recomputation {
            case .nothing, .modules: 0
            case .full: 1
            case .layersPerStage(let count): min(1, Double(count) / Double(max(1, layers)))
            case .layersByStage: Double(recomputed) / Double(max(1, layers))
            }
        }
    }

    /// Distinct numbered layers of the model.
    let elements: [ChainElement]
    /// Classes in order of their first stage; the first holds stage 0.
    let classes: [Class]
    /// Neighbouring stages of one class, in order.
    let runs: [Run]
    let pipeline: Int
    let chunks: Int

    /// Stages that follow one another and hold the same.
    struct Run: Sendable {
        /// Their entry of ``StageTable/classes``.
        var entry: Int
        var stages = 1
    }

    /// Lists the classes.
    public init(_ layout: TrainingLayout, model: Transformer) {
        self.init(layout, model: model, layers: LayerCounts(model))
    }

    /// Lists the classes of a model whose layers are counted.
    init(_ layout: TrainingLayout, model: Transformer, layers: LayerCounts) {
        let contents = StageContents(layout, model: model, layers: layers)
        var classes: [Class] = []
        var runs: [Run] = []
        for stage in 0..<contents.stages {
            if stage > 0, contents.isAlike(stage, stage - 1) {
                let run = runs.count - 1
                runs[run].stages += 1
                classes[runs[run].entry].stages += 1
                continue
            }
            guard let known = classes.firstIndex(where: { contents.isHeld(stage, by: $0) }) else {
                runs.append(Run(entry: classes.count))
                classes.append(contents.alone(stage))
                continue
            }
            classes[known].stages += 1
            contents.lowerFirst(&classes[known].firstCounts, to: stage)
            if runs[runs.count - 1].entry == known {
                runs[runs.count - 1].stages += 1
            } else {
                runs.append(Run(entry: known))
            }
        }
        elements = layers.elements
        self.classes = classes
        self.runs = runs
        pipeline = max(1, layout.pipeline)
        chunks = max(1, layout.chunks)
    }
}

/// How many layers of each kind there are before each layer of a model.
struct LayerCounts: Sendable {
    /// Distinct numbered layers, in order of first occurrence.
    let elements: [ChainElement]
    /// By entry of ``elements``, how many of the layers before each one, and of all of them last.
    private let before: [[Int]]

    /// Counts.
    init(_ model: Transformer) {
        let elements = model.elementCounts.map(\.element).filter(\.kind.isLayer)
        let places = (0..<model.layers).map { elements.firstIndex(of: model.element(atLayer: $0)) }
        self.elements = elements
        before = elements.indices.map { element in
            places.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1 == element ? 1 : 0)) }
        }
    }

    /// Layers of one kind in a range.
    func count(_ entry: Int, in range: Range<Int>) -> Int {
        before[entry][range.upperBound] - before[entry][range.lowerBound]
    }
}
