import ArgumentParser
import Files
import Foundation
import Optimization
import Quantities
import Reports
import ScalingModel
import Training
import TransformerModel

/// How answers are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv

    /// Prints a result in this format, and makes no other.
    func print(
        text: @autoclosure () -> String, json: @autoclosure () -> JSONValue, csv: @autoclosure () -> String
    ) {
        switch self {
        case .text: Swift.print(text(), terminator: "")
        case .json: Swift.print(json().text())
        case .csv: Swift.print(csv(), terminator: "")
        }
    }
}

struct HardwareOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Catalogue name or hardware file (YAML or JSON). (default: h100-sxm, h100-sxm-80gb for a transformer)"
        ))
    var hardware: String?

    @Option(
        name: .long, parsing: .singleValue,
        help:
            "Replace one value of the machine, e.g. hbm.bandwidth=4.8TB/s or network.*.latency=0.1us, or of a transformer's software, e.g. expert_balance=natural; repeatable."
    )
    var set: [String] = []

    /// What is set of the training software: its keys are no keys of machines.
    var setOfSoftware: [String] { self.set.filter(SoftwareFile.isSetting) }

    /// The options that are given.
    var given: [String] {
        OptionPresence.names([("--hardware", hardware != nil), ("--set", !set.isEmpty)])
    }

    /// The machine of the data-movement model: where none is named, the H100 of its source.
    func machine() throws -> Accelerator {
        try Self.refuse(set, ofOther: .dataMovement)
        return try machine(or: "h100-sxm", setting: set)
    }

    /// The machine of a transformer, whose software has settings of its own: where none is named, the H100 on which
    /// steps were measured.
    func machineBesideSoftware() throws -> Accelerator {
        try Self.refuse(set, ofOther: .transformers)
        return try machine(or: "h100-sxm-80gb", setting: self.set.filter { !SoftwareFile.isSetting($0) })
    }

    /// What answers depend on.
    enum CostModel { case dataMovement, transformers }

    /// Throws for the first of some overrides that do nothing in a model.
    static func refuse(_ overrides: [String], ofOther model: CostModel) throws {
        let (keys, reason) =
            switch model {
            case .dataMovement:
                (
                    HardwareKeys.ofTransformers,
                    "transformers alone depend on it; leave it out, or name one with --model"
                )
            case .transformers:
                (HardwareKeys.ofDataMovement, "the data-movement model alone depends on it; leave it out")
            }
        guard let key = HardwareKeys.first(of: overrides, among: keys) else { return }
        throw InputError("--set \(key): \(reason)")
    }

    private func machine(or usual: String, setting overrides: [String]) throws -> Accelerator {
        try checkingInput { try HardwareLookup.entry(hardware ?? usual, overrides: overrides).machine }
    }
}

struct WorkloadOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            data-movement; for plan, explain and frontier also a transformer: a catalogue name, a model file, a config.json.
            """)
    var model = WorkloadOptions.dataMovement

    @Flag(name: .long, help: "Sparse models: experts grow with the width by the published law.")
    var sparse = false

    @Option(name: .long, help: "Experts of every layer, one active for a token, instead of a law.")
    var experts: String?

    @Option(name: .long, help: "Batch law: default, deepseek, none, or A,B for A*C^B*sqrt(E) tokens.")
    var batchLaw: String?

    @Option(
        name: .long,
        help:
            "Global batch in sequences, instead of a law; of a transformer also in tokens (8Mtokens), and for plan a range to choose from (1024..4096)."
    )
    var batch: String?

    @Option(name: .long, help: "Model width, instead of the law.")
    var width: String?

    @Option(name: .long, help: "Layers, instead of the law.")
    var depth: String?

    @Option(name: .long, help: "Tokens in a sequence: 2048, or the transformer's own.")
    var sequenceLength: String?

    @Flag(name: .long, help: "Forbid microbatches that cut a sequence.")
    var wholeSequences = false

    /// The name of the scaling-limit model.
    static let dataMovement = "data-movement"

    /// Whether `--model` names a transformer.
    var isTransformer: Bool { model != Self.dataMovement }

    /// The options of the data-movement model alone that are given.
    var givenOfLaws: [String] {
        OptionPresence.names([
            ("--sparse", sparse), ("--experts", experts != nil),
            ("--width", width != nil), ("--depth", depth != nil), ("--whole-sequences", wholeSequences),
        ])
    }

    /// All options that are given, the model left out.
    var given: [String] {
        givenOfLaws
            + OptionPresence.names([
                ("--batch", batch != nil), ("--batch-law", batchLaw != nil),
                ("--sequence-length", sequenceLength != nil),
            ])
    }

    /// Whether the options say what the batch is, as a number or by a law.
    var statesBatch: Bool { batch != nil || batchLaw != nil }

    func laws() throws -> WorkloadLaws {
        guard model == Self.dataMovement else {
            throw InputError(
                "--model \(model): this command takes data-movement alone; plan, explain and frontier take transformers"
            )
        }
        if batch != nil, batchLaw != nil {
            throw InputError("--batch and --batch-law contradict each other; keep one")
        }
        if sparse, experts != nil {
            throw InputError("--sparse and --experts contradict each other; keep one")
        }
        let fixed = try experts.map { SparsityLaw.fixed(try Self.count("--experts", $0)) }
        return WorkloadLaws(
            sparsity: fixed ?? (sparse ? .sparse : .dense), batch: try law(),
            sequenceLength: try OptionText.count(
                "--sequence-length", sequenceLength ?? "2048", in: 1...(1 << 30)),
            fixedWidth: try width.map { try OptionText.count("--width", $0, in: 1...(1 << 24)) },
            fixedLayers: try depth.map { try OptionText.count("--depth", $0, in: 1...(1 << 20)) })
    }

    /// How the batch follows the compute.
    func law() throws -> BatchLaw {
        if let batch { return .given(sequences: try OptionText.count("--batch", batch, in: 1...(1 << 40))) }
        switch batchLaw ?? "default" {
        case "default": return .standard
        case "deepseek": return .deepSeek
        case "none": return .constant
        case let text:
            let parts = text.split(separator: ",").map(String.init)
            guard parts.count == 2 else {
                throw InputError(
                    "--batch-law \(text): write default, deepseek, none, or A,B such as 0.29,0.33")
            }
            return .power(
                coefficient: try OptionText.number("--batch-law", parts[0], in: .aboveZero(upTo: 1e18)),
                exponent: try OptionText.number("--batch-law", parts[1], in: NumberRange(-2, 2)))
        }
    }

    static func count(_ option: String, _ text: String) throws -> Int {
        try OptionText.count(option, text)
    }
}

struct SearchOptions: ParsableArguments {
    @Option(name: .long, help: "Which plans are legal: full or published. (default: full)")
    var space: String?

    @Option(
        name: .long,
        help: "Which reading of the source: corrected (goes with --space full) or published (with published)."
    )
    var accounting: String?

    @Option(name: .long, help: "Recomputation of activations: none or full. (default: none)")
    var recompute: String?

    @Option(
        name: .long,
        help: """
            Traffic that hides behind arithmetic: any of tensor, pipeline, data with commas, or none. \
            (default: tensor,pipeline)
            """)
    var overlap: String?

    @Option(
        name: .long,
        help: "Search engine: auto, enumerate, mip, or both (one checks the other). (default: auto)")
    var engine: String?

    @Option(name: .long, help: "Longest search, e.g. 10s; the best plan so far is printed with its true gap.")
    var timeLimit: String?

    /// The options of the data-movement model alone that are given.
    var givenOfLaws: [String] {
        OptionPresence.names([
            ("--space", space != nil), ("--accounting", accounting != nil),
            ("--recompute", recompute != nil), ("--overlap", overlap != nil),
        ])
    }

    /// All options that are given.
    var given: [String] {
        givenOfLaws + OptionPresence.names([("--engine", engine != nil), ("--time-limit", timeLimit != nil)])
    }

    func preset() throws -> SpacePreset { try space.map { try OptionText.choice("--space", $0) } ?? .full }

    func settings() throws -> ModelSettings {
        var settings = ModelSettings(
            tensorTraffic: .exposed, pipelineTraffic: .exposed, dataTraffic: .exposed,
            recomputation: try recompute.map { try OptionText.choice("--recompute", $0) } ?? .none,
            accounting: try accounting.map { try OptionText.choice("--accounting", $0) }
                ?? preset().accounting)
        let overlap = overlap ?? "tensor,pipeline"
        for name in overlap.split(separator: ",") where name != "none" {
            switch name {
            case "tensor": settings.tensorTraffic = .overlapped
            case "pipeline": settings.pipelineTraffic = .overlapped
            case "data": settings.dataTraffic = .overlapped
            default:
                throw InputError("--overlap \(overlap): '\(name)' is none of tensor, pipeline, data, none")
            }
        }
        return settings
    }

    func limit() throws -> Seconds {
        guard let timeLimit else { return Seconds(.infinity) }
        return try OptionText.duration("--time-limit", timeLimit, in: .aboveZero(upTo: 1e9))
    }

    func chosenEngine() throws -> Engine { try engine.map { try OptionText.choice("--engine", $0) } ?? .auto }
}

/// The three quantities of which two are given, as written.
struct QuantityOptions: ParsableArguments {
    @Option(name: .long, help: "GPUs given, e.g. 16384 or 16k (= 16,000).")
    var gpus: String?

    @Option(name: .long, help: "Training compute in FLOP, e.g. 1e27.")
    var flop: String?

    @Option(name: .long, help: "Tokens that a transformer is trained on, e.g. 2T, instead of FLOP.")
    var tokens: String?

    @Option(name: .long, help: "Longest run in months of 3.154e7/12 s, e.g. 3.")
    var months: String?

    @Option(name: .long, help: "Longest run in days, instead of months.")
    var days: String?

    /// Refuses what only a transformer has.
    func checkTokens() throws {
        guard tokens == nil else {
            throw InputError("--tokens needs --model and a transformer; elsewhere they follow from --flop")
        }
    }

    func given() throws -> Given {
        try checkTokens()
        let time = try QuantityOptions.time(months: months, days: days)
        let gpus = try self.gpus.map { try WorkloadOptions.count("--gpus", $0) }
        let flop = try self.flop.map { try QuantityOptions.flop("--flop", $0) }
        switch (gpus, flop, time) {
        case (let gpus?, let flop?, nil): return .gpusAndFlop(gpus: gpus, flop: flop)
        case (nil, let flop?, let time?): return .flopAndTime(flop: flop, time: time)
        case (let gpus?, nil, let time?): return .gpusAndTime(gpus: gpus, time: time)
        case (_?, _?, _?):
            throw InputError("--gpus, --flop and a time are all given; leave out the one you ask for")
        default:
            throw InputError(
                "give two of --gpus, --flop and --months (or --days); the third is the answer")
        }
    }

    /// Model FLOP of a transformer's run, given as such or as tokens: forward and backward once, every key counted.
    func flop(of job: TrainingJob) throws -> Double? {
        let range = NumberRange(1, ComputeRange.most)
        guard let tokens else { return try flop.map { try Self.flop("--flop", $0, in: range) } }
        guard flop == nil else {
            throw InputError("--flop and --tokens contradict each other; keep one")
        }
        let count = try OptionText.number("--tokens", tokens, in: NumberRange(1, 1e18))
        let flop = count / Double(job.model.sequenceLength) * job.modelFlop(counting: .full).value
        guard range.contains(flop) else {
            throw InputError(
                "--tokens \(tokens): that are \(Readable.scientific(flop)) FLOP, which is not \(range)")
        }
        return flop
    }

    static func flop(
        _ option: String, _ text: String,
        in range: NumberRange = NumberRange(ComputeRange.least, ComputeRange.most)
    ) throws -> Double {
        let flop: Flop = try OptionText.quantity(option, text, in: range)
        return flop.value
    }

    static func time(months: String?, days: String?) throws -> Seconds? {
        if months != nil, days != nil {
            throw InputError("--months and --days contradict each other; keep one")
        }
        func read(_ option: String, _ text: String, unit: Seconds) throws -> Seconds {
            // A bare number counts the option's unit; `3months` and `90d` carry their own.
            if (try? CountParsing.number(text)) != nil {
                let range = NumberRange.aboveZero(upTo: 1e6)
                return unit * (try OptionText.number(option, text, in: range))
            }
            return try OptionText.duration(option, text)
        }
        if let months { return try read("--months", months, unit: Calendar.month) }
        if let days { return try read("--days", days, unit: Calendar.day) }
        return nil
    }
}
