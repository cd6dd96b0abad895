import Foundation

/// What a shape that leaves the laws loses: the share of its parameters that still count.
///
///     ln(counting share) = −depth·ln²(L/L*) − ratio·ln²((f/d)/(f/d)*)
///
/// L* is the depth that the depth law gives to as many active parameters, (f/d)* the law's feed-forward
/// ratio. So a shape of the laws loses nothing, and a loss law sees the others as smaller models. The
/// published measurements of shape at a fixed number of parameters (Kaplan et al. 2020, arXiv:2001.08361,
/// Figure 5) are smooth bowls in the logarithm; ``kaplan`` is fitted to them. `docs/shape-and-loss.md` lists
/// the points.
public struct ShapePenalty: Hashable, Sendable, Codable {
    /// Loss of ln(parameters) for each squared unit of ln(depth over the law's); not negative.
    public let depth: Double
    /// Loss of ln(parameters) for each squared unit of ln(feed-forward ratio over the law's); not negative.
    public let ratio: Double

    /// Makes a penalty.
    /// - Parameters:
    ///   - depth: not negative and finite.
    ///   - ratio: not negative and finite.
    /// - Throws: ``WorkloadError`` for other numbers.
    public init(depth: Double, ratio: Double) throws(WorkloadError) {
        for (name, value) in [("depth", depth), ("ratio", ratio)] where !(value >= 0 && value.isFinite) {
            throw .badLaw(name: "shape penalty", reason: "\(name) is \(value); 0 or more is possible")
        }
        self.init(uncheckedDepth: depth, ratio: ratio)
    }

    init(uncheckedDepth depth: Double, ratio: Double) {
        self.depth = depth
        self.ratio = ratio
    }

    /// Least squares through Figure 5 of Kaplan and others 2020: 0.12 for depth, 0.09 for the ratio.
    ///
    /// The increases of loss are turned into parameters with the exponent 0.076 of the same source; 17 points
    /// of three sizes for depth, 6 points for the feed-forward ratio.
    public static let kaplan = ShapePenalty(uncheckedDepth: 0.12, ratio: 0.09)

    /// Shapes cost nothing.
    public static let none = ShapePenalty(uncheckedDepth: 0, ratio: 0)

    /// Share of the parameters that count.
    /// - Parameters:
    ///   - depthRatio: L/L*, above zero.
    ///   - feedForwardRatio: (f/d)/(f/d)*, above zero.
    /// - Returns: above 0 and at most 1.
    public func countingShare(depthRatio: Double, feedForwardRatio: Double) -> Double {
        let (deep, wide) = (log(depthRatio), log(feedForwardRatio))
        return exp(-(depth * deep * deep + ratio * wide * wide))
    }
}

extension DepthLaw {
    /// The depth, not rounded, of the law's shape with a number of active parameters.
    ///
    /// With L = c·(d·f)^e and P = 2·d·f·L: d·f = (P/2c)^(1/(1 + e)).
    /// - Parameter activeParameters: 2·d·f·L, above zero.
    /// - Returns: L*.
    public func layers(activeParameters: Double) -> Double {
        coefficient * pow(area(activeParameters: activeParameters), exponent)
    }

    /// d·f of the law's shape with a number of active parameters.
    /// - Parameter activeParameters: 2·d·f·L, above zero.
    /// - Returns: d·f.
    public func area(activeParameters: Double) -> Double {
        pow(activeParameters / (2 * coefficient), 1 / (1 + exponent))
    }
}
