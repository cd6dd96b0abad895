import ArgumentParser
import Meshwright
import Planning
import Quantities
import Training

/// Prices of an hour of one GPU in money and energy.
struct PriceOptions: ParsableArguments {
    @Option(name: .long, help: "Dollars for an hour of one GPU, instead of the price in the hardware file.")
    var pricePerHour: String?

    @Option(name: .long, help: "Years over which the price in the hardware file is spread. (default: 4)")
    var lifetime: String?

    @Option(name: .long, help: "Rated power of one GPU, e.g. 700W, instead of the one in the hardware file.")
    var power: String?

    @Option(
        name: .long,
        help: "Share of the rated power that an idle GPU draws; 1 takes it throughout. (default: 1)")
    var idlePower: String?

    @Option(name: .long, help: "Power of the site over that of its GPUs, e.g. 1.2. (default: 1)")
    var pue: String?

    /// The first option that is given.
    var firstGiven: String? {
        [
            ("--price-per-hour", pricePerHour), ("--lifetime", lifetime), ("--power", power),
            ("--idle-power", idlePower), ("--pue", pue),
        ].first { $0.1 != nil }?.0
    }

    func prices(for machine: Accelerator) throws -> RunPrices {
        if pricePerHour != nil, lifetime != nil {
            throw InputError(
                "--lifetime spreads the price in the hardware file; leave it out with --price-per-hour")
        }
        return try checkedPrices(for: machine)
    }

    private func checkedPrices(for machine: Accelerator) throws -> RunPrices {
        RunPrices(
            machine: machine,
            rent: try number("--price-per-hour", pricePerHour, .aboveZero(upTo: 1e9)),
            years: try number("--lifetime", lifetime, .aboveZero(upTo: 1000)) ?? 4,
            idlePower: try number("--idle-power", idlePower, NumberRange(0, 1)) ?? 1,
            watts: try power.map { text in
                let watts: Watts = try OptionText.quantity("--power", text, in: .aboveZero(upTo: 1e12))
                return watts.value
            },
            powerOverhead: try number("--pue", pue, NumberRange(1, 100)) ?? 1)
    }

    private func number(_ option: String, _ text: String?, _ range: NumberRange) throws -> Double? {
        try text.map { try OptionText.number(option, $0, in: range) }
    }
}
