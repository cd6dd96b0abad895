import CostModel
import Foundation
import Search

/// By how many per cent a result changes when an input changes by one: d ln y / d ln x.
public struct Elasticity: Hashable, Sendable {
    /// The central difference.
    public let value: Double
    /// The derivative towards smaller inputs.
    public let below: Double
    /// The derivative towards larger inputs.
    public let above: Double

    /// Whether two terms are equal here, so that the two one-sided derivatives differ.
    public var isAtKink: Bool { abs(above - below) > 1e-3 }

    /// Step in ln x.
    ///
    /// The error of the central difference is about h² from curvature and 1e-16/h from rounding, both below
    /// 1e-9 for results that are sums of powers.
    static let step = 1e-5

    /// The elasticity of a function at the factor 1.
    /// - Parameter result: of an input's factor; positive near 1.
    public init(_ result: (Double) -> Double) {
        let here = log(result(1))
        let low = log(result(exp(-Self.step)))
        let high = log(result(exp(Self.step)))
        value = (high - low) / (2 * Self.step)
        below = (here - low) / Self.step
        above = (high - here) / Self.step
    }
}

extension Knob {
    /// Elasticity of a plan's time to this number, the plan held fixed.
    ///
    /// A number that only decides what is legal (memory capacity) has 0. So has one that counts in steps
    /// (cache capacities), save at a step. Batch, time, GPUs and compute are no part of a plan's price: nil.
    /// - Parameter plan: priced on the machine whose number is meant.
    /// - Returns: the elasticity, or nil.
    public func elasticity(of plan: PricedPlan) -> Elasticity? {
        switch self {
        case .batch, .runTime, .gpus, .flop: return nil
        default:
            let model = plan.model
            return Elasticity { factor in
                StepModel(
                    machine: scaled(by: factor, on: model.machine), shape: model.shape,
                    batchTokens: model.batchTokens, settings: model.settings
                ).price(plan.plan).step
            }
        }
    }
}
