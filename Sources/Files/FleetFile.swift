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
        /// How much is trained.
        public var amount: Amount
        /// When it must be finished; infinite for never.
        public var deadline: Seconds
        /// How much it counts, at least 0.
        public var weight: Double
        /// What is trained.
        public var subject: Subject
    }

    /// How much a run trains.
    public enum Amount: Hashable, Sendable {
        /// Model FLOP.
        case flop(Double)
        /// Tokens, of a run with a model.
        case tokens(Double)
    }

    /// What a run trains.
    public enum Subject: Hashable, Sendable {
        /// A model whose shape and batch follow the laws; sparse where experts grow with the width.
        case laws(sparse: Bool)
        /// A transformer.
        case model(Model)
    }

    /// A transformer as a file names it; words are looked up by who plans.
    public struct Model: Hashable, Sendable {
        /// Catalogue name, model file or `config.json`.
        public var name: Word
        /// Tokens of a sequence; nil takes the model's own.
        public var sequenceLength: Int?
        /// Sequences of a step; nil takes the model's own, and the batch law where it has none.
        public var batch: Int?
        /// Name of a precision; nil takes bf16.
        public var precision: Word?
        /// Name of attention kernels; nil takes what is usual.
        public var attentionKernel: Word?
    }

    /// A word with its place, for messages.
    public struct Word: Hashable, Sendable {
        /// The word.
        public let text: String
        private let place: String
        private let line: Int?
        private let key: String

        fileprivate init?(_ key: String, in document: FlatDocument) {
            guard let text = document.text(key) else { return nil }
            self.text = text
            self.key = key
            place = document.place
            line = document.line(key)
        }

        /// What is wrong with it.
        /// - Parameter reason: the end of the sentence.
        /// - Returns: an error that names file, line, key and word.
        public func error(_ reason: String) -> ScenarioError {
            ScenarioError(place: place, line: line, reason: "\(key) \(Shown.value(text)) \(reason)")
        }
    }

    /// Kinds of machines.
    public var machines: [Machines]
    /// Runs.
    public var runs: [Run]
}

/// Reading fleet files.
public enum FleetFile {
    private static let known =
        [
            "fleet.N.hardware", "fleet.N.gpus", "fleet.N.price_per_hour", "runs.N.name", "runs.N.flop",
            "runs.N.deadline", "runs.N.weight", "runs.N.sparse", "runs.N.model",
        ] + ofModels.map { "runs.N.\($0)" }

    /// Keys of runs with a model.
    private static let ofModels = ["tokens", "batch", "sequence_length", "precision", "attention_kernel"]

    /// What a run without a model may say of it, as the option `--model` does.
    private static let laws = "data-movement"

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
            let subject = try subject(key, reader)
            runs.append(
                FleetRequest.Run(
                    name: reader.word("\(key).name") ?? "run \(index + 1)", amount: try amount(key, reader),
                    deadline: reader.has("\(key).deadline")
                        ? try reader.quantity("\(key).deadline") : Seconds(.infinity),
                    weight: reader.has("\(key).weight") ? try reader.number("\(key).weight") : 1,
                    subject: subject))
        }
        guard !machines.isEmpty, !runs.isEmpty else {
            throw ScenarioError(
                place: place, reason: "needs at least one entry under fleet and one under runs")
        }
        return FleetRequest(machines: machines, runs: runs)
    }

    /// What a run trains; keys that belong to the other kind of run are refused.
    private static func subject(
        _ run: String, _ reader: FieldReader
    ) throws(ScenarioError) -> FleetRequest.Subject {
        guard let name = FleetRequest.Word("\(run).model", in: reader.document), name.text != laws else {
            if let key = ofModels.map({ "\(run).\($0)" }).first(where: reader.has) {
                throw reader.error(key, "is for runs with a model; add model, or leave it out")
            }
            return .laws(sparse: reader.has("\(run).sparse") ? try reader.flag("\(run).sparse") : false)
        }
        if reader.has("\(run).sparse") {
            throw reader.error("\(run).sparse", "is for runs without a model; leave it out")
        }
        func count(_ key: String) throws(ScenarioError) -> Int? {
            reader.has("\(run).\(key)") ? try reader.count("\(run).\(key)") : nil
        }
        return .model(
            FleetRequest.Model(
                name: name, sequenceLength: try count("sequence_length"), batch: try count("batch"),
                precision: FleetRequest.Word("\(run).precision", in: reader.document),
                attentionKernel: FleetRequest.Word("\(run).attention_kernel", in: reader.document)))
    }

    /// FLOP or tokens, one of them.
    private static func amount(
        _ run: String, _ reader: FieldReader
    ) throws(ScenarioError) -> FleetRequest.Amount {
        guard reader.has("\(run).tokens") else {
            let flop: Flop = try reader.quantity("\(run).flop")
            return .flop(flop.value)
        }
        if reader.has("\(run).flop") {
            throw reader.error("\(run).tokens", "and flop contradict each other; keep one")
        }
        return .tokens(try reader.number("\(run).tokens"))
    }
}
