import Planning
import Quantities
import Training

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

    /// The prices with a bill, for scripts.
    func json(with bill: RunBill) -> JSONValue {
        guard case .object(var members) = json else { return json }
        for field in bill.fields { members[field.name] = field.value.json }
        return .object(members)
    }

    /// A bill and what it stands for, for people.
    func text(with bill: RunBill, on machine: Accelerator) -> String {
        let lines =
            ["money and energy of the \(machine.unit)s given", "run       \(bill.text(unit: machine.unit))"]
            + assumptions(on: machine)
        return lines.map { "  \($0)" }.joined(separator: "\n")
    }

    /// What the prices stand for, a line each, for people.
    func assumptions(on machine: Accelerator) -> [String] { [money(machine), energy(machine)] }

    private func money(_ machine: Accelerator) -> String {
        guard let dollarsPerHour else { return "no price of \(machine.name) is known; give --price-per-hour" }
        let price = "$\(Readable.significant(dollarsPerHour)) for an hour of each \(machine.unit) reserved"
        switch source {
        case .rent: return "money: \(price)"
        case .purchase(let years):
            return "money: the purchase price over \(PlainNumber.text(years)) years, \(price)"
        }
    }

    private func energy(_ machine: Accelerator) -> String {
        guard let watts else { return "no power of \(machine.name) is known; give --power" }
        let rated = "energy: \(Readable.significant(watts)) W a \(machine.unit)"
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

extension RunBill {
    /// Columns of a bill.
    static let columns = ["gpu_hours", "dollars", "joules"]

    /// The bill in its ``columns``.
    var fields: [Field] {
        zip(Self.columns, [hours, dollars, joules]).map { name, value in
            Field(name, value.map { .number($0) } ?? .missing)
        }
    }

    /// Hours, money and energy, as far as they are known.
    /// - Parameters:
    ///   - unit: of the accelerators.
    ///   - energy: joules of a unit of energy, with its name.
    /// - Returns: parts with `, ` between.
    func text(unit: String, energy: (joules: Double, name: String) = (3.6e9, "MWh")) -> String {
        "\(Readable.significant(hours)) \(unit)-hours"
            + (dollars.map { ", $\(Readable.significant($0))" } ?? "")
            + (joules.map { ", \(Readable.significant($0 / energy.joules)) \(energy.name)" } ?? "")
    }
}
