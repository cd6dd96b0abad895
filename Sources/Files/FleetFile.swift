import Quantities

/// What a fleet file asks: machines that are there, and runs that share them.
public struct FleetRequest: Hashable, Sendable {
    /// One kind of machine.
    public struct Machines: Hashable, Sendable {
        /// Catalogue name or hardware file.
        public var hardware: String
        /// How many accelerators there are.
        public var gpus: Int
        /// Price of an accelerator for an hour; nil takes the machine's price over its years.
        public var pricePerHour: Dollars?
    }

    /// One run.
    public struct Run: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Training compute in FLOP.
        public var flop: Double
        /// When it must be finished; infinite for never.
        public var deadline: Seconds
        /// How much it counts, at least 0.
        public var weight: Double
        /// Whether experts grow with the width.
        public var sparse: Bool
    }

    /// Kinds of machines.
    public var machines: [Machines]
    /// Runs.
    public var runs: [Run]
}

/// Reading fleet files.
public enum FleetFile {
    private static let known = [
        "fleet.N.hardware", "fleet.N.gpus", "fleet.N.price_per_hour", "runs.N.name", "runs.N.flop",
        "runs.N.deadline", "runs.N.weight", "runs.N.sparse",
    ]

    /// Reads a fleet.
    /// - Parameters:
    ///   - text: YAML or JSON with the keys of `docs/fleet.md`.
    ///   - place: file name for messages.
    /// - Returns: the request.
    /// - Throws: ``ScenarioError`` naming the key, its line, what is wrong and what would be accepted.
    public static func read(text: String, place: String) throws(ScenarioError) -> FleetRequest {
        let document = try FlatDocument(text: text, place: place)
        let reader = FieldReader(document: document)
        try reader.rejectUnknown(known: known, of: "fleet files")
        var machines: [FleetRequest.Machines] = []
        for index in 0..<document.count(of: "fleet") {
            let key = "fleet.\(index)"
            machines.append(
                FleetRequest.Machines(
                    hardware: try reader.required("\(key).hardware"), gpus: try reader.count("\(key).gpus"),
                    pricePerHour: reader.has("\(key).price_per_hour")
                        ? try reader.quantity("\(key).price_per_hour") : nil))
        }
        var runs: [FleetRequest.Run] = []
        for index in 0..<document.count(of: "runs") {
            let key = "runs.\(index)"
            let flop: Flop = try reader.quantity("\(key).flop")
            runs.append(
                FleetRequest.Run(
                    name: reader.word("\(key).name") ?? "run \(index + 1)", flop: flop.value,
                    deadline: reader.has("\(key).deadline")
                        ? try reader.quantity("\(key).deadline") : Seconds(.infinity),
                    weight: reader.has("\(key).weight") ? try reader.number("\(key).weight") : 1,
                    sparse: reader.has("\(key).sparse") ? try reader.flag("\(key).sparse") : false))
        }
        guard !machines.isEmpty, !runs.isEmpty else {
            throw ScenarioError(
                place: place, reason: "needs at least one entry under fleet and one under runs")
        }
        return FleetRequest(machines: machines, runs: runs)
    }
}
