import Files
import Quantities
import Training
import TransformerModel

/// Measured memory beside what is predicted for the same quantity.
///
/// Tables mix quantities: peaks of the framework's allocator, what the driver reports for the whole process,
/// activations alone. Each is compared with its like; a reading without a shape, a microbatch or a machine
/// that is known is counted and left out.
public struct MemoryReadings: Sendable {
    /// What was read.
    public enum Quantity: String, Hashable, Sendable, CaseIterable {
        /// Peak of the framework's allocator, against ``MemoryFootprint/allocated``.
        case allocated
        /// What the driver reports as used, against ``MemoryFootprint/total``.
        case device
        /// Activations alone, against ``MemoryFootprint/activations``.
        case activations
        /// A peak of which the source does not say whose, against ``MemoryFootprint/total``.
        case unspecified

        /// Reads the words of a table.
        init(words: String) {
            let words = words.lowercased()
            if words.contains("activation") {
                self = .activations
            } else if words.contains("smi") {
                self = .device
            } else if words.contains("torch") || words.contains("allocat") {
                self = .allocated
            } else {
                self = .unspecified
            }
        }
    }

    /// One reading.
    public struct Reading: Sendable {
        /// Its row, from 1.
        public let row: Int
        /// What was read.
        public let quantity: Quantity
        /// The model's name and the machine's.
        public let name: String
        /// Bytes read.
        public let measured: Bytes
        /// Bytes predicted.
        public let predicted: Bytes

        /// Predicted over measured, less 1.
        public var error: Double { predicted / measured - 1 }
    }

    /// Readings that could be compared, in order.
    public let readings: [Reading]
    /// The others, with why.
    public let skipped: [MeasuredSteps.Failure]

    /// Reads a table.
    /// - Parameters:
    ///   - table: columns of a table of steps that it has, with `quantity`, `value` and `unit`.
    ///   - shapes: rows that state what this table has no column for: experts, feed-forward width and heads of
    ///     keys of a model of the same name, width and heads.
    ///   - inference: what is taken where a row does not state something.
    public init(_ table: StepTable, shapes: StepTable?, inference: RowInference) {
        var known: [String: StepRow] = [:]
        var relatives: [String: StepRow] = [:]
        for row in shapes?.rows ?? [] {
            let key = Self.key(row)
            if known[key] == nil { known[key] = row }
            let relation = Self.relation(row)
            if relatives[relation] == nil { relatives[relation] = row }
        }
        var readings: [Reading] = []
        var skipped: [MeasuredSteps.Failure] = []
        for (index, row) in table.rows.enumerated() {
            do {
                readings.append(try Self.reading(row, number: index + 1, known, relatives, inference))
            } catch {
                skipped.append(MeasuredSteps.Failure(id: "row \(index + 1)", reason: "\(error)"))
            }
        }
        self.readings = readings
        self.skipped = skipped
    }

    /// Errors of a quantity; nil where nothing was compared.
    public func errors(of quantity: Quantity) -> ErrorStatistics? {
        ErrorStatistics(readings.filter { $0.quantity == quantity }.map(\.error))
    }

    private static let shapeColumns = [
        "d_ff", "kv_heads", "experts", "top_k", "expert_d_ff", "shared_experts", "dense_layers",
    ]

    private static func reading(
        _ row: StepRow, number: Int, _ known: [String: StepRow], _ relatives: [String: StepRow],
        _ inference: RowInference
    ) throws(RowError) -> Reading {
        guard row.text("layers") != nil, row.text("d_model") != nil else {
            throw RowError("the shape of the model is not stated")
        }
        guard row.text("microbatch") != nil else { throw RowError("microbatch is not stated") }
        let name = row.text("model") ?? ""
        let twin = known[key(row)]
        if twin == nil, ModelFamily.named(name).gating == .gated {
            throw RowError("the feed-forward width of \(name) is not stated")
        }
        var completed = twin.map { row.completed(by: $0, in: shapeColumns) } ?? row
        if let relative = relatives[relation(row)] {
            completed = completed.completed(by: relative, in: ["framework", "release"])
        }
        let inputs = try inference.inputs(completed)
        guard let text = row.text("value"), let value = Double(text), value > 0, value.isFinite else {
            throw RowError("value is '\(row.text("value") ?? "")'; a number above zero is needed")
        }
        let unit: Double
        switch row.text("unit") {
        case "GiB": unit = 1_073_741_824
        case "GB": unit = 1e9
        case let other: throw RowError("unit is '\(other ?? "")'; GB or GiB is accepted")
        }
        let quantity = Quantity(words: row.text("quantity") ?? "")
        let footprint = StepPrediction(id: "", group: "", inputs: inputs).memory
        let predicted =
            switch quantity {
            case .allocated: footprint.allocated
            case .device, .unspecified: footprint.total
            case .activations: footprint.activations
            }
        return Reading(
            row: number, quantity: quantity, name: "\(name) \(inputs.machine.name)",
            measured: Bytes(value * unit), predicted: predicted)
    }

    /// Family and machine: what such rows ran in is taken from the first step of both.
    private static func relation(_ row: StepRow) -> String {
        let machine = PublishedClusters.machineName(row.text("gpu") ?? "")
        return "\(ModelFamily.named(row.text("model") ?? "").prefix) \(machine)"
    }

    /// Name, width and heads: models of one name differ in size.
    private static func key(_ row: StepRow) -> String {
        let name = (row.text("model") ?? "").lowercased().filter { $0.isLetter || $0.isNumber || $0 == "(" }
        return "\(name) \(row.text("d_model") ?? "") \(row.text("heads") ?? "")"
    }
}
