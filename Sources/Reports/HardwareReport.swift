import Files
import Quantities
import Training

/// The catalogue and its entries, for people and scripts.
public enum HardwareReport {
    /// One line a machine.
    /// - Parameter entries: what to list.
    /// - Returns: the table with a final newline.
    public static func list(_ entries: [HardwareEntry]) -> String {
        let haveAliases = entries.contains { !$0.aliases.isEmpty }
        var table = TextTable(
            [
                ("name", .left), ("peak", .right), ("sustained", .right), ("memory", .right),
                ("bandwidth", .right), ("network, per unit, both directions added", .left), ("title", .left),
            ] + (haveAliases ? [("also", .left)] : []))
        for entry in entries {
            let machine = entry.machine
            let network = machine.network.map { level in
                (level.size.map { "\($0) x " } ?? "") + Readable.text(level.bidirectionalBandwidth)
            }
            table.add([
                machine.name, "\(Readable.text(machine.compute.peak)) \(machine.compute.precision)",
                Readable.percent(machine.compute.sustainedFraction), Readable.text(machine.memory.capacity),
                Readable.text(machine.memory.bandwidth), network.joined(separator: ", "), machine.title,
                entry.aliases.joined(separator: ", "),
            ])
        }
        return table.text + "\n"
    }

    /// The catalogue as CSV, one line a machine, in base units.
    /// - Parameter entries: what to list.
    /// - Returns: lines with a final newline.
    public static func csv(_ entries: [HardwareEntry]) -> String {
        let rows = entries.map { entry -> [Field] in
            let machine = entry.machine
            return [
                Field("name", .text(machine.name)), Field("title", .text(machine.title)),
                Field("unit", .text(machine.unit)), Field("precision", .text(machine.compute.precision)),
                Field("peak_flop_per_second", .number(machine.compute.peak.value)),
                Field("sustained_fraction", .number(machine.compute.sustainedFraction)),
                Field("hbm_bytes", .number(machine.memory.capacity.value)),
                Field("hbm_bytes_per_second", .number(machine.memory.bandwidth.value)),
                Field("level_sizes", .text(machine.domainSizes.map(String.init).joined(separator: "/"))),
                Field(
                    "level_bandwidth_bidirectional_bytes_per_second",
                    .text(
                        machine.network.map { Field.Value.number($0.bidirectionalBandwidth.value).cell }
                            .joined(separator: "/"))),
                Field("aliases", .text(entry.aliases.joined(separator: "/"))),
            ]
        }
        return ([CSVText.header(rows.first ?? [])] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    /// One entry with every value, its kind and its source.
    /// - Parameter entry: the machine.
    /// - Returns: text with a final newline.
    public static func show(_ entry: HardwareEntry) -> String {
        var table = TextTable([("key", .left), ("value", .left), ("kind", .left), ("source", .left)])
        for field in entry.fields {
            let origin = entry.provenance.first { $0.keys.contains(field.key) }
            table.add([field.key, field.text, origin?.kind.rawValue ?? "", origin?.source ?? ""])
        }
        let aliases = entry.aliases.isEmpty ? "" : "\n\nalso: \(entry.aliases.joined(separator: ", "))"
        return table.text + aliases + (entry.notes.isEmpty ? "" : "\n\nnotes: \(entry.notes)") + "\n"
    }

    /// One entry as JSON: the machine in base units and where each number comes from.
    /// - Parameter entry: the machine.
    /// - Returns: the document.
    public static func json(_ entry: HardwareEntry) -> JSONValue {
        .object([
            "hardware": entry.machine.json, "vendor": .text(entry.vendor), "notes": .text(entry.notes),
            "aliases": .array(entry.aliases.map { .text($0) }),
            "values": .object(
                Dictionary(
                    entry.fields.map { ($0.key, .text($0.text)) }, uniquingKeysWith: { first, _ in first })),
            "provenance": .array(
                entry.provenance.map { origin in
                    .object([
                        "keys": .array(origin.keys.map { .text($0) }), "kind": .text(origin.kind.rawValue),
                        "source": .text(origin.source),
                    ])
                }),
        ])
    }
}
