import Training

/// The least traffic of degrees over all their splits, in closed form.
///
/// *Outside a level.* A ring of degree p moves S_ℓ − S_{ℓ+1} buffers over level ℓ, so S_ℓ − 1 over ℓ and all
/// levels outside it, and S_ℓ is at least what does not fit into a domain of level ℓ − 1
/// (``SplitTable/leastOutside(_:)``). Spread over several levels at best in the proportion of their rates,
/// v buffers take v/Σ 1/k_j where a buffer takes k_j on level j.
///
/// *Two tensor degrees.* f·S(TPm) + d·S(TPf) with S(TPm)·S(TPf) ≥ TP/G, as both share the domains of G
/// accelerators, is at least 2·√(f·d·TP/G).
///
/// *Pipeline and expert.* A transfer is charged to the higher of two independent levels. With charges made
/// nondecreasing outwards (each the least of its own and all outside it), the expectation is
/// Σ Δk_ℓ·(1 − (1 − p_ℓ)(1 − e_ℓ)), where p_ℓ and e_ℓ are the shares that cross level ℓ or one outside it;
/// both grow with S_ℓ, and p_ℓ = (v·S_ℓ − 1)/(L − 1) with v too, so that v = 1 bounds every interleaving.
///
/// All are lowered by 1e-9, more than rounding. An object, since copies of so many numbers would cost more than
/// they are used for.
final class TrafficFloors: Sendable {
    let levels: Int
    private let interfaces: Double
    private let width: Double
    private let feedForwardWidth: Double
    /// 1/Σ_{j≥ℓ} 1/k_j of tensor and of data traffic.
    private let tensorRate: LevelVector
    private let dataRate: LevelVector
    /// Least latency of level ℓ and all outside it.
    private let tensorLatency: LevelVector
    private let dataLatency: LevelVector
    /// Steps of the nondecreasing charges of pipeline and expert traffic.
    private let hopSteps: LevelVector
    private let hopLatencySteps: LevelVector
    /// Accelerators of a whole domain of the level below each level.
    let domains: LevelVector

    private static let slack = 1 - 1e-9

    init(model: StepModel) {
        levels = model.levels
        interfaces = Double(model.shape.layers - 1)
        width = Double(model.shape.width)
        feedForwardWidth = Double(model.shape.feedForwardWidth)
        let costs = model.levelCosts
        tensorRate = Self.together(costs.tensorBuffer, levels)
        dataRate = Self.together(costs.dataBuffer, levels)
        tensorLatency = Self.leastOutside(costs.tensorLatency, levels)
        dataLatency = Self.leastOutside(costs.dataLatency, levels)
        hopSteps = Self.steps(Self.leastOutside(costs.hop, levels), levels)
        hopLatencySteps = Self.steps(Self.leastOutside(costs.hopLatency, levels), levels)
        var domains = LevelVector(repeating: 1)
        for (level, size) in model.machine.domainSizes.enumerated() {
            domains[level + 1] = domains[level] * Double(size)
        }
        self.domains = domains
    }

    /// Tensor traffic for one accelerator.
    /// - Parameters:
    ///   - model: what TPm leaves outside each level at least.
    ///   - feedForward: what TPf leaves outside each level at least.
    /// - Returns: seconds below those of every placement.
    @inline(__always)
    func tensor(model: LevelVector, feedForward: LevelVector) -> TrafficTime {
        let product = model[0] * feedForward[0]
        let both = model[0] > 1 && feedForward[0] > 1
        var bandwidth = 0.0
        var latency = 0.0
        var one = 0.0
        var other = 0.0
        for level in 0..<levels {
            let apart = feedForwardWidth * model[level] + width * feedForward[level]
            let joint = 2 * (feedForwardWidth * width * product / domains[level]).squareRoot()
            let buffers = max(apart, joint) - feedForwardWidth - width
            bandwidth = max(bandwidth, buffers * tensorRate[level])
            if model[level] > 1 { one = max(one, tensorLatency[level]) }
            if feedForward[level] > 1 { other = max(other, tensorLatency[level]) }
            if product > domains[level] {
                latency = max(latency, tensorLatency[level] + (both ? tensorLatency[0] : 0))
            }
        }
        return TrafficTime(
            bandwidth: bandwidth * Self.slack, latency: max(latency, one + other) * Self.slack)
    }

    /// Tensor traffic for one accelerator of every pair of tensor degrees with at least a product.
    /// - Parameter product: TPm·TPf.
    /// - Returns: seconds below those of every such pair.
    @inline(__always)
    func tensor(product: Double) -> TrafficTime {
        var bandwidth = 0.0
        var latency = 0.0
        for level in 0..<levels {
            let joint = 2 * (feedForwardWidth * width * product / domains[level]).squareRoot()
            bandwidth = max(bandwidth, (joint - feedForwardWidth - width) * tensorRate[level])
            if product > domains[level] { latency = max(latency, tensorLatency[level]) }
        }
        return TrafficTime(bandwidth: bandwidth * Self.slack, latency: latency * Self.slack)
    }

    /// Tensor traffic for one accelerator, of degrees that leave units outside a level's domains.
    /// - Parameters:
    ///   - level: the level and all outside it, 1 or more.
    ///   - units: what both degrees together leave there at least, above 1.
    /// - Returns: seconds below those of every placement.
    @inline(__always)
    func tensor(outside level: Int, atLeast units: Double) -> TrafficTime {
        let joint = 2 * (feedForwardWidth * width * units).squareRoot()
        return TrafficTime(
            bandwidth: max(0, joint - feedForwardWidth - width) * tensorRate[level] * Self.slack,
            latency: tensorLatency[level] * Self.slack)
    }

    /// Data traffic for one accelerator, of a degree that leaves units outside a level's domains.
    /// - Parameters:
    ///   - level: the level and all outside it, 1 or more.
    ///   - units: what the degree leaves there at least, above 1.
    /// - Returns: seconds below those of every placement.
    @inline(__always)
    func data(outside level: Int, atLeast units: Double) -> TrafficTime {
        TrafficTime(
            bandwidth: (units - 1) * dataRate[level] * Self.slack, latency: dataLatency[level] * Self.slack)
    }

    /// Data traffic for one accelerator.
    /// - Parameter data: what DP leaves outside each level at least.
    /// - Returns: seconds below those of every placement.
    func data(_ data: LevelVector) -> TrafficTime {
        var bandwidth = 0.0
        var latency = 0.0
        for level in 0..<levels where data[level] > 1 {
            bandwidth = max(bandwidth, (data[level] - 1) * dataRate[level])
            latency = max(latency, dataLatency[level])
        }
        return TrafficTime(bandwidth: bandwidth * Self.slack, latency: latency * Self.slack)
    }

    /// Pipeline and expert traffic for one accelerator.
    /// - Parameters:
    ///   - pipeline: what PP leaves outside each level at least.
    ///   - expert: what EP leaves outside each level at least.
    ///   - interleave: v; 1 bounds all.
    /// - Returns: seconds below those of every placement.
    func hop(pipeline: LevelVector, expert: LevelVector, interleave: Int) -> TrafficTime {
        guard interfaces > 0 else { return .zero }
        var bandwidth = 0.0
        var latency = 0.0
        for level in 0..<levels {
            let here = hop(at: level, pipeline: pipeline[level], expert: expert[level], interleave)
            bandwidth += here.bandwidth
            latency += here.latency
        }
        return TrafficTime(bandwidth: bandwidth * Self.slack, latency: latency * Self.slack)
    }

    /// What one level adds to pipeline and expert traffic.
    @inline(__always)
    private func hop(at level: Int, pipeline: Double, expert: Double, _ interleave: Int) -> TrafficTime {
        guard pipeline > 1 || expert > 1 else { return .zero }
        let stages = pipeline > 1 ? min(1, (Double(interleave) * pipeline - 1) / interfaces) : 0
        let stays = (1 - stages) / expert
        return TrafficTime(
            bandwidth: hopSteps[level] * max(0, 1 - stays),
            latency: hopLatencySteps[level] * (expert > 1 ? 1 : stages))
    }

    /// Pipeline and expert traffic by level, to raise what crosses one of them.
    struct Hops {
        /// What all other levels add.
        fileprivate var bandwidth = LevelVector.zero
        fileprivate var latency = LevelVector.zero
        fileprivate var interleave = 1
    }

    /// Pipeline and expert traffic for one accelerator, by level.
    /// - Parameters:
    ///   - pipeline: what PP leaves outside each level at least.
    ///   - expert: what EP leaves outside each level at least.
    ///   - interleave: v; 1 bounds all.
    /// - Returns: what ``hop(_:outside:pipeline:expert:)`` raises.
    func hops(pipeline: LevelVector, expert: LevelVector, interleave: Int) -> Hops {
        var hops = Hops(interleave: interleave)
        guard interfaces > 0 else { return hops }
        for level in 0..<levels {
            let here = hop(at: level, pipeline: pipeline[level], expert: expert[level], interleave)
            for other in 0..<levels where other != level {
                hops.bandwidth[other] += here.bandwidth
                hops.latency[other] += here.latency
            }
        }
        return hops
    }

    /// Pipeline and expert traffic for one accelerator, of degrees that leave more outside one level.
    /// - Parameters:
    ///   - hops: with what they leave at least.
    ///   - level: the level and all outside it.
    ///   - pipeline: what PP leaves there at least.
    ///   - expert: what EP leaves there at least.
    /// - Returns: seconds below those of every placement.
    @inline(__always)
    func hop(_ hops: Hops, outside level: Int, pipeline: Double, expert: Double) -> TrafficTime {
        guard interfaces > 0 else { return .zero }
        let here = hop(at: level, pipeline: pipeline, expert: expert, hops.interleave)
        return TrafficTime(
            bandwidth: (hops.bandwidth[level] + here.bandwidth) * Self.slack,
            latency: (hops.latency[level] + here.latency) * Self.slack)
    }

    /// What degrees leave outside each level at least when others have taken their units.
    ///
    /// A domain of level ℓ − 1 has room for G/(units taken there) times the factors of a degree inside it.
    /// - Parameters:
    ///   - outside: with all domains empty.
    ///   - units: taken by other degrees on each bounded level.
    /// - Returns: one number a level, not below `outside`.
    @inline(__always)
    func outside(_ outside: LevelVector, beside units: LevelVector) -> LevelVector {
        var result = outside
        var taken = 1.0
        for level in 1..<max(1, levels) {
            taken *= units[level - 1]
            result[level] = max(result[level], outside[0] * taken / domains[level] * Self.slack)
        }
        return result
    }

    // MARK: Levels

    /// What a buffer takes on a level and all outside it when shared in the best proportion.
    private static func together(_ buffer: LevelVector, _ levels: Int) -> LevelVector {
        var result = LevelVector.zero
        var rate = 0.0
        for level in (0..<levels).reversed() {
            rate += 1 / buffer[level]
            result[level] = 1 / rate
        }
        return result
    }

    private static func leastOutside(_ values: LevelVector, _ levels: Int) -> LevelVector {
        var result = values
        for level in (0..<max(0, levels - 1)).reversed() {
            result[level] = min(result[level], result[level + 1])
        }
        return result
    }

    private static func steps(_ values: LevelVector, _ levels: Int) -> LevelVector {
        var result = values
        for level in (0..<levels).dropFirst() { result[level] = values[level] - values[level - 1] }
        return result
    }
}
