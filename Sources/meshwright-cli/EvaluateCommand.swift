import ArgumentParser
import Files
import Reports
import ScalingModel
import Training

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Prices given plans: a table in, the same table with prices out.",
        discussion: """
            Examples:
              meshwright evaluate plans.csv > priced.csv
              meshwright evaluate - --hardware h100-sxm < plans.csv
              meshwright evaluate layouts.csv --model transformer > priced.csv

            Columns of the data-movement model: gpu,d_model,d_ff,layers,sparsity,batch_sequences,seq_len,microbatches,dp_by_level,
            tp_model_by_level,tp_ff_by_level,pp_by_level,ep_by_level,interleave,zero_bubble,recompute,overlap_tp,
            overlap_dp,overlap_pp and optionally flop,gpus_given. Factors by level are written innermost first: 8/4.
            Columns of the transformer model: model,layers,d_model,d_ff,heads,kv_heads,vocab,seq_len,experts,
            top_k,expert_d_ff,shared_experts,dense_layers,gpu,gpus,tp,pp,interleave,cp,ep,dp,zero,microbatch,
            global_batch,recompute,sequence_parallel,precision,attention_kernel; an empty cell is not stated,
            and the column assumed says what was taken for it.
            A bad row gets its reason in the column error, the others go on, and the exit code is 2.
            """)

    @Argument(help: "CSV file, or - for standard input.")
    var file: String

    @Option(name: .long, help: "Machine of rows whose column gpu is empty or absent.")
    var hardware: String?

    @Option(name: .long, parsing: .singleValue, help: "Replace one value of every machine; repeatable.")
    var set: [String] = []

    @Option(name: .long, help: "Cost model: data-movement or transformer.")
    var model = "data-movement"

    @Option(
        name: .long,
        help: """
            Which reading of the source: published or corrected; a column accounting goes before it. \
            (default: published)
            """)
    var accounting: String?

    @Option(
        name: .long,
        help: """
            Attention FLOP that the transformer's mfu and hfu count: full (every key) or causal. \
            (default: full)
            """)
    var attentionFlop: String?

    @Option(name: .long, help: "csv, json or text.")
    var format: OutputFormat = .csv

    func run() throws {
        let result = try result()
        write(result)
        if result.failures > 0 {
            StandardError.write(
                "meshwright: \(result.failures) of \(result.records.count) rows could not be priced; see the "
                    + "column error")
            throw Stop(status: .usage)
        }
    }

    private func result() throws -> Evaluation.Result {
        let counting: AttentionCounting =
            try attentionFlop.map { try OptionText.choice("--attention-flop", $0) } ?? .full
        let accounting: Accounting =
            try self.accounting.map { try OptionText.choice("--accounting", $0) } ?? .published
        if attentionFlop != nil, model == WorkloadOptions.dataMovement {
            throw InputError("--attention-flop is for --model transformer; leave it out")
        }
        if self.accounting != nil, model == "transformer" {
            throw InputError("--accounting belongs to the data-movement model; leave it out")
        }
        try HardwareOptions.refuse(set, ofOther: model == "transformer" ? .transformers : .dataMovement)
        return try checkingInput {
            switch model {
            case WorkloadOptions.dataMovement:
                try Evaluation(
                    table: CSVTable(text: try TextFile.read(file, .table), place: file), hardware: hardware,
                    overrides: set, accounting: accounting
                ).run()
            case "transformer":
                try evaluated(
                    try TransformerEvaluation(
                        table: CSVTable(text: try TextFile.read(file, .table), place: file),
                        hardware: hardware,
                        overrides: set, counting: counting))
            default: throw InputError("--model \(model): write data-movement or transformer")
            }
        }
    }

    private func evaluated(_ evaluation: TransformerEvaluation) throws -> Evaluation.Result {
        if !evaluation.unread.isEmpty {
            StandardError.write(
                "meshwright: columns that are not read: \(evaluation.unread.joined(separator: ", "))")
        }
        return evaluation.run()
    }

    private func write(_ result: Evaluation.Result) {
        switch format {
        case .csv:
            print(CSVText.line(result.header))
            for record in result.records { print(CSVText.row(record)) }
        case .json: print(result.json.text())
        case .text:
            var table = TextTable(result.header.map { ($0, .right) })
            for record in result.records { table.add(record.map(\.value.cell)) }
            print(table.text)
        }
    }
}
