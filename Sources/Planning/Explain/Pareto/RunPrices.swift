import Optimization
import Quantities
import ScalingModel
import Training

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

    /// What a cluster costs for some time: every accelerator that is reserved is paid for, in use or not.
    ///
    ///     dollars = reserved · price of an hour · hours
    ///     joules  = rated power · (used · (idle + (1 − idle) · busy) + (reserved − used) · idle) · time · overhead
    ///
    /// An assumption, not a measurement: power rises linearly from the idle share to the rated power of an
    /// accelerator whose matrix engine is busy all the time. Network, host and cooling are what the overhead
    /// says of them, and left out where it is 1.
    /// - Parameters:
    ///   - used: accelerators that compute.
    ///   - reserved: accelerators held for the run, at least those used.
    ///   - time: for how long.
    ///   - busy: share of the rate that the matrix engine sustains on those used, cut to 0...1.
    /// - Returns: hours, and money and energy where price and power are known.
    /// - Source: none beyond the assumption; checked by `ParetoFrontTests` and `FleetMenuTests`.
    public func bill(used: Int, reserved: Int, time: Seconds, busy: Double) -> RunBill {
        let hours = Double(reserved) * time.value / 3600
        let share = idlePower + (1 - idlePower) * min(1, max(0, busy))
        let drawing = Double(used) * share + Double(reserved - used) * idlePower
        return RunBill(
            hours: hours, dollars: dollarsPerHour.map { $0 * hours },
            joules: watts.map { $0 * drawing * time.value * powerOverhead })
    }

    /// The bill of a run on the accelerators given to it, busy as far as its utilization comes near the
    /// sustained fraction.
    /// - Parameter plan: with the accelerators given.
    /// - Returns: hours, money and energy of all that are given, idle ones among them.
    public func bill(of plan: some PricedRun) -> RunBill {
        bill(
            used: plan.gpus, reserved: plan.gpusGiven, time: plan.total, busy: plan.busyShare)
    }

    /// Most accelerators that a power of the site can feed at their rated power.
    /// - Parameter power: of the whole site, in watts.
    /// - Returns: nil where no power is known; 0 where it feeds none.
    public func mostAccelerators(power: Double) -> Int? {
        watts.map { Self.whole(power / ($0 * powerOverhead)) }
    }

    /// Most accelerators that a sum of money reserves for a time.
    /// - Parameters:
    ///   - dollars: the sum.
    ///   - time: for how long.
    /// - Returns: nil where no price is known; 0 where it pays for none.
    public func mostAccelerators(dollars: Double, time: Seconds) -> Int? {
        dollarsPerHour.map { Self.whole(dollars / ($0 * time.value / 3600)) }
    }

    /// A number of accelerators that a real number allows, not above 2^53.
    ///
    /// A billionth is given in, so that 100 MW feed the accelerators that they are a multiple of.
    private static func whole(_ number: Double) -> Int {
        Int(min((number * (1 + 1e-9)).rounded(.down), Double(DataMovementSpace.mostGPUs)))
    }
}
