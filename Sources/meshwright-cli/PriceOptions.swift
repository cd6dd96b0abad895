import ArgumentParser
import Explain
import Hardware
import Meshwright
import Quantities

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
        RunPrices(
            machine: machine,
            rent: try number("--price-per-hour", pricePerHour, "dollars above zero are") { $0 > 0 },
            years: try number("--lifetime", lifetime, "years above zero are") { $0 > 0 } ?? 4,
            idlePower: try number("--idle-power", idlePower, "a share from 0 to 1 is") { 0...1 ~= $0 } ?? 1,
            watts: try power.map { text in
                do { return try (try? Watts(CountParsing.number(text))) ?? Watts(parsing: text) } catch {
                    throw InputError("--power: \(error)")
                }
            }?.value,
            powerOverhead: try number("--pue", pue, "a factor of at least 1 is") { $0 >= 1 } ?? 1)
    }

    private func number(
        _ option: String, _ text: String?, _ needed: String, _ isPossible: (Double) -> Bool
    ) throws -> Double? {
        guard let text else { return nil }
        guard let number = Double(text), number.isFinite, isPossible(number) else {
            throw InputError("\(option) \(text): \(needed) needed")
        }
        return number
    }
}
