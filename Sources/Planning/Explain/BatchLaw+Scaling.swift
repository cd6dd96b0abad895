import Foundation
import Training

extension BatchLaw {
    /// The law with its batches multiplied, before any rounding.
    /// - Parameters:
    ///   - factor: above zero.
    ///   - laws: give the length of a sequence.
    /// - Returns: the law and the factor applied, which rounding changes where the batch is given; nil where
    ///   nothing is left of the batch.
    func scaled(by factor: Double, laws: WorkloadLaws) -> (law: BatchLaw, factor: Double)? {
        switch self {
        // √E·(C/3e23)^(1/6)·2048² tokens, as a power of C.
        case .standard:
            let reference = pow(3e23, 1.0 / 6)
            return (.power(coefficient: factor * 2048 * 2048 / reference, exponent: 1.0 / 6), factor)
        case .deepSeek: return (.power(coefficient: factor * 0.2920, exponent: 0.3271), factor)
        case .power(let coefficient, let exponent):
            return (.power(coefficient: factor * coefficient, exponent: exponent), factor)
        case .constant: return Self.given((1 << 22) / laws.sequenceLength, factor)
        case .given(let sequences): return Self.given(sequences, factor)
        }
    }

    private static func given(_ sequences: Int, _ factor: Double) -> (law: BatchLaw, factor: Double)? {
        let count = (Double(sequences) * factor).rounded()
        guard count >= 1, count <= Double(1 << 40) else { return nil }
        return (.given(sequences: Int(count)), count / Double(sequences))
    }
}
