import Files
import Optimization
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training
@testable import Planning

@Suite struct PublishedFrontierTests {
    /// A curve of `frontier.csv`.
    struct Curve: Sendable, CustomTestStringConvertible {
        let gpu: String
        let batchLaw: String
        let sparse: String
        var testDescription: String { "\(gpu), batch law \(batchLaw), sparse \(sparse)" }

        var laws: WorkloadLaws {
            WorkloadLaws(
                sparsity: sparse == "1" ? .sparse : .dense, batch: batchLaw == "none" ? .constant : .standard)
        }
    }

    static let curves = [
        Curve(gpu: "v100-sxm", batchLaw: "default", sparse: "0"),
        Curve(gpu: "a100-sxm", batchLaw: "default", sparse: "0"),
        Curve(gpu: "h100-sxm", batchLaw: "default", sparse: "0"),
        Curve(gpu: "h100-sxm", batchLaw: "default", sparse: "1"),
        Curve(gpu: "h100-sxm", batchLaw: "none", sparse: "0"),
    ]

    @Test(
        "Every published row: GPUs, months and utilization; the curve ends where it should", arguments: curves
    )
    func rows(curve: Curve) throws {
        let machine = try HardwareCatalogue.entry(curve.gpu).machine
        let rows = try CSVFixture.rows("frontier").filter {
            $0["gpu"] == curve.gpu && $0["batch_law"] == curve.batchLaw && $0["sparse"] == curve.sparse
        }
        let sweep = try FrontierSweep(
            template: PlanningQuestion(
                machine: machine, given: .gpusAndFlop(gpus: 1, flop: 1e24), laws: curve.laws,
                preset: .published),
            points: .publishedWidths, time: Calendar.month * 3)
        let points = try sweep.cells.map { try sweep.answer($0) }
        let plans = try ScalingFrontier(sweep: sweep, points: points).points.compactMap(\.plan)
        try #require(plans.count == rows.count)
        for (plan, row) in zip(plans, rows) {
            #expect(plan.run.shape.width == Int(row["d_model"] ?? ""))
            #expect(plan.gpus == Int(row["gpus"] ?? ""))
            let months = try #require(Double(row["months"] ?? ""))
            let utilization = try #require(Double(row["utilization"] ?? ""))
            #expect(relativeError(plan.total / Calendar.month, months) <= 1e-9)
            #expect(relativeError(plan.utilization, utilization) <= 1e-9)
            try expectSameDegreesOrTie(plan, row)
        }
    }

    /// Degrees as published, or a plan that ties in time and summed traffic to 1e-12.
    private func expectSameDegreesOrTie(_ plan: PricedPlan, _ row: [String: String]) throws {
        let own = [
            plan.plan.tensorModel, plan.plan.tensorFeedForward, plan.plan.pipeline, plan.plan.interleave,
            plan.plan.data, plan.plan.expert, plan.plan.microbatches,
        ]
        let published = try ["tp_model", "tp_ff", "pp", "interleave", "dp", "ep", "microbatches"].map {
            try #require(Int(row[$0] ?? ""))
        }
        if own == published { return }
        let traffic = try ["tp_comm_seconds", "dp_comm_seconds", "pp_ep_comm_seconds"].reduce(0.0) {
            $0 + (try #require(Double(row[$1] ?? "")))
        }
        #expect(relativeError(plan.price.traffic * plan.run.steps, traffic) <= 1e-12, "\(own) \(row)")
    }

    @Test("The full space is never worse than a published row", arguments: curves)
    func fullSpace(curve: Curve) throws {
        let machine = try HardwareCatalogue.entry(curve.gpu).machine
        let rows = try CSVFixture.rows("frontier").filter {
            $0["gpu"] == curve.gpu && $0["batch_law"] == curve.batchLaw && $0["sparse"] == curve.sparse
        }
        for row in rows {
            var laws = curve.laws
            laws.fixedWidth = Int(row["d_model"] ?? "")
            let flop = try #require(Double(row["flop"] ?? ""))
            let gpus = try #require(Int(row["gpus"] ?? ""))
            let months = try #require(Double(row["months"] ?? ""))
            let fewest = try Planner(
                PlanningQuestion(
                    machine: machine, given: .flopAndTime(flop: flop, time: Calendar.month * 3), laws: laws,
                    settings: ModelSettings(accounting: .published))
            ).answer()
            #expect(try #require(fewest.best).gpus <= gpus)
            let fastest = try Planner(
                PlanningQuestion(
                    machine: machine, given: .gpusAndFlop(gpus: gpus, flop: flop), laws: laws,
                    settings: ModelSettings(accounting: .published))
            ).answer()
            #expect(try #require(fastest.best).total / Calendar.month <= months * (1 + 1e-12))
        }
    }
}
