import Files
import ScalingModel
import TestSupport
import Testing
import Training

@Suite struct LayerFloorTests {
    @Test("No cut of a batch is below the floor of a coarser one, and the floor is close")
    func floor() throws {
        var random = SplitMix64(seed: 41)
        var closest = Double.infinity
        for name in HardwareCatalogue.names {
            let machine = try HardwareCatalogue.entry(name).machine
            for _ in 0..<12 {
                func power(_ range: ClosedRange<Int>) -> Int { 1 << Int.random(in: range, using: &random) }
                let experts = power(0...3)
                let shape = try LayerStack(
                    width: 24 * power(3...9), layers: power(0...5), experts: experts)
                let tokens = experts * power(4...20) * Int.random(in: 1...9, using: &random)
                let model = StepModel(machine: machine, shape: shape, batchTokens: tokens)
                let (narrow, wide) = (power(0...4), power(0...4))
                let floor = model.layerFloor(tensorModel: narrow, tensorFeedForward: wide)
                let cuts = Divisors.all(of: tokens / experts)
                for (index, least) in cuts.enumerated() {
                    let bound = floor.batchSeconds(cuts: least)
                    for cut in cuts[index...] {
                        let exact =
                            model.layerArithmetic(tensorModel: narrow, tensorFeedForward: wide, cuts: cut)
                            * Double(cut)
                        #expect(bound <= exact, "\(machine.name) \(shape) \(tokens) \(least) \(cut)")
                        closest = min(closest, exact / bound)
                    }
                }
            }
        }
        #expect(closest < 1 + 1e-8)
    }
}
