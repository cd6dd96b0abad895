import Files
import ScalingModel
import TestSupport
import Testing
import Training

@Suite struct StepModelTests {
    @Test("Every golden step to 1e-9, each column")
    func golden() throws {
        let rows = try CSVFixture.rows("golden-step")
        #expect(rows.count == 1200)
        for row in rows {
            let step = try GoldenStep(row)
            for (column, value) in step.outputs() {
                let expected = try #require(Double(row[column] ?? ""))
                #expect(relativeError(value, expected) <= 1e-9, "\(column) of \(row)")
            }
        }
    }
}

/// One row of `golden-step.csv`, rebuilt as a plan and priced.
private struct GoldenStep {
    let model: StepModel
    let plan: Plan
    let run: TrainingRun

    init(_ row: [String: String]) throws {
        func integer(_ column: String) throws -> Int { try #require(Int(row[column] ?? "")) }
        func factors(_ column: String) throws -> [Int] {
            try #require(row[column]).split(separator: "/").map { try #require(Int($0)) }
        }
        func overlap(_ column: String) -> Overlap { row[column] == "1" ? .overlapped : .exposed }
        let machine = try HardwareCatalogue.entry(try #require(row["gpu"])).machine
        let shape = try LayerStack(
            width: integer("d_model"), feedForwardWidth: integer("d_ff"), layers: integer("layers"),
            experts: integer("sparsity"))
        plan = Plan(
            placement: Placement(
                tensorModel: try factors("tp_model_by_level"),
                tensorFeedForward: try factors("tp_ff_by_level"), pipeline: try factors("pp_by_level"),
                expert: try factors("ep_by_level"), data: try factors("dp_by_level")),
            microbatches: try integer("microbatches"), interleave: try integer("interleave"),
            schedule: row["zero_bubble"] == "1" ? .zeroBubble : .oneForwardOneBackward)
        let laws = WorkloadLaws()
        run = TrainingRun(
            shape: shape, batchSequences: try integer("batch_sequences"),
            sequenceLength: try integer("seq_len"), flop: laws.lawFlop(of: shape))
        model = StepModel(
            machine: machine, shape: shape, batchTokens: run.batchTokens,
            settings: ModelSettings(
                tensorTraffic: overlap("overlap_tp"), pipelineTraffic: overlap("overlap_pp"),
                dataTraffic: overlap("overlap_dp"), recomputation: row["recompute"] == "1" ? .full : .none))
    }

    func outputs() -> [(String, Double)] {
        let price = model.price(plan)
        return [
            ("total_seconds", price.step * run.steps),
            ("utilization", model.utilization(step: price.step, gpus: Double(plan.gpus))),
            ("tp_comm_seconds", price.parts.tensor.bandwidth * run.steps),
            ("dp_comm_seconds", price.parts.data.bandwidth * run.steps),
            ("pp_ep_comm_seconds", price.parts.pipelineExpert.bandwidth * run.steps),
            ("latency_seconds", price.latency * run.steps),
            ("memory_bytes", model.memoryBytes(plan)),
        ]
    }
}
