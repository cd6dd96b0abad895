import Hardware
import Quantities
import Search

/// What an hour of one accelerator costs in money and in energy.
public struct RunPrices: Hashable, Sendable {
    /// Dollars for an hour of one accelerator; nil where neither a rent nor a price is known.
    public let dollarsPerHour: Double?
    /// Rated power in watts; nil where it is not known.
    public let watts: Double?
    /// Share of the rated power that an accelerator draws when it computes nothing, 0...1.
    public let idlePower: Double
    /// Where the money comes from.
    public let source: MoneySource

    /// Where the money of an hour comes from.
    public enum MoneySource: Hashable, Sendable {
        /// A rent.
        case rent
        /// The price of the machine over the years that it serves, without interest, power and staff.
        case purchase(years: Double)
    }

    /// Takes prices from a machine.
    /// - Parameters:
    ///   - machine: with a price and a power where they are known.
    ///   - rent: dollars for an hour of one accelerator; nil spreads the machine's price over its years.
    ///   - years: for which a bought machine serves, above 0.
    ///   - idlePower: share of the rated power drawn when idle, 0...1; 1 takes the rated power throughout.
    public init(machine: Accelerator, rent: Double?, years: Double, idlePower: Double) {
        source = rent == nil ? .purchase(years: years) : .rent
        dollarsPerHour = rent ?? machine.price.map { $0.value / (years * Calendar.year.value / 3600) }
        watts = machine.power?.value
        self.idlePower = idlePower
    }

    /// Dollars of a run: accelerators used, times hours, times the price of an hour.
    public func dollars(of plan: PricedPlan) -> Double? {
        dollarsPerHour.map { $0 * Double(plan.gpus) * plan.total.value / 3600 }
    }

    /// Joules of a run.
    ///
    ///     GPUs · rated power · (idle + (1 − idle) · min(1, utilization / sustained fraction)) · time
    ///
    /// An assumption, not a measurement: power rises linearly from the idle share to the rated power of an
    /// accelerator whose matrix engine is busy all the time. Network, host and cooling are left out.
    public func joules(of plan: PricedPlan) -> Double? {
        let busy = min(1, plan.utilization / plan.model.machine.compute.sustainedFraction)
        return watts.map { $0 * (idlePower + (1 - idlePower) * busy) * Double(plan.gpus) * plan.total.value }
    }
}
