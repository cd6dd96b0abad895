import Evidence
import Files
import Foundation
import MeshwrightCommands
import Optimization
import Planning
import Quantities
import Reports
import ScalingModel
import Training
import TransformerModel

/// The readers of text.
enum ParserTargets {
    static let all: [FuzzTarget] = [
        quantities, hardware, overrides, models, configurations, fleets, argumentLists, bridge, plans,
        layouts,
        spreads, evaluation, transformers, planJSON, software, anchors,
    ]

    private static let numbers = [
        "0", "1", "-1", "1e400", "1e300", "1e-400", "9223372036854775807", "-9223372036854775808", "nan",
        "inf",
        "infinite", "0x1p3", "1_000", "4.5us", "80GiB", "3months", "1e", ".", "+", "400Gbps", "2147483648",
        "9007199254740993", "1e15", "null", "true", "[]", "{}", "~", "\"\"", "\u{1B}[31m", "\u{0}",
        "\u{202E}",
    ]
    private static let yaml = [
        "&a ", "*a", "- ", "? ", ": ", "[", "]", "{", "}", "<<: *a", "!!str ", "|\n", ">\n", "---\n", "# ",
    ]

    static let quantities = FuzzTarget("quantities", dictionary: numbers) { text in
        var failure: (any Error)?
        func attempt(_ read: () throws -> Double) throws {
            do {
                try FuzzFault.check(number: try read(), of: text)
                failure = nil
            } catch let fault as FuzzFault { throw fault } catch { failure = failure ?? error }
        }
        try attempt { try Seconds(parsing: text).value }
        try attempt { try Bytes(parsing: text).value }
        try attempt { try BytesPerSecond(parsing: text).value }
        try attempt { try FlopPerSecond(parsing: text, in: NumberRange(1, 1e30)).value }
        try attempt { try CountParsing.number(text) }
        try attempt { Double(try CountParsing.count(text)) }
        if let failure { throw failure }
    }

    static let hardware = FuzzTarget(
        "hardware", dictionary: HardwareKeys.all + numbers + yaml
    ) { text in
        let entry = try HardwareFile.read(text: text, place: "machine.yaml")
        _ = HardwareReport.show(entry)
        let again = HardwareText.yaml(
            of: entry, replacing: [], provenance: Provenance(keys: [], kind: .assumed, source: "none"))
        _ = try HardwareFile.read(text: again, place: "again.yaml")
    }

    static let overrides = FuzzTarget(
        "overrides", dictionary: HardwareKeys.all + numbers + yaml + ["network.+="]
    ) {
        text in
        _ = try HardwareCatalogue.entry(
            "h100-sxm", overrides: text.split(separator: "\n").prefix(8).map(String.init))
    }

    static let models = FuzzTarget("model", dictionary: ModelKeys.all + numbers + yaml) { text in
        let entry = try ModelFile.read(text: text, place: "model.yaml")
        _ = ModelReport.show(entry)
        _ = try ModelFile.read(text: entry.fileText, place: "again.yaml")
    }

    private static let experts = Result { try ModelCatalogue.entry("mixtral-8x7b") }

    static let software = FuzzTarget(
        "software",
        dictionary: SoftwareFile.keys + numbers + yaml + Schedule.allCases.map(\.rawValue)
            + ["any", "whole-rounds", "equal", "alone", "alike-in-chunks", "layers", "ring", "all-to-all"]
    ) { text in
        let software = try SoftwareFile.read(text: text, place: "software.yaml")
        _ = SoftwareReport.show(software) + SoftwareReport.list([software]) + SoftwareReport.csv([software])
        let model = try experts.get().model
        let layout = TrainingLayout(tensor: 2, context: 2, pipeline: 4, data: 2, globalBatch: 8)
        let problems = software.problems(with: layout, for: model)
        guard software.runs(layout, for: model) == problems.isEmpty else {
            throw FuzzFault("runs and problems disagree: \(problems)")
        }
        let again = try SoftwareFile.read(text: SoftwareReport.json(software).text(), place: "again.json")
        guard again == software else { throw FuzzFault("read again it is another software") }
    }

    static let configurations = FuzzTarget(
        "config", dictionary: HuggingFaceConfig.knownTypes + configKeys + numbers
    ) { text in
        guard try HuggingFaceConfig.isConfig(text: text, place: "config.json") else {
            throw FuzzRefusal("no configuration")
        }
        let entry = try HuggingFaceConfig.read(text: text, place: "config.json")
        _ = ModelReport.show(entry)
        _ = try ModelFile.read(text: entry.fileText, place: "again.yaml")
    }

    private static let configKeys = [
        "num_hidden_layers", "hidden_size", "num_attention_heads", "head_dim", "intermediate_size",
        "vocab_size", "num_experts", "sliding_window", "layer_types", "kv_lora_rank", "mlp_only_layers",
        "text_config", "n_inner", "expansion_ratio", "decoder_sparse_step", "first_k_dense_replace",
        "hybrid_override_pattern", "attn_type_list", "full_attention_interval", "linear_num_key_heads",
        "mamba_num_heads", "n_groups", "ssm_state_size", "index_topk", "no_rope_layers", "moe_layers",
        "attn_layer_period", "moe_layer_end_index", "num_nextn_predict_layers", "\"M-M*E\"",
    ]

    static let fleets = FuzzTarget(
        "fleet",
        dictionary: [
            "fleet", "runs", "hardware", "gpus", "flop", "deadline", "weight", "model", "tokens", "batch",
        ] + numbers + yaml
    ) { text in _ = try FleetFile.read(text: text, place: "fleet.yaml") }

    static let bridge = FuzzTarget(
        "bridge", dictionary: layerWords + numbers + yaml + ["peft:", "  dim: 8\n", "linear_qkv"]
    ) { text in
        let run = try MegatronBridgeParser.run(text: text, place: "overrides.yaml", gpus: 512)
        _ = try? Launch.configuration(run.request, for: .megatronBridge).text
    }

    private static let layerWords = [
        "--hybrid-layer-pattern", "M-M*|ME*E", "GE|*-", "[1,1,1,0]", "([1]*3+[0])*12", "gated_delta_net",
        "dsa",
    ]

    static let argumentLists = FuzzTarget(
        "megatron", dictionary: argumentWords + layerWords + numbers
    ) { text in
        let run = try MegatronParser.run(text: text, gpus: 512)
        _ = try? Launch.configuration(run.request, for: .megatronLM).text
    }

    private static let argumentWords = [
        "--num-layers", "--hidden-size", "--num-attention-heads", "--tensor-model-parallel-size",
        "--pipeline-model-parallel-size", "--num-experts", "--moe-layer-freq", "([0]*3+[1]*58)",
        "--pipeline-model-parallel-layout", "E,t*7|t*8|L", "--window-size", "(127,0)",
        "--decoder-first-pipeline-num-layers", "--decoder-last-pipeline-num-layers", "--recompute-num-layers",
        "--num-layers-per-virtual-pipeline-stage", "--multi-latent-attention", "--global-batch-size", "'",
        "\\\n",
    ]

    static let plans = FuzzTarget("plan-words", dictionary: PartialPlan.keys + numbers + ["/", "=", ","]) {
        text in
        _ = try PartialPlan(fields: fields(text))
    }

    static let layouts = FuzzTarget(
        "layout-words", dictionary: PartialLayout.keys + numbers + ["/", "=", ","]
    ) {
        text in _ = try PartialLayout(fields: fields(text))
    }

    private static func fields(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: ",").compactMap { part in
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            return sides.count == 2 ? (name: sides[0], value: sides[1]) : nil
        }
    }

    static let spreads = FuzzTarget("spread", dictionary: numbers + ["..", "x", "±", "%", "normal:"]) {
        text in
        _ = try UncertainNumber.Spread(parsing: text)
        _ = try? Shard(parsing: text)
    }

    static let evaluation = FuzzTarget(
        "evaluate", dictionary: numbers + [",", "\n", "\"", "8/4", "h100-sxm"]
    ) {
        text in
        let table = try CSVTable(text: text, place: "plans.csv")
        let result = try Evaluation(
            table: table, hardware: "h100-sxm", overrides: [], accounting: .corrected
        ).run()
        try check(result)
    }

    static let transformers = FuzzTarget(
        "evaluate-transformer",
        dictionary: numbers + [",", "\n", "\"", "full-3", "llama-2-7b", "bf16", "optimizer"]
    ) { text in
        let table = try CSVTable(text: text, place: "layouts.csv")
        let result = try TransformerEvaluation(
            table: table, hardware: "h100-sxm-80gb", overrides: [], counting: .full
        ).run()
        try check(result)
    }

    private static let asked = Result {
        let machine = try HardwareLookup.entry("h100-sxm-80gb").machine
        let question = TransformerQuestion(
            job: TrainingJob(model: try ModelCatalogue.entry("llama-3-8b").model), machine: machine,
            given: .gpus(64), globalBatch: 128)
        return try question.run(by: SoftwareCatalogue.usual(on: machine))
    }

    static let anchors = FuzzTarget(
        "anchor",
        dictionary: numbers + [
            ",", "\n", "\"", "full", "llama-3-8b", "deepseek-v3", "torchtitan", "b200", "outlier",
        ]
    ) { text in
        let question = try asked.get()
        let anchor = try StepAnchor(MeasuredTable(text: text, place: "steps.csv"), for: question)
        try anchor.applied(to: question).validate()
        for row in anchor.report.rows {
            try FuzzFault.check(number: row.after, of: text)
        }
        _ = AnchorSection(anchor.report).text
    }

    private static func check(_ result: Evaluation.Result) throws {
        _ = result.json.text()
        guard result.failures == 0 else { throw FuzzRefusal("\(result.failures) rows") }
    }

    static let planJSON = FuzzTarget(
        "plan-json",
        dictionary: numbers + [
            "\"layers\":", "\"heads\":", "\"denseLayers\":", "\"layout\":", "\"pipeline\":",
        ]
    ) { text in
        let request = try PlanDocument(text: text, place: "plan.json").request
        var refusals: [any Error] = []
        for framework in LaunchFramework.allCases {
            do { _ = try Launch.configuration(request, for: framework) } catch { refusals.append(error) }
        }
        // No software runs what all others run.
        if refusals.count == LaunchFramework.allCases.count { throw refusals[0] }
    }
}

/// A refusal that the target itself gives.
struct FuzzRefusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
