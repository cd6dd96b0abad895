import Quantities
import Testing
import Training

@Suite struct TrainingPrecisionTests {
    @Test("Mixed precision keeps 18 bytes a parameter")
    func bytes() {
        // 2 weights + 4 gradient + 4 master + 2*4 moments.
        #expect(TrainingPrecision.bf16.stateBytesPerParameter == Bytes(18))
        // 4 + 4 + 0 + 8.
        #expect(TrainingPrecision.fp32.stateBytesPerParameter == Bytes(16))
    }

    @Test(
        "Names of published tables are read",
        arguments: [
            ("mxfp8", MatrixPrecision.fp8(.microscaling)), ("fp8-mx", .fp8(.microscaling)),
            ("fp8-cs", .fp8(.tensorwise)), ("fp8 tensorwise", .fp8(.tensorwise)),
            ("fp8 rowwise", .fp8(.rowwise)), ("fp8+bf16", .fp8(.unstated)), ("fp8", .fp8(.unstated)),
            ("nvfp4", .fp4(.nvfp4)), ("BF16", .bf16), ("fp16", .fp16),
        ])
    func names(name: String, matrix: MatrixPrecision) throws {
        #expect(try TrainingPrecision(named: name).matrix == matrix)
    }

    @Test("An unknown name is an error that lists the known ones")
    func unknown() {
        #expect(throws: TransformerError.self) { try TrainingPrecision(named: "int8") }
        do { _ = try TrainingPrecision(named: "int8") } catch {
            #expect(error.description.contains("precision 'int8' is not known; one of fp32"))
        }
    }
}
