import Quantities
import Training

extension TransformerQuestion {
    /// Shapes of the family that the question is about; none where the model is given.
    package var shapes: [TransformerShape] {
        guard let family else { return [] }
        switch given {
        case .gpus: return []
        case .gpusAndFlop(_, let flop), .flopAndTime(let flop, _): return family.shapes(flop: flop)
        case .gpusAndTime(let gpus, let time):
            return family.shapes(flop: mostFlop(gpus: gpus, seconds: time.value) / 8)
        }
    }

    /// Model FLOP that no run on accelerators given passes: attention may be counted twice as often as kernels do it,
    /// and a factor 2 is for what is sparse.
    func mostFlop(gpus: Int, seconds: Double) -> Double {
        let peak = machine.compute.peakByPrecision.values.map(\.value).max() ?? 0
        return 4 * max(peak, machine.compute.peak.value) * Double(gpus) * seconds
    }

    /// The same question with one shape of the family as the only one; itself where the model is given.
    package func about(only shape: TransformerShape) -> TransformerQuestion {
        var question = self
        question.family?.grid.only = shape
        return question
    }
}
