/// A place on the frontier.
public struct Landmark<Priced: PricedRun>: Sendable {
    /// Training compute in FLOP.
    public let flop: Double
    /// The curve's plan there.
    public let plan: Priced

    /// Makes a landmark.
    public init(flop: Double, plan: Priced) {
        self.flop = flop
        self.plan = plan
    }
}

/// How far a property reaches from the first point of a curve.
public enum LandmarkExtent<Priced: PricedRun>: Sendable {
    /// It does not hold at the first point, or for the largest run at none.
    case nowhere
    /// It holds up to a place before the last point.
    case until(Landmark<Priced>)
    /// It holds up to the last point.
    case throughout

    /// The place where it ends, if that lies between the first and the last point.
    public var landmark: Landmark<Priced>? { if case .until(let landmark) = self { landmark } else { nil } }
}

/// The places where scaling ends.
///
/// None depends on how many points a curve has, nor on where its range
/// begins and ends as long as it holds them.
public struct Landmarks<Priced: PricedRun>: Sendable {
    /// How far scaling is linear without a gap: every compute from the first point on has a plan in time
    /// that uses at least ``ScalingThresholds/linearShare`` of what matrix products sustain.
    ///
    /// Of published widths, up to the first width with no more than that.
    public let linear: LandmarkExtent<Priced>
    /// The last place where scaling is linear again, where rounded shapes and batches make it so.
    public let lastReturn: Landmark<Priced>?
    /// How far runs of at least ``ScalingThresholds/leastUtilization`` reach, gaps or not.
    public let feasible: LandmarkExtent<Priced>
    /// The largest compute that some plan finishes even with infinite bandwidths and rates, FLOP; nil for
    /// none, or where it was not looked for.
    public let latencyWall: Double?

    /// Makes landmarks.
    public init(
        linear: LandmarkExtent<Priced>, lastReturn: Landmark<Priced>?, feasible: LandmarkExtent<Priced>,
        latencyWall: Double?
    ) {
        self.linear = linear
        self.lastReturn = lastReturn
        self.feasible = feasible
        self.latencyWall = latencyWall
    }
}
