import Files
import Quantities
import TestSupport
import Testing
import Training
import TransformerModel

@testable import Evidence

@Suite struct CalibrationTests {
    /// Steps as the model itself predicts them on a machine whose products reach less.
    static func synthetic(fraction: Double, machine: String = "a100-sxm-80gb") throws -> StepTable {
        let layouts = ["tp=1", "tp=2 microbatch=2", "tp=4", "tp=8 microbatch=4", "tp=2 pp=2"]
        let rows = layouts.map { EvidenceFixtures.plain + " gpu=\(machine) recompute=full \($0)" }
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
        let run = try CalibrationRun(tables, extent: .machines(["a100-sxm-80gb"]))
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
        let first = try CalibrationRun(tables, extent: .machines(["a100-sxm-80gb"]))
        let second = try CalibrationRun(tables, extent: .machines(["a100-sxm-80gb"]))
        #expect(first.fit.point == second.fit.point)
    }

    @Test("A machine that no row is on cannot be fitted")
    func absent() async throws {
        let tables = EvidenceTables(steps: try Self.synthetic(fraction: 0.75))
        do {
            _ = try CalibrationRun(tables, extent: .machines(["b200"]))
            Issue.record("fitted without rows")
        } catch { #expect("\(error)".contains("the table has a100-sxm-80gb")) }
    }

    static let catalogue = Result {
        try HardwareCatalogue.names.map { try HardwareCatalogue.entry($0).machine }
    }

    @Test("Shares never leave 0...1")
    func shares() throws {
        for number in MachinePriors.all(of: try Self.catalogue.get()) where number.name.contains("fraction") {
            #expect(number.value(at: 50) <= 1)
            #expect(number.value(at: -50) > 0)
        }
    }

    @Test("Machines that their files say to be of one architecture share its numbers")
    func architectures() throws {
        for number in MachinePriors.all(of: try Self.catalogue.get()) {
            guard case .machines(let names, _) = number.place else { continue }
            switch number.scope {
            case "Ampere": #expect(names.contains("a100-sxm-80gb") && names.contains("a100-64gb-leonardo"))
            case "Hopper": #expect(names.isSuperset(of: ["h100-sxm-80gb", "h800-sxm-80gb", "h100-64gb-mn5"]))
            case "Blackwell":
                #expect(names == ["b200", "b300", "gb200-nvl72", "gb200-nvl72-superpod", "gb300-nvl72"])
            default: #expect(names == [number.scope])
            }
        }
    }

    @Test(
        "What is believed of a machine is that of its architecture, whoever wrote its file",
        arguments: [
            ("hopper", 0.72), ("ampere", 0.85), ("blackwell", 0.58),
            ("cdna3", Calibration.assumed.matrixFraction.bits16),
        ])
    func beliefs(architecture: String, fraction: Double) throws {
        let text = """
            name: own
            architecture: \(architecture)
            compute: {precision: bf16, word_bytes: 2, peak: 1, sustained_fraction: 0.8, kernel_latency: 4us}
            hbm: {capacity: 16 GB, bandwidth: 1 TB/s}
            network: [{name: bus, bandwidth_one_way: 50 GB/s, latency: 1us}]
            """
        let numbers = MachinePriors.numbers(of: try HardwareFile.read(text: text, place: "own.yaml").machine)
        #expect(numbers.first { $0.name == "matrix_fraction_16bit" }?.prior == fraction)
        #expect(numbers.count == 8)
    }

    @Test(
        "Steps on a machine of any architecture can be fitted",
        arguments: ["h800", "h100-64gb-mn5", "a100-64gb-leonardo", "tpu7x", "mi350x", "gh200", "trn2"])
    func calibratable(name: String) async throws {
        let rows = try Self.synthetic(fraction: 0.6, machine: name)
        let own = try #require(HardwareCatalogue.ownName(of: name))
        let run = try CalibrationRun(EvidenceTables(steps: rows), extent: .machines([own]))
        let found = try #require(run.outcomes.first { $0.number.name == "matrix_fraction_16bit" })
        #expect(found.isDetermined && found.shift < 0)
    }
}
