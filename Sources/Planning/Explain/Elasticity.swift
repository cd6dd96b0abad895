import Foundation

/// By how many per cent a result changes when an input changes by one: d ln y / d ln x.
public struct Elasticity: Hashable, Sendable {
    /// The central difference; where the result jumps, the mean of the slopes on both sides without the jump.
    public let value: Double
    /// The derivative towards smaller inputs.
    public let below: Double
    /// The derivative towards larger inputs.
    public let above: Double
    /// By how much ln y changes in one go as the input passes its value upwards.
    ///
    /// A number that counts in steps may stand at one. 0 where the result is continuous.
    public let jump: Double

    /// Whether two terms are equal here, so that the two one-sided derivatives differ.
    public var isAtKink: Bool { abs(above - below) > 1e-3 }
    /// Whether the result jumps here.
    public var isAtJump: Bool { jump != 0 }

    /// Step in ln x.
    ///
    /// The error of the central difference is about h² from curvature and 1e-16/h from rounding, both below
    /// 1e-9 for results that are sums of powers.
    static let step = 1e-5
    /// Changes of ln y below this are rounding and curvature, and no jump.
    static let leastJump = 1e-8

    /// The elasticity of a function at the factor 1.
    ///
    /// On each side the result is taken at a step and at half of one: what a straight line through both misses at
    /// the factor 1 is a jump.
    /// - Parameter result: of an input's factor; positive near 1.
    public init(_ result: (Double) -> Double) {
        let here = log(result(1))
        func side(_ sign: Double) -> (far: Double, slope: Double, jump: Double) {
            let far = log(result(exp(sign * Self.step)))
            let near = log(result(exp(sign * Self.step / 2)))
            let jump = 2 * near - far - here
            guard abs(jump) > Self.leastJump else { return (far, (far - here) / (sign * Self.step), 0) }
            return (far, (far - near) / (sign * Self.step / 2), sign * jump)
        }
        let (low, high) = (side(-1), side(1))
        jump = low.jump + high.jump
        below = low.slope
        above = high.slope
        value =
            low.jump == 0 && high.jump == 0
            ? (high.far - low.far) / (2 * Self.step) : (low.slope + high.slope) / 2
    }
}

extension Knob {
    /// Elasticity of a plan's time to this number, the plan held fixed.
    ///
    /// A number that only decides what is legal (memory capacity) has 0. So has one that counts in steps
    /// (cache capacities), save at a step, where its ``Elasticity/jump`` says what the step is worth. Batch,
    /// time, GPUs and compute are no part of a plan's price: nil.
    /// - Parameter plan: priced on the machine whose number is meant.
    /// - Returns: the elasticity, or nil.
    public func elasticity(of plan: some ExplainedPlan) -> Elasticity? {
        guard isOfMachine else { return nil }
        return Elasticity { plan.stepSeconds(on: scaled(by: $0, on: plan.machine)) }
    }

    /// The cost whose share of the step changes most between both sides of a kink or jump: what the plan crosses
    /// where this number passes its value.
    /// - Parameter plan: priced on the machine whose number is meant.
    /// - Returns: the cost at the value; nil where none changes.
    public func crossing(of plan: some ExplainedPlan) -> PlanCost? {
        guard isOfMachine else { return nil }
        let step = Elasticity.step
        let places = [-step, 0, step].map { plan.costs(on: scaled(by: exp($0), on: plan.machine)) }
        // Costs of equal names, below, at and above: a straight line leaves nothing of this.
        let bends = zip(places[0], zip(places[1], places[2])).map { below, both in
            (cost: both.0, bend: abs(below.seconds - 2 * both.0.seconds + both.1.seconds))
        }
        guard let most = bends.max(by: { $0.bend < $1.bend }), most.bend > 0 else { return nil }
        return most.cost
    }
}
