import TestSupport
import Testing

@testable import Evidence

@Suite struct CalibrationTests {
    /// Steps as the model itself predicts them on a machine whose products reach less.
    static func synthetic(fraction: Double) throws -> StepTable {
        let layouts = ["tp=1", "tp=2 microbatch=2", "tp=4", "tp=8 microbatch=4", "tp=2 pp=2"]
        let rows = layouts.map { EvidenceFixtures.plain + " recompute=full \($0)" }
        let table = try EvidenceFixtures.table(rows: rows)
        let machines = MachineTable(
            for: [table], overrides: ["calibration.matrix_fraction_16bit=\(fraction)"])
        let inference = RowInference(machines: machines)
        let timed = try zip(rows, table.rows).enumerated().map { index, row in
            let step = StepPrediction(id: "", group: "", inputs: try inference.inputs(row.1)).step
            return row.0 + " id=r\(index) group=own step_seconds=\(step.total.value)"
        }
        return try EvidenceFixtures.table(rows: timed)
    }

    @Test("A fit goes from the prior towards the fraction that made the table")
    func recovers() async throws {
        let tables = EvidenceTables(steps: try Self.synthetic(fraction: 0.70))
        let run = try await CalibrationRun(tables, extent: .machines(["a100-sxm-80gb"]))
        let found = try #require(run.outcomes.first { $0.number.name == "matrix_fraction_16bit" })
        #expect(found.isDetermined)
        #expect((0.70...0.83).contains(found.value))
        let (before, after) = (try #require(run.before.overall), try #require(run.fitted.overall))
        #expect(after.errors.meanAbsolute < 0.9 * before.errors.meanAbsolute)
        // No row computes in 4 bits.
        #expect(run.outcomes.first { $0.number.name == "matrix_fraction_4bit" }?.isDetermined == false)
    }

    @Test("Two fits of one table have the same bits")
    func deterministic() async throws {
        let tables = EvidenceTables(steps: try Self.synthetic(fraction: 0.75))
        let first = try await CalibrationRun(tables, extent: .machines(["a100-sxm-80gb"]))
        let second = try await CalibrationRun(tables, extent: .machines(["a100-sxm-80gb"]))
        #expect(first.fit.point == second.fit.point)
    }

    @Test("A machine that no row is on cannot be fitted")
    func absent() async throws {
        let tables = EvidenceTables(steps: try Self.synthetic(fraction: 0.75))
        do {
            _ = try await CalibrationRun(tables, extent: .machines(["b200"]))
            Issue.record("fitted without rows")
        } catch { #expect("\(error)".contains("the table has a100-sxm-80gb")) }
    }

    @Test("Shares never leave 0...1")
    func shares() {
        for number in MachinePriors.all where number.name.contains("fraction") {
            #expect(number.value(at: 50) <= 1)
            #expect(number.value(at: -50) > 0)
        }
    }
}
