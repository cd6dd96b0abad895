import Optimization
import Quantities
import ScalingModel
import Training

/// What a run may take besides time: power of the site and money.
public struct RunLimits: Hashable, Sendable {
    /// Most watts of the whole site, every reserved accelerator at its rated power; nil for any.
    public var watts: Double?
    /// Most dollars of the whole run; nil for any.
    public var dollars: Double?

    /// Makes limits.
    /// - Parameters:
    ///   - watts: of the whole site, above 0; nil for any.
    ///   - dollars: of the whole run, above 0; nil for any.
    public init(watts: Double? = nil, dollars: Double? = nil) {
        self.watts = watts
        self.dollars = dollars
    }

    /// The first limit that a plan breaks on the accelerators given to it.
    /// - Parameters:
    ///   - plan: with the accelerators given.
    ///   - prices: what an hour costs.
    /// - Returns: a sentence; nil where every limit is kept.
    public func firstBroken(by plan: some PricedRun, prices: RunPrices) -> String? {
        let unit = plan.machine.unit
        if let watts, let most = prices.mostAccelerators(power: watts), plan.gpusGiven > most {
            return "\(Readable.text(Watts(watts))) feed \(Readable.count(most)) \(unit)s, not "
                + Readable.count(plan.gpusGiven)
        }
        if let dollars, let bill = prices.bill(of: plan).dollars, bill > dollars * (1 + 1e-9) {
            return "it costs $\(Readable.significant(bill)), $\(Readable.significant(dollars)) are allowed"
        }
        return nil
    }
}
