import Files
import Planning
import Training
import TransformerModel

/// Layouts that a user writes down, or has a launch configuration of, to be compared with the best.
struct GivenLayouts {
    let question: TransformerQuestion
    /// Accelerators given or found.
    let gpus: Int
    /// Whether a layout keeps the batch of its file; otherwise it takes the question's.
    var keepsBatch = false

    /// What `--plan` gives: `tp=8,pp=4`, a table, the JSON of a plan, or a launch configuration.
    func read(_ given: [String]) throws -> [GivenLayout] {
        try given.flatMap { text -> [GivenLayout] in
            guard !text.contains("=") else {
                let fields = try text.split(separator: ",").map { part in
                    let (name, value) = try OptionText.pair("--plan", String(part), example: "tp=8,pp=4")
                    return (name: name, value: value)
                }
                return [try partial(fields, name: text, place: "--plan \(text)")]
            }
            let contents = try TextFile.read(text)
            if let given = try configured(contents, file: text) { return [given] }
            if contents.first(where: { !$0.isWhitespace }) == "{" {
                let layout = try PlanDocument(text: contents, place: text).request.layout
                return [priced(layout, file: text, remarks: [])]
            }
            return try table(contents, file: text)
        }
    }

    /// The layout of a launch configuration; nil where a text is none.
    private func configured(_ contents: String, file: String) throws -> GivenLayout? {
        do {
            if let name = try DeepSpeedParser.configurationName(inScript: contents) {
                let beside = try DeepSpeedParser.beside(script: contents, model: question.job.model)
                return try deepSpeed(name, script: file, beside: beside)
            }
            if contents.contains("--tensor-model-parallel-size") {
                return launched(try MegatronParser.run(text: contents, gpus: gpus), "Megatron-LM", file: file)
            }
            if TorchtitanParser.isRun(contents) {
                let layout = try TorchtitanParser.layout(
                    text: contents, model: question.job.model, gpus: gpus)
                return priced(
                    layout, file: file,
                    remarks: defaulted(try TorchtitanParser.defaults(text: contents), "torchtitan"))
            }
            if DeepSpeedParser.isConfiguration(contents) {
                let layout = try DeepSpeedParser.layout(text: contents, place: file, gpus: gpus)
                return priced(
                    layout, file: file,
                    remarks: defaulted(try DeepSpeedParser.defaults(text: contents), "DeepSpeed"))
            }
            if MaxTextParser.isConfiguration(contents) {
                return launched(
                    try MaxTextParser.run(text: contents, place: file, gpus: gpus), "MaxText", file: file)
            }
            guard MegatronBridgeParser.isOverrides(contents) else { return nil }
            return launched(
                try MegatronBridgeParser.run(text: contents, place: file, gpus: gpus), "Megatron Bridge",
                file: file)
        } catch let error as LaunchParseError { throw InputError("\(file): \(error)") }
    }

    /// The layout of DeepSpeed's JSON beside a script that gives its trainer the ranks.
    private func deepSpeed(
        _ name: String, script: String, beside: TrainingLayout
    ) throws -> GivenLayout {
        let folder = script.lastIndex(of: "/").map { String(script[...$0]) } ?? ""
        let path = name.hasPrefix("/") ? name : folder + name
        let contents = try TextFile.read(path)
        do {
            let layout = try DeepSpeedParser.layout(text: contents, place: path, beside: beside, gpus: gpus)
            return priced(
                layout, file: script,
                remarks: defaulted(try DeepSpeedParser.defaults(text: contents), "DeepSpeed"))
        } catch { throw InputError("\(path): \(error)") }
    }

    private func defaulted(_ defaults: [String], _ framework: String) -> [String] {
        defaults.isEmpty ? [] : ["left to the defaults of \(framework): \(defaults.joined(separator: ", "))"]
    }

    private func partial(
        _ fields: [(name: String, value: String)], name: String, place: String
    ) throws -> GivenLayout {
        do { return GivenLayout(name, .some(try PartialLayout(fields: fields))) } catch {
            throw InputError("\(place): \(error)")
        }
    }

    private func table(_ contents: String, file: String) throws -> [GivenLayout] {
        let table = try CSVTable(text: contents, place: file)
            .renamed(by: LayoutField.canonical, place: file)
        let known = Set(PartialLayout.keys)
        guard table.header.contains(where: known.contains) else {
            throw InputError(
                "\(file) is neither a launch configuration nor a plan's JSON nor a table with columns of "
                    + PartialLayout.keys.joined(separator: ", "))
        }
        return try table.rows.enumerated().map { index, cells in
            let fields = zip(table.header, cells).filter { known.contains($0.0) && !$0.1.isEmpty }
                .map { (name: $0.0, value: $0.1) }
            let place = "\(file), row \(index + 1)"
            return try partial(fields, name: place, place: place)
        }
    }

    /// The layout of a configuration that holds a model; where what is trained differs, that is said.
    private func launched(_ run: LaunchRun, _ framework: String, file: String) -> GivenLayout {
        let (asked, theirs) = (question.job.model, run.request.model)
        var remarks = defaulted(run.defaults, framework)
        if theirs.layers != asked.layers || theirs.width != asked.width {
            remarks.append(
                "its model has \(theirs.layers) layers of width \(theirs.width), \(asked.name) has "
                    + "\(asked.layers) of \(asked.width); its layout is priced for \(asked.name)")
        }
        if theirs.sequenceLength != asked.sequenceLength {
            remarks.append(
                "its sequences have \(theirs.sequenceLength) tokens; it is priced with \(asked.sequenceLength)"
            )
        }
        let (precision, optimizer) = (question.job.precision, question.job.optimizer)
        if run.request.precision.matrix != precision.matrix {
            remarks.append(
                "its products are in \(run.request.precision.name); it is priced in \(precision.name)")
        }
        if run.request.optimizer != optimizer {
            remarks.append(
                "its optimizer is \(run.request.optimizer.rawValue); it is priced with \(optimizer.rawValue)")
        }
        if run.request.trained != question.job.trained {
            remarks.append(
                "it trains \(run.request.trained.words ?? "all weights"); it is priced with "
                    + "\(question.job.trained.words ?? "all weights")")
        }
        return priced(run.request.layout, file: file, remarks: remarks)
    }

    /// A layout with the batch of the question.
    private func priced(_ given: TrainingLayout, file: String, remarks: [String]) -> GivenLayout {
        var (layout, remarks) = (given, remarks)
        if !keepsBatch, layout.globalBatch != question.globalBatch {
            remarks.append(
                "its batch is \(layout.globalBatch) sequences; it is priced with \(question.globalBatch)"
            )
            layout.globalBatch = question.globalBatch
        }
        return GivenLayout(file, .all(layout), remarks: remarks)
    }
}
