import Quantities
import TestSupport
import Testing
import TransformerModel

@testable import Evidence

@Suite struct FuzzTests {
    static let cells = [
        "", "0", "1", "-1", "2", "3", "7", "8", "64", "1e9", "1e30", "nan", "inf", "0.5", "x", "yes", "no",
        "full", "full-3", "full-999999999", "selective", "fp8", "fp4", "mxfp8", "flash2+rmsnorm", "unfused",
        "h200", "b200", "gb200-nvl72", "mi300x", "99999999999999999999", "2147483647", "ü", "DeepSeekV3",
    ]

    @Test("Cells of nonsense are refused or priced with finite times, and nothing crashes")
    func cells() throws {
        var random = SplitMix64(seed: 7)
        var priced = 0
        for _ in 0..<3000 {
            var row = EvidenceFixtures.plain + " id=f"
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let column = StepRow.inputs.randomElement(using: &random) ?? "tp"
                row += " \(column)=\(Self.cells.randomElement(using: &random) ?? "")"
            }
            let table = try EvidenceFixtures.table(rows: [row])
            let inference = RowInference(machines: MachineTable(for: [table]))
            guard let inputs = try? inference.inputs(table.rows[0]) else { continue }
            let prediction = StepPrediction(id: "", group: "", inputs: inputs)
            #expect(prediction.step.total.value > 0 && prediction.step.total.value.isFinite, "\(row)")
            #expect(prediction.memory.total.value > 0 && prediction.memory.total.value.isFinite, "\(row)")
            priced += 1
        }
        #expect(priced > 100)
    }
}
