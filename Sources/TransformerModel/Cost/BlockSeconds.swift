import Training

/// Seconds of all layers and both ends for one microbatch, for blocks that differ in their expert degrees alone.
///
/// Ends, dense layers and what expert layers do beside their experts are priced once; for each block what its
/// experts take is added. It is the price of ``LayerPricer/costs(_:_:elements:)`` summed in another order, hence
/// equal up to rounding.
final class BlockSeconds: Sendable {
    /// Seconds of a whole microbatch, nothing recomputed, of its cheapest layer, and of the layer that there are most of.
    struct Sum: Sendable {
        var all: Double
        var leastLayer: Double
        var mainLayer: Double

        /// The same with all seconds multiplied.
        func scaled(by factor: Double) -> Sum {
            Sum(all: all * factor, leastLayer: leastLayer * factor, mainLayer: mainLayer * factor)
        }
    }

    private let pricer: LayerPricer
    private let shape: BlockShape
    private let matrix: MatrixKernel
    /// Seconds of everything but the layers with experts.
    private let fixed: Double
    private let leastDense: Double
    /// The layer that there are most of: dense, or a place among those with experts.
    private let mainDense: Double
    private let mainDenseAgain: Double
    private let mainExperts: Int?
    /// Layers with experts by window: what they do beside their experts, and how many there are, those of
    /// multi-token depths included.
    private let expertLayers: [(element: ChainElement, beside: LayerTime, count: Double)]
    /// Seconds that no block goes below: all of them without what experts take.
    let least: Sum

    /// Prices what the blocks share.
    /// - Parameters:
    ///   - pricer: for the sharding of the layouts.
    ///   - key: of any of the blocks.
    ///   - spreads: of that block; those of the experts do not matter.
    ///   - layers: distinct numbered layers, in order of first occurrence, with how often each occurs.
    ///   - main: the place of the one that there are most of.
    init(
        pricer: LayerPricer, key: BlockKey, spreads: BlockSpreads,
        layers: [(element: ChainElement, count: Int)], main: Int
    ) {
        self.pricer = pricer
        shape = BlockShape(pricer.job.model, key)
        matrix = pricer.matrix(key)
        let depths = Double(pricer.job.model.multiTokenDepth)
        let ends = pricer.ends(key, spreads)
        var fixed = ends.embedding.total + ends.head.total
        var leastDense = Double.infinity
        var (mainDense, mainDenseAgain, mainExperts) = (0.0, 0.0, Int?.none)
        var expertLayers: [(element: ChainElement, beside: LayerTime, count: Double)] = []
        let last = pricer.job.model.lastLayer
        for (index, entry) in layers.enumerated() {
            let beside = pricer.timeBesideExperts(of: entry.element, key, shape, matrix, spreads)
            let isLast = entry.element == last
            let count = Double(entry.count) + (isLast ? depths : 0)
            if isLast { fixed += depths * ends.depth }
            if entry.element.kind == .expert {
                if index == main { mainExperts = expertLayers.count }
                expertLayers.append((entry.element, beside, count))
            } else {
                let seconds = pricer.seconds(beside, entry.element).total
                fixed += count * seconds
                leastDense = min(leastDense, seconds)
                if index == main {
                    mainDense = seconds
                    mainDenseAgain = Self.again(beside, entry.element, seconds, pricer)
                }
            }
        }
        self.fixed = fixed
        self.leastDense = leastDense
        self.mainDense = mainDense
        self.mainDenseAgain = mainDenseAgain
        self.mainExperts = mainExperts
        self.expertLayers = expertLayers
        var least = Sum(all: fixed, leastLayer: leastDense, mainLayer: mainDense)
        for (index, (element, beside, count)) in expertLayers.enumerated() {
            let seconds = pricer.seconds(beside, element).total
            least.all += count * seconds
            least.leastLayer = min(least.leastLayer, seconds)
            if index == mainExperts { least.mainLayer = seconds }
        }
        if least.leastLayer == .infinity { least.leastLayer = 0 }
        self.least = least
    }

    /// Seconds of a block.
    /// - Parameters:
    ///   - key: of the block.
    ///   - spreads: of the block.
    /// - Returns: seconds of one microbatch.
    func sum(_ key: BlockKey, _ spreads: BlockSpreads) -> Sum {
        guard let experts = pricer.job.model.experts, !expertLayers.isEmpty else {
            return least
        }
        let kernels = pricer.expertKernels(shape, experts, key, matrix)
        let traffic = pricer.expertTraffic(shape, experts, key, spreads)
        var sum = Sum(all: fixed, leastLayer: leastDense, mainLayer: mainDense)
        for (index, (element, beside, count)) in expertLayers.enumerated() {
            var layer = beside
            layer.kernels += kernels
            layer.expert = traffic
            let seconds = pricer.seconds(layer, element).total
            sum.all += count * seconds
            sum.leastLayer = min(sum.leastLayer, seconds)
            if index == mainExperts { sum.mainLayer = seconds }
        }
        return sum
    }

    /// What recomputing the layer that there are most of adds to a microbatch of a block, seconds.
    func mainAgain(_ key: BlockKey, _ spreads: BlockSpreads) -> Double {
        guard let mainExperts, let experts = pricer.job.model.experts else { return mainDenseAgain }
        let element = expertLayers[mainExperts].element
        var layer = expertLayers[mainExperts].beside
        layer.kernels += pricer.expertKernels(shape, experts, key, matrix)
        layer.expert = pricer.expertTraffic(shape, experts, key, spreads)
        return Self.again(layer, element, pricer.seconds(layer, element).total, pricer)
    }

    /// Seconds that recomputing a whole layer adds.
    private static func again(
        _ time: LayerTime, _ element: ChainElement, _ seconds: Double, _ pricer: LayerPricer
    ) -> Double {
        max(0, pricer.seconds(time, element, again: time.allAgain).total - seconds)
    }
}

extension TransformerStepModel {
    /// The place of the layer that there are most of; the first of several.
    static func mainLayer(_ layers: [(element: ChainElement, count: Int)]) -> Int {
        layers.indices.reduce(0) { layers[$1].count > layers[$0].count ? $1 : $0 }
    }

    /// What blocks share that differ in their expert degrees alone.
    ///
    /// Sharded optimizer states go with gradients that are no wider, so plain layouts are never quicker; what shards
    /// more runs the same kernels.
    /// - Parameters:
    ///   - layout: any of the blocks.
    ///   - spreads: of it.
    ///   - shardings: what may be sharded.
    /// - Returns: seconds that no block with one of the shardings goes below.
    func blockSeconds(
        _ layout: TrainingLayout, _ spreads: BlockSpreads, shardings: [Sharding.Stage]
    ) -> BlockSeconds {
        var layout = layout
        layout.sharding = Sharding(shardings.contains { $0 >= .optimizer } ? .optimizer : .nothing)
        return BlockSeconds(
            pricer: pricer, key: BlockKey(layout, precision: job.precision), spreads: spreads,
            layers: layerCounts, main: mainKind)
    }
}
