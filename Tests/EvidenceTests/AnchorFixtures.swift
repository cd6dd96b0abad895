import Files
import Optimization
import Quantities
import TestSupport
import Training
import TransformerModel

@testable import Evidence

/// Questions and measured steps of one's own, made for a test.
enum AnchorFixtures {
    /// Llama 3 8B on 64 H100 by Megatron-Core.
    static func question(
        model: String = "llama-3-8b", hardware: String = "h100-sxm-80gb", software: String = "megatron-core"
    ) throws -> TransformerQuestion {
        let machine = try HardwareCatalogue.entry(hardware).machine
        var question = TransformerQuestion(
            job: TrainingJob(model: try ModelCatalogue.entry(model).model), machine: machine,
            given: .gpus(64), globalBatch: 128)
        question.limits.tensor = [1, 2]
        question.limits.pipeline = [1, 2]
        question.limits.context = [1]
        question.limits.stages = [.even]
        return try question.run(by: SoftwareCatalogue.software(software, on: machine))
    }

    /// Plans of the question, as rows state them.
    static let plans = [
        "tp=1 pp=1 zero=1 microbatch=1 recompute=none", "tp=2 pp=1 zero=1 microbatch=2 recompute=none",
        "tp=4 pp=2 zero=1 microbatch=1 recompute=none", "tp=8 pp=1 zero=1 microbatch=4 recompute=none",
        "tp=1 pp=4 interleave=2 zero=1 microbatch=1 recompute=full",
        "tp=2 pp=2 zero=3 microbatch=1 recompute=full",
    ]

    /// A row of a plan on all 64.
    static func row(_ plan: String) -> String { "gpus=64 global_batch=128 cp=1 \(plan)" }

    /// A table from rows of `column=value` words.
    static func text(_ rows: [String]) -> String {
        let cells = rows.map { row in
            Dictionary(
                row.split(separator: " ").map { word in
                    let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                    return (parts[0], parts.count > 1 ? parts[1] : "")
                }, uniquingKeysWith: { _, last in last })
        }
        let header = Set(cells.flatMap(\.keys)).sorted()
        return
            ([header.joined(separator: ",")]
            + cells.map { row in header.map { row[$0] ?? "" }.joined(separator: ",") })
            .joined(separator: "\n") + "\n"
    }

    static func table(_ rows: [String]) throws -> MeasuredTable {
        try MeasuredTable(text: text(rows), place: "steps.csv")
    }

    /// The seconds that a row is predicted to take for a question.
    static func seconds(_ row: String, _ question: TransformerQuestion) throws -> Double {
        let setup = try AskedSetup(question)
        let steps = try table([row + " step_seconds=1"]).steps
        let machines = MachineTable(for: [steps], entries: [setup.machine], usual: setup.machine.name)
        let inputs = try RowInference(machines: machines, setup: setup).inputs(steps.rows[0])
        return StepPrediction(id: "", group: "", inputs: inputs).step.total.value
    }

    /// A row with a time: that of the question, times a factor.
    static func measured(
        _ plan: String, _ question: TransformerQuestion, times factor: Double
    ) throws -> String {
        let row = row(plan)
        return row + " step_seconds=\(try seconds(row, question) * factor)"
    }
}
