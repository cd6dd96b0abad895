import ArgumentParser
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// Limits on the power and the money of a run.
struct LimitOptions: ParsableArguments {
    @Option(
        name: .long, help: "Most power of the site, e.g. 100MW, every GPU at its rated power times --pue.")
    var maxPower: String?

    @Option(name: .long, help: "Most dollars of the run, e.g. 10M, for every GPU reserved.")
    var maxCost: String?

    /// Whether any limit is given.
    var isGiven: Bool { maxPower != nil || maxCost != nil }

    /// The first option that is given.
    var firstGiven: String? { maxPower != nil ? "--max-power" : maxCost != nil ? "--max-cost" : nil }

    /// The limits, for which price and power must be known.
    func limits(_ prices: RunPrices, on machine: Accelerator) throws -> RunLimits {
        var limits = RunLimits()
        if let maxPower {
            do {
                limits.watts =
                    try (try? Watts(CountParsing.number(maxPower)))?.value
                    ?? Watts(parsing: maxPower).value
            } catch { throw InputError("--max-power: \(error)") }
            guard prices.watts != nil else {
                throw InputError("--max-power: no power of \(machine.name) is known; give --power")
            }
        }
        if let maxCost {
            do { limits.dollars = try CountParsing.number(maxCost) } catch {
                throw InputError("--max-cost: \(error)")
            }
            guard prices.dollarsPerHour != nil else {
                throw InputError("--max-cost: no price of \(machine.name) is known; give --price-per-hour")
            }
        }
        for (option, text, value) in [
            ("--max-power", maxPower, limits.watts), ("--max-cost", maxCost, limits.dollars),
        ] {
            guard let text, let value else { continue }
            guard value > 0, value.isFinite else {
                throw InputError("\(option) \(text): a finite number above zero is needed")
            }
        }
        return limits
    }
}

extension QuantityOptions {
    /// Two of GPUs, compute and time, where limits on power and money stand for the GPUs.
    ///
    /// - Returns: what is given, and the money where it must be searched which number of GPUs it pays for.
    func given(_ limits: RunLimits, _ prices: RunPrices, on machine: Accelerator) throws -> (
        given: Given, budget: Double?
    ) {
        try checkTokens()
        let time = try Self.time(months: months, days: days)
        let flop = try self.flop.map { try Self.flop("--flop", $0) }
        var most = try gpus.map { try WorkloadOptions.count("--gpus", $0) } ?? DataMovementSpace.mostGPUs
        if let watts = limits.watts, let fed = prices.mostAccelerators(power: watts) {
            guard fed >= 1 else { throw tooLittle("--max-power", "feeds", machine) }
            most = min(most, fed)
        }
        switch (flop, time) {
        case (let flop?, nil): return (.gpusAndFlop(gpus: most, flop: flop), limits.dollars)
        case (nil, let time?):
            if let dollars = limits.dollars,
                let paid = prices.mostAccelerators(dollars: dollars, time: time)
            {
                guard paid >= 1 else { throw tooLittle("--max-cost", "pays for", machine) }
                most = min(most, paid)
            }
            return (.gpusAndTime(gpus: most, time: time), nil)
        case (_?, _?):
            throw InputError(
                "--max-power and --max-cost stand for --gpus; give --flop or a time beside them, not both")
        case (nil, nil):
            throw InputError("give --flop or --months (or --days) beside --max-power and --max-cost")
        }
    }

    private func tooLittle(_ option: String, _ verb: String, _ machine: Accelerator) -> InputError {
        InputError("\(option) \(verb) no \(machine.unit) of \(machine.name); allow more")
    }
}
