import Foundation

/// Effective compute: the compute at which the laws' own shape reaches the same loss.
///
/// The laws' shapes form a curve: for d·f = x, L and E follow from x without rounding, D = k·P, hence compute
/// and loss. Both run one way along x, so a loss has one compute. A run of the rounded law shape buys about
/// the compute that it takes; a run of a better shape, or with a better share of data, buys more.
public struct EffectiveCompute: Sendable {
    private let laws: WorkloadLaws
    private let loss: LossModel

    /// Describes the curve.
    /// - Parameters:
    ///   - laws: depth, sparsity and tokens a parameter; widths and depths that the user fixed do not move it.
    ///   - loss: loss model.
    public init(laws: WorkloadLaws, loss: LossModel) {
        self.laws = laws
        self.loss = loss
    }

    /// Reducible loss of the laws' shape at an amount of compute.
    /// - Parameter flop: above zero.
    /// - Returns: nats a token.
    public func reducible(flop: Double) -> Double {
        point(logArea(at: log(flop), \.logFlop, ascending: 1)).reducible
    }

    /// Compute at which the laws' shape reaches a reducible loss.
    /// - Parameter reducible: nats a token, above zero.
    /// - Returns: FLOP.
    public func flop(reducible: Double) -> Double {
        exp(point(logArea(at: -reducible, \.reducible, ascending: -1)).logFlop)
    }

    /// Active parameters of the laws' shape at an amount of compute.
    /// - Parameter flop: above zero.
    /// - Returns: 2·d·f·L.
    public func activeParameters(flop: Double) -> Double {
        exp(point(logArea(at: log(flop), \.logFlop, ascending: 1)).logActive)
    }

    private struct Point {
        let logActive: Double
        let logFlop: Double
        let reducible: Double
    }

    /// The laws' shape with d·f = exp(`logArea`).
    private func point(_ logArea: Double) -> Point {
        let layers = log(laws.depth.coefficient) + laws.depth.exponent * logArea
        let active = log(2.0) + logArea + layers
        let logExperts = laws.sparsity.logExperts(logArea: logArea)
        let parameters = active + logExperts
        let tokens = log(laws.tokensPerParameter) + parameters
        let terms = loss.terms(experts: exp(logExperts))
        return Point(
            logActive: active, logFlop: log(6.0) + active + tokens,
            reducible: terms.reducible(
                parameters: exp(active) * loss.countingExperts(exp(logExperts)), tokens: exp(tokens)))
    }

    /// ln(d·f) at which a quantity that rises (or, negated, rises) along the curve reaches a value.
    ///
    /// Bisection down to neighbouring doubles: the same on every machine, no derivative, no failure.
    private func logArea(
        at value: Double, _ quantity: KeyPath<Point, Double>, ascending sign: Double
    ) -> Double {
        var low = -20.0
        var high = 120.0
        while true {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { return middle }
            if sign * point(middle)[keyPath: quantity] < value { low = middle } else { high = middle }
        }
    }
}

extension SparsityLaw {
    /// E, not rounded and at least 1, for a product d·f.
    /// - Parameter area: d·f, above zero.
    /// - Returns: E.
    public func experts(area: Double) -> Double { exp(logExperts(logArea: log(area))) }

    /// ln E, not rounded and at least 0, for d·f = exp(`logArea`).
    func logExperts(logArea: Double) -> Double {
        switch self {
        case .dense: 0
        case .sparse: max(0, log(8.0) + (logArea - log(4.0 * 12288 * 12288)) / 2)
        case .fixed(let experts): log(Double(max(1, experts)))
        }
    }
}
