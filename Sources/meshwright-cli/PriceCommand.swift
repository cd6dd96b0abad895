import ArgumentParser
import Optimization
import Planning
import Reports
import Training
import TransformerModel

struct PriceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price",
        abstract: "The step, memory and faults of a transformer's layout, without a search.",
        discussion: """
            Examples:
              meshwright price --model llama-3-70b --gpus 512 --batch 1024 tp=8,pp=4,interleave=5
              meshwright price --model llama-3-70b --gpus 512 arguments.sh
              meshwright price --model llama-3-8b --gpus 8 --tokens 2T zero=2,recompute=full --format json

            A layout is written as decisions in the names of plan's tables, the others as on one rank with replicas
            on all GPUs; or it is the JSON of a plan, a table, or a launch configuration, with its own batch.
            """)

    @Argument(
        help: "Layouts: decisions like tp=8,pp=4, the JSON of a plan, a CSV table, or a launch configuration."
    )
    var layouts: [String]

    @OptionGroup(title: "Question") var quantities: QuantityOptions
    @OptionGroup(title: "Machine") var hardware: HardwareOptions
    @OptionGroup(title: "Workload") var workload: WorkloadOptions
    @OptionGroup(title: "Transformer") var transformer: TransformerOptions
    @OptionGroup(title: "Steps measured with a transformer") var anchoring: AnchorOptions
    @OptionGroup(title: "Run of a transformer, factors besides the step") var factors: RunFactorOptions
    @OptionGroup(title: "Money and energy of the run") var prices: PriceOptions

    @Option(name: .long, help: "text, json or csv.")
    var format: OutputFormat = .text

    func run() throws {
        guard !factors.goodput else {
            throw InputError("--goodput is for searches; a price shows what failures take with --mtbf alone")
        }
        guard workload.isTransformer else {
            throw InputError(
                "--model is missing: a transformer is needed; evaluate prices plans of data-movement")
        }
        let inputs = TransformerInputs(
            hardware: hardware, workload: workload, transformer: transformer, search: nil)
        guard quantities.gpus != nil else {
            throw InputError("--gpus is missing: it says on how many accelerators a layout is priced")
        }
        if let time = OptionPresence.names([
            ("--months", quantities.months != nil), ("--days", quantities.days != nil),
        ]).first {
            throw InputError("\(time): price tells the time of a layout; give --flop or --tokens for a run")
        }
        try inputs.reject(transformer.fix.isEmpty ? [] : ["--fix"])
        var notes: [String] = []
        var (question, batch) = try inputs.choice(quantities, &notes)
        try inputs.refuseRange(batch)
        let anchor = try AnchorOptions.anchor(&question, to: try anchoring.table())
        let priced = PricedLayouts(question: question, keepsBatch: !workload.statesBatch)
        let verdicts = try layouts.flatMap { try priced.verdicts($0) }
        let plans = verdicts.compactMap(\.plan)
        guard let first = plans.first else {
            throw InputError("no layout is given; write one like tp=8,pp=4")
        }
        if let other = plans.first(where: { $0.layout.globalBatch != first.layout.globalBatch }) {
            throw InputError(
                "the layouts have batches of \(first.layout.globalBatch) and \(other.layout.globalBatch) sequences; "
                    + "give one with --batch")
        }
        if first.layout.globalBatch != question.globalBatch {
            // What was said of the batch was said of another one.
            notes.removeAll(where: batch.notes.contains)
            notes.append(
                "batch of \(first.layout.globalBatch) sequences, the layout's own; --batch takes another")
        }
        for verdict in verdicts {
            let name = verdicts.count > 1 ? "\(verdict.name): " : ""
            notes += (verdict.violations.map { "illegal: \($0)" } + verdict.remarks).map { name + $0 }
        }
        var runFactors = RunFactors(reliability: try factors.reliability())
        if prices.firstGiven != nil {
            runFactors.prices = try prices.prices(for: try hardware.machineBesideSoftware())
        }
        let report = TransformerReport(
            TransformerAnswer(pricing: plans), version: MeshwrightCommand.version, notes: notes,
            factors: runFactors, anchor: anchor)
        if let refusal = report.refusal { throw InputError(refusal) }
        format.print(text: report.text, json: report.json, csv: report.csv)
        if verdicts.contains(where: { !$0.violations.isEmpty }) { throw Stop(status: .infeasible) }
    }
}
