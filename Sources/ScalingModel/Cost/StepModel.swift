import Quantities
import Training

/// The time of one training step in the data-movement model, term by term.
///
/// Everything that depends only on machine, shape, batch and settings is folded into constants once; a plan
/// is then priced from its splits without allocating. The search and ``price(_:)`` share every function here,
/// so that a plan has one price however it was found. Source: Erdil, Schneider-Joseph 2024,
/// arXiv:2411.01137, with the equations restated in `docs/data-movement-model.md`; pinned by
/// `golden-step.csv` to 1e-9.
public struct StepModel: Sendable {
    /// The machine.
    public let machine: Accelerator
    /// The model to train.
    public let shape: LayerStack
    /// Tokens in the global batch, B.
    public let batchTokens: Int
    /// Assumptions.
    public let settings: ModelSettings
    /// Network levels of the machine.
    public let levels: Int
    /// Matrix products on this machine.
    public let products: MatrixProductModel

    /// Seconds·GPUs for one buffer over a level: tensor traffic per unit of volume·width.
    let tensorScale: LevelVector
    /// Seconds·GPUs per unit of data-parallel volume.
    let dataScale: LevelVector
    /// Seconds·GPUs for one crossing of every layer interface by every token.
    let hopScale: LevelVector
    /// Seconds of tensor latency at each level that either tensor split uses.
    let tensorLatency: LevelVector
    /// Seconds of data-parallel latency at each level it uses.
    let dataLatency: LevelVector
    /// Seconds of latency if every layer interface crossed the level.
    let hopLatency: LevelVector
    let arithmeticFactor: Double
    let width: Double
    let feedForwardWidth: Double
    let layers: Double
    let experts: Double
    let parameters: Double
    let bubbleFactor: Double

    /// Prepares a model.
    /// - Parameters:
    ///   - machine: at most eight network levels.
    ///   - shape: the layers.
    ///   - batchTokens: B, at least 1.
    ///   - settings: overlap, recomputation, accounting.
    ///   - idealized: terms taken as free, to see what binds.
    public init(
        machine: Accelerator, shape: LayerStack, batchTokens: Int, settings: ModelSettings = ModelSettings(),
        idealized: IdealizedTerms = []
    ) {
        self.machine = machine
        self.shape = shape
        self.batchTokens = batchTokens
        self.settings = settings
        levels = machine.network.count
        products = MatrixProductModel(machine: machine.with(idealized: idealized))
        let batch = Double(batchTokens)
        let word = machine.compute.wordBytes
        let layers = Double(shape.layers)
        let width = Double(shape.width)
        let parameters = shape.parameters
        let recomputed = settings.recomputation == .full
        let trafficFactor = recomputed ? 1.5 : 1.0
        var tensorScale = LevelVector.zero
        var dataScale = LevelVector.zero
        var hopScale = LevelVector.zero
        var tensorLatency = LevelVector.zero
        var dataLatency = LevelVector.zero
        var hopLatency = LevelVector.zero
        for (level, link) in machine.network.enumerated() {
            // One direction carries half of the bidirectional bandwidth.
            let oneWay = link.oneWayBandwidth.value
            // All-reduce moves 2·(p − 1) buffers; 2·L of them a step in sequence, B tokens in parallel.
            if !idealized.contains(.tensor) {
                tensorScale[level] = 2 * word * batch * 2 * layers * trafficFactor / oneWay
            }
            if !idealized.contains(.data) { dataScale[level] = 2 * parameters * word / oneWay }
            // 2·(L − 1) layer interfaces, forward and backward.
            if !idealized.contains(.pipelineExpert) {
                hopScale[level] = 2 * (layers - 1) * batch * width * word * trafficFactor / oneWay
            }
            guard !idealized.contains(.networkLatency) else { continue }
            let latency = link.latency.value
            tensorLatency[level] = 2 * 2 * layers * latency * trafficFactor
            dataLatency[level] = 2 * latency
            hopLatency[level] = 2 * (layers - 1) * latency * trafficFactor
        }
        self.tensorScale = tensorScale
        self.dataScale = dataScale
        self.hopScale = hopScale
        self.tensorLatency = tensorLatency
        self.dataLatency = dataLatency
        self.hopLatency = hopLatency
        arithmeticFactor = recomputed ? 4.0 / 3 : 1
        self.width = width
        feedForwardWidth = Double(shape.feedForwardWidth)
        self.layers = layers
        experts = Double(shape.experts)
        self.parameters = parameters
        bubbleFactor = idealized.contains(.bubble) ? 0 : 1
    }
}

/// Bandwidth time and latency of one kind of traffic, seconds a step.
public struct TrafficTime: Hashable, Sendable {
    /// Seconds that the slowest link needs for the bytes.
    public var bandwidth: Double
    /// Seconds of message latency.
    public var latency: Double

    /// Makes a time.
    @inlinable
    public init(bandwidth: Double, latency: Double) {
        self.bandwidth = bandwidth
        self.latency = latency
    }

    /// No traffic.
    public static let zero = TrafficTime(bandwidth: 0, latency: 0)

    /// The traffic of one accelerator, the bytes of all shared by several.
    @inlinable
    public func shared(by gpus: Double) -> TrafficTime {
        TrafficTime(bandwidth: bandwidth / gpus, latency: latency)
    }
}

extension StepModel {
    /// Seconds of arithmetic of one layer, microbatch and expert: six products, recomputation included.
    /// - Parameters:
    ///   - tensorModel: TPm, a divisor of the width.
    ///   - tensorFeedForward: TPf, a divisor of the feed-forward width.
    ///   - cuts: DP·M, so that each product has B/(DP·M·E) tokens.
    /// - Returns: seconds.
    public func layerArithmetic(tensorModel: Int, tensorFeedForward: Int, cuts: Int) -> Double {
        let narrow = shape.width / tensorModel
        let wide = shape.feedForwardWidth / tensorFeedForward
        let tokens = batchTokens / (cuts * shape.experts)
        let up = products.seconds(rows: wide, columns: narrow, tokens: tokens, kind: .activation)
        let down = products.seconds(rows: narrow, columns: wide, tokens: tokens, kind: .activation)
        let upGradient = products.seconds(rows: wide, columns: narrow, tokens: tokens, kind: .weightGradient)
        let downGradient = products.seconds(
            rows: narrow, columns: wide, tokens: tokens, kind: .weightGradient)
        // Forward and activation-gradient products of both matrices, then both weight gradients.
        return (2 * (up + down) + upGradient + downGradient) * arithmeticFactor
    }

    /// What bounds ``layerArithmetic(tensorModel:tensorFeedForward:cuts:)`` for any number of cuts.
    public func layerFloor(tensorModel: Int, tensorFeedForward: Int) -> LayerFloor {
        let narrow = shape.width / tensorModel
        let wide = shape.feedForwardWidth / tensorFeedForward
        return LayerFloor(
            up: products.line(rows: wide, columns: narrow, kind: .activation),
            down: products.line(rows: narrow, columns: wide, kind: .activation),
            upGradient: products.line(rows: wide, columns: narrow, kind: .weightGradient),
            downGradient: products.line(rows: narrow, columns: wide, kind: .weightGradient),
            latency: 6 * products.latency, factor: arithmeticFactor,
            tokens: Double(batchTokens) / Double(shape.experts))
    }

    /// Seconds of arithmetic a step on each accelerator.
    /// - Parameters:
    ///   - layer: from ``layerArithmetic(tensorModel:tensorFeedForward:cuts:)``.
    ///   - pipeline: PP.
    ///   - expert: EP.
    ///   - microbatches: M.
    /// - Returns: seconds.
    @inline(__always)
    public func arithmetic(layer: Double, pipeline: Int, expert: Int, microbatches: Int) -> Double {
        layer * Double(shape.layers / pipeline * (shape.experts / expert)) * Double(microbatches)
    }

    /// Tensor-parallel all-reduces of both kinds; levels overlap, latencies add.
    public func tensorTraffic(model: Split, feedForward: Split, gpus: Double) -> TrafficTime {
        let volumes = model.volumes * feedForwardWidth + feedForward.volumes * width
        let latencies = (model.active + feedForward.active) * tensorLatency
        return TrafficTime(bandwidth: (volumes * tensorScale).max() / gpus, latency: latencies.sum())
    }

    /// Data-parallel all-reduce of all parameters; levels overlap, latencies add.
    public func dataTraffic(_ data: Split, gpus: Double) -> TrafficTime {
        TrafficTime(
            bandwidth: (data.volumes * dataScale).max() / gpus, latency: (data.active * dataLatency).sum())
    }

    /// Pipeline and expert traffic together: a transfer is charged to the higher of the levels it crosses.
    /// - Parameters:
    ///   - pipeline: split of PP.
    ///   - expert: split of EP.
    ///   - interleave: v.
    ///   - gpus: accelerators used.
    /// - Returns: bandwidth time and latency of a step.
    public func pipelineTraffic(
        pipeline: Split, expert: Split, interleave: Int, gpus: Double
    ) -> TrafficTime {
        guard layers > 1 else { return TrafficTime(bandwidth: 0, latency: 0) }
        let chunks = Double(interleave)
        let interfaces = layers - 1
        // Share of interfaces and tokens that cross no level so far, for each kind.
        var pipelineBelow = (layers - chunks * pipeline.degree) / interfaces
        var expertBelow = 1 / expert.degree
        var bandwidth = 0.0
        var latency = 0.0
        for level in 0..<levels {
            var crossings = chunks * pipeline.volumes[level]
            if level == pipeline.highest { crossings += chunks - 1 }
            let pipelineHere = crossings / interfaces
            let expertHere = expert.reached[level]
            bandwidth +=
                (pipelineHere * (expertBelow + expertHere) + pipelineBelow * expertHere) * hopScale[level]
            // Some token always goes to the farthest expert, so its latency is always that level's.
            if level == expert.highest {
                latency += (pipelineBelow + pipelineHere) * hopLatency[level]
            } else if level > expert.highest {
                latency += pipelineHere * hopLatency[level]
            }
            pipelineBelow += pipelineHere
            expertBelow += expertHere
        }
        return TrafficTime(bandwidth: bandwidth / gpus, latency: latency)
    }
}
