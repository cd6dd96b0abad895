import Quantities

/// What updates the weights, as far as it decides memory and time.
public enum TrainingOptimizer: String, Hashable, Sendable, Codable, CaseIterable {
    /// Two moments (Kingma and Ba 2015, arXiv:1412.6980; AdamW alike).
    case adam
    /// Adam with both moments in bf16.
    case adamHalf = "adam-bf16"
    /// Adam with both moments in 8 bits (Dettmers et al. 2022, arXiv:2110.02861).
    case adam8 = "adam-8bit"
    /// One moment (Chen et al. 2023, arXiv:2302.06675).
    case lion
    /// One moment, made orthogonal by products (Jordan et al. 2024; Liu et al. 2025, arXiv:2502.16982); embedding and
    /// head, which Adam goes on to update, are counted as the rest.
    case muon

    /// Bytes of its moments for each weight.
    /// - Parameter format: of a moment, where the optimizer has none of its own.
    /// - Returns: bytes.
    public func momentBytes(_ format: NumberFormat) -> Double {
        switch self {
        case .adam: 2 * format.size.value
        case .adamHalf: 4
        case .adam8: 2
        case .lion, .muon: format.size.value
        }
    }

    /// FLOP of an update for each weight of a matrix, both passes over memory aside.
    ///
    /// Muon: five iterations, each of 4·m²·n + 2·m³ FLOP for m ≤ n rows and columns.
    /// - Parameters:
    ///   - rows: of the matrix.
    ///   - columns: of the matrix.
    /// - Returns: FLOP; 0 for optimizers that multiply no matrices.
    public func flop(rows: Double, columns: Double) -> Double {
        guard self == .muon else { return 0 }
        let (least, most) = (min(rows, columns), max(rows, columns))
        return 5 * (4 * least + 2 * least * least / most)
    }
}
