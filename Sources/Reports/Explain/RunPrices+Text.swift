import Explain
import Hardware
import Quantities

extension RunPrices {
    /// The prices for scripts.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "dollars_per_gpu_hour": dollarsPerHour.map { .number($0) } ?? .null,
            "watts": watts.map { .number($0) } ?? .null, "idle_power": .number(idlePower),
            "pue": .number(powerOverhead),
        ]
        if case .purchase(let years) = source { members["lifetime_years"] = .number(years) }
        return .object(members)
    }

    /// What the prices stand for, a line each, for people.
    func assumptions(on machine: Accelerator) -> [String] { [money(machine), energy(machine)] }

    private func money(_ machine: Accelerator) -> String {
        guard let dollarsPerHour else { return "no price of \(machine.name) is known; give --price-per-hour" }
        let price = "$\(Readable.significant(dollarsPerHour)) for an hour of each GPU used"
        switch source {
        case .rent: return "money: \(price)"
        case .purchase(let years):
            return "money: the purchase price over \(PlainNumber.text(years)) years, \(price)"
        }
    }

    private func energy(_ machine: Accelerator) -> String {
        guard let watts else { return "no power of \(machine.name) is known; give --power" }
        let rated = "energy: \(Readable.significant(watts)) W a GPU"
        let drawn =
            idlePower == 1
            ? " throughout"
            : ", \(Readable.percent(idlePower)) of it when idle and all of it at the sustained rate"
        let rest =
            powerOverhead == 1
            ? "; without network, host and cooling"
            : ", times \(Readable.significant(powerOverhead)) for everything else on the site"
        return rated + drawn + rest
    }
}
