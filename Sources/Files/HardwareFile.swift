import Quantities
import Training

/// Where a number of a hardware entry comes from.
public struct Provenance: Hashable, Sendable {
    /// How a number was obtained.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Printed by the vendor.
        case datasheet
        /// Measured on the machine.
        case measured
        /// Fitted so that predictions meet measurements.
        case fitted
        /// Assumed, because nothing better is known.
        case assumed
    }

    /// Key paths of the numbers.
    public let keys: [String]
    /// How they were obtained.
    public let kind: Kind
    /// Who says so.
    public let source: String

    /// Makes a block.
    public init(keys: [String], kind: Kind, source: String) {
        self.keys = keys
        self.kind = kind
        self.source = source
    }
}

/// A machine with the provenance of its numbers, as read from a file or the catalogue.
public struct HardwareEntry: Hashable, Sendable {
    /// The machine.
    public let machine: Accelerator
    /// Vendor, where given.
    public let vendor: String
    /// Where each number comes from; empty in files that do not say.
    public let provenance: [Provenance]
    /// Free text on conventions and uncertainties.
    public let notes: String
    /// Key paths and texts as read, in the order of the file, provenance and notes left out.
    public let fields: [Field]
    /// Other names by which the catalogue knows it, sorted; none for a file.
    public internal(set) var aliases: [String] = []

    /// One value of the file.
    public struct Field: Hashable, Sendable {
        /// Dotted key path.
        public let key: String
        /// The value as written.
        public let text: String
    }
}

/// Reading hardware files.
public enum HardwareFile {
    /// Reads and checks an entry.
    /// - Parameters:
    ///   - text: YAML or JSON with the keys of `docs/hardware-files.md`.
    ///   - place: file name for messages.
    ///   - overrides: `key=value` texts that replace single values, as for `--set`.
    /// - Returns: the machine with its provenance.
    /// - Throws: ``ScenarioError`` naming the key, its line, what is wrong and what would be accepted.
    public static func read(
        text: String, place: String, overrides: [String] = []
    ) throws(ScenarioError) -> HardwareEntry {
        var document = try FlatDocument(text: text, place: place)
        for override in overrides { try HardwareOverride.apply(override, to: &document) }
        let reader = FieldReader(document: document)
        try reader.rejectUnknown(
            known: HardwareKeys.all + ["compute.peak_by_precision.*", "provenance.N.keys.N"],
            of: "hardware files")
        var machine = try accelerator(reader)
        // A heading must not call figures the datasheet's that were set.
        let changes = overrides.filter { !$0.hasPrefix("title=") && !$0.hasPrefix("name=") }
        if !changes.isEmpty { machine.title += ", but \(changes.joined(separator: ", "))" }
        let provenance = try provenance(reader)
        let vendor = reader.word("vendor") ?? ""
        let notes = reader.word("notes") ?? ""
        do {
            try machine.validate()
        } catch {
            throw ScenarioError(place: place, line: document.line(error.key), reason: "\(error)")
        }
        let fields = document.order
            .filter { !$0.hasPrefix("provenance") && $0 != "notes" }
            .map { HardwareEntry.Field(key: $0, text: document.text($0) ?? "") }
        return HardwareEntry(
            machine: machine, vendor: vendor, provenance: provenance, notes: notes, fields: fields)
    }

    private static func accelerator(_ reader: FieldReader) throws(ScenarioError) -> Accelerator {
        let name = try reader.required("name")
        let compute = Compute(
            precision: try reader.required("compute.precision"),
            wordBytes: try reader.number("compute.word_bytes"),
            peak: try reader.quantity("compute.peak"),
            sustainedFraction: try reader.number("compute.sustained_fraction"),
            kernelLatency: try reader.quantity("compute.kernel_latency"),
            peakByPrecision: try reader.quantities(under: "compute.peak_by_precision"),
            units: reader.has("compute.units") ? try reader.count("compute.units") : nil)
        let memory = DeviceMemory(
            capacity: try reader.quantity("hbm.capacity"), bandwidth: try reader.quantity("hbm.bandwidth"),
            usableFraction: reader.has("hbm.usable_fraction") ? try reader.number("hbm.usable_fraction") : 1)
        var power: Watts?
        var price: Dollars?
        if reader.has("power") { power = try reader.quantity("power") }
        if reader.has("price") { price = try reader.quantity("price") }
        return Accelerator(
            name: name, title: reader.word("title") ?? name, unit: reader.word("unit") ?? "GPU",
            architecture: try choice(reader, "architecture"), compute: compute, memory: memory,
            chip: try chip(reader), network: try network(reader), host: try host(reader), power: power,
            price: price, calibration: try CalibrationFields.read(reader))
    }

    /// The value that a word names; nil where it is left out.
    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ reader: FieldReader, _ key: String
    ) throws(ScenarioError) -> Value? {
        guard let word = reader.word(key) else { return nil }
        guard let known = Value(rawValue: word) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.error(key, "is '\(word)'; one of \(names) is accepted, or leave it out")
        }
        return known
    }

    private static func chip(_ reader: FieldReader) throws(ScenarioError) -> Chip? {
        guard reader.hasAny(under: "chip") else { return nil }
        return Chip(
            multiprocessors: try reader.count("chip.multiprocessors"),
            clock: try reader.quantity("chip.clock"),
            blocksPerMultiprocessor: try reader.count("chip.blocks_per_multiprocessor"),
            registersPerBlock: try reader.quantity("chip.registers_per_block"),
            usableFraction: try reader.number("chip.usable_fraction"),
            l2Capacity: try reader.quantity("chip.l2_capacity"),
            l2Bandwidth: try reader.quantity("chip.l2_bandwidth"),
            sharedMemory: try reader.flag("chip.distributed_shared_memory") ? .wholeChip : .ownMultiprocessor)
    }

    private static func host(_ reader: FieldReader) throws(ScenarioError) -> HostLink? {
        guard reader.hasAny(under: "host") else { return nil }
        var link = HostLink.assumed
        if reader.has("host.bandwidth_one_way") {
            link.oneWayBandwidth = try reader.quantity("host.bandwidth_one_way")
        }
        if reader.has("host.memory_bandwidth") {
            link.memoryBandwidth = try reader.quantity("host.memory_bandwidth")
        }
        if reader.has("host.memory_capacity") {
            link.capacity = try reader.quantity("host.memory_capacity")
        }
        return link
    }

    private static func network(_ reader: FieldReader) throws(ScenarioError) -> [NetworkLevel] {
        var levels: [NetworkLevel] = []
        for index in 0..<reader.document.count(of: "network") {
            let key = "network.\(index)"
            let both = "\(key).bandwidth_bidirectional"
            let oneWay = "\(key).bandwidth_one_way"
            let bandwidth: BytesPerSecond
            switch (reader.has(both), reader.has(oneWay)) {
            case (true, false): bandwidth = try reader.quantity(both)
            case (false, true): bandwidth = try reader.quantity(oneWay) * 2
            case (true, true): throw reader.error(both, "and bandwidth_one_way are both given; keep one")
            case (false, false):
                throw reader.error(both, "is missing; give it or bandwidth_one_way, per accelerator")
            }
            levels.append(
                NetworkLevel(
                    name: reader.word("\(key).name") ?? "level \(index)",
                    size: reader.has("\(key).size") ? try reader.count("\(key).size") : nil,
                    bidirectionalBandwidth: bandwidth, latency: try reader.quantity("\(key).latency"),
                    kind: try choice(reader, "\(key).kind")))
        }
        guard !levels.isEmpty else {
            throw ScenarioError(
                place: reader.document.place, reason: "network is missing; list at least one level")
        }
        return levels
    }

    private static func provenance(_ reader: FieldReader) throws(ScenarioError) -> [Provenance] {
        var list: [Provenance] = []
        for index in 0..<reader.document.count(of: "provenance") {
            let key = "provenance.\(index)"
            let kindText = try reader.required("\(key).kind")
            guard let kind = Provenance.Kind(rawValue: kindText) else {
                let known = Provenance.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw reader.error("\(key).kind", "is '\(kindText)'; one of \(known) is needed")
            }
            let count = reader.document.count(of: "\(key).keys")
            var keys: [String] = []
            for item in 0..<count { keys.append(try reader.required("\(key).keys.\(item)")) }
            list.append(
                Provenance(
                    keys: keys, kind: kind, source: try reader.required("\(key).source")))
        }
        return list
    }
}
