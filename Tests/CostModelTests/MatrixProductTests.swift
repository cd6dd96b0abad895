import Files
import ScalingModel
import TestSupport
import Testing

@Suite struct MatrixProductTests {
    @Test("Every golden product to 1e-12")
    func golden() throws {
        var models: [String: MatrixProductModel] = [:]
        let rows = try CSVFixture.rows("golden-matmul")
        #expect(rows.count == 800)
        for row in rows {
            let name = try #require(row["gpu"])
            let model = try models[name] ?? MatrixProductModel(machine: HardwareCatalogue.entry(name).machine)
            models[name] = model
            let seconds = model.seconds(
                rows: try #require(Int(row["rows_d1"] ?? "")),
                columns: try #require(Int(row["cols_d2"] ?? "")),
                tokens: try #require(Int(row["tokens_b"] ?? "")),
                kind: row["is_weight_gradient"] == "1" ? .weightGradient : .activation)
            let expected = try #require(Double(row["seconds"] ?? ""))
            #expect(relativeError(seconds, expected) <= 1e-12, "\(row)")
        }
    }
}
