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
    /// Power of the site over that of its accelerators (PUE, and hosts and network if counted), at least 1.
    public let powerOverhead: Double
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
    ///   - watts: rated power; nil takes the machine's.
    ///   - powerOverhead: power of the site over that of its accelerators, at least 1.
    public init(
        machine: Accelerator, rent: Double?, years: Double, idlePower: Double, watts: Double? = nil,
        powerOverhead: Double = 1
    ) {
        source = rent == nil ? .purchase(years: years) : .rent
        dollarsPerHour = rent ?? machine.price.map { $0.value / (years * Calendar.year.value / 3600) }
        self.watts = watts ?? machine.power?.value
        self.idlePower = idlePower
        self.powerOverhead = powerOverhead
    }

    /// Dollars of accelerators for some time, computing or not.
    public func dollars(accelerators: Int, time: Seconds) -> Double? {
        dollarsPerHour.map { $0 * Double(accelerators) * time.value / 3600 }
    }

    /// Joules of accelerators for some time.
    ///
    ///     GPUs · rated power · (idle + (1 − idle) · busy) · time · overhead
    ///
    /// An assumption, not a measurement: power rises linearly from the idle share to the rated power of an
    /// accelerator whose matrix engine is busy all the time. Network, host and cooling are what the overhead
    /// says of them, and left out where it is 1.
    /// - Parameters:
    ///   - accelerators: how many.
    ///   - time: for how long.
    ///   - busy: share of the rate that the matrix engine sustains, cut to 0...1.
    /// - Returns: nil where no power is known.
    public func joules(accelerators: Int, time: Seconds, busy: Double) -> Double? {
        let share = idlePower + (1 - idlePower) * min(1, max(0, busy))
        return watts.map { $0 * share * Double(accelerators) * time.value * powerOverhead }
    }

    /// Dollars of a run: accelerators used, times hours, times the price of an hour.
    public func dollars(of plan: PricedPlan) -> Double? {
        dollars(accelerators: plan.gpus, time: plan.total)
    }

    /// Joules of a run, busy as far as its utilization comes near the sustained fraction.
    public func joules(of plan: PricedPlan) -> Double? {
        let busy = plan.utilization / plan.model.machine.compute.sustainedFraction
        return joules(accelerators: plan.gpus, time: plan.total, busy: busy)
    }
}
