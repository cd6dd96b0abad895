import Foundation
import Testing
import Training

@Suite struct EffectiveComputeTests {
    static let cases: [(SparsityLaw, LossModel)] = [
        (.dense, .besiroglu), (.dense, .hoffmann), (.dense, .krajewski), (.sparse, .krajewski),
        (.fixed(16), .krajewski),
    ]

    @Test("Compute to loss and back", arguments: cases)
    func roundTrip(sparsity: SparsityLaw, loss: LossModel) {
        let curve = EffectiveCompute(laws: WorkloadLaws(sparsity: sparsity), loss: loss)
        for power in stride(from: 16.0, through: 34, by: 1.5) {
            let flop = pow(10, power)
            #expect(abs(curve.flop(reducible: curve.reducible(flop: flop)) / flop - 1) < 1e-9, "\(flop)")
        }
    }

    @Test("The laws' shape at its law compute buys that compute, up to the rounding of its depth and experts")
    func ownShape() throws {
        for sparsity in [SparsityLaw.dense, .sparse] {
            let laws = WorkloadLaws(sparsity: sparsity)
            let loss = LossModel.standard(for: sparsity)
            let curve = EffectiveCompute(laws: laws, loss: loss)
            for width in [12288, 24576, 98304, 393216] {
                let shape = try laws.shape(width: width)
                let flop = laws.lawFlop(of: shape)
                let value = ShapeValue(shape: shape, laws: laws, loss: loss, penalty: .kaplan)
                let bought = curve.flop(reducible: value.reducible(flop: flop))
                #expect(abs(log(bought / flop)) < 0.06, "\(width)")
                #expect(abs(log(value.depthRatio)) < 0.2, "\(width)")
            }
        }
    }

    @Test("Leaving the depth or the ratio of the law costs loss both ways, by the stated share")
    func penalty() throws {
        // Half the law's depth: exp(−0.12·ln²2) = 0.944 of the parameters count.
        #expect(abs(ShapePenalty.kaplan.countingShare(depthRatio: 0.5, feedForwardRatio: 1) - 0.94397) < 1e-5)
        #expect(ShapePenalty.kaplan.countingShare(depthRatio: 1, feedForwardRatio: 1) == 1)
        #expect(ShapePenalty.none.countingShare(depthRatio: 9, feedForwardRatio: 9) == 1)
        for ratio in [0.1, 0.5, 2, 10] {
            #expect(ShapePenalty.kaplan.countingShare(depthRatio: ratio, feedForwardRatio: 1) < 1)
            #expect(ShapePenalty.kaplan.countingShare(depthRatio: 1, feedForwardRatio: ratio) < 1)
        }
    }

    @Test("The fit to Kaplan's Figure 5: all 17 points of aspect ratio give 0.12, all 6 of the ratio 0.09")
    func fit() {
        // (aspect ratio, loss increase) of 50M, 274M and 1.5B parameters, each about its own least point; at
        // a fixed number of parameters ln L falls by two thirds of what ln(aspect ratio) rises.
        let series: [(least: Double, points: [(Double, Double)])] = [
            (
                60,
                [
                    (4, 0.027), (12, 0.014), (32, 0.004), (50, 0.0005), (90, 0.001), (250, 0.006),
                    (350, 0.021), (700, 0.046),
                ]
            ),
            (30, [(2, 0.011), (25, 0), (200, 0.0055), (1700, 0.079)]),
            (27, [(4, 0.021), (13, 0.005), (27, 0.0005), (250, 0.006), (700, 0.028)]),
        ]
        let depth = series.flatMap { entry in
            entry.points.map { (log($0.0 / entry.least) * 2 / 3, $0.1) }
        }
        let ratio = [(0.5, 0.007), (2.0, 0.0005), (4, 0.003), (8, 0.0165), (20, 0.0475), (40, 0.081)]
            .map { (log($0.0 / 1.4), $0.1) }
        func curvature(_ points: [(Double, Double)]) -> Double {
            let above = points.reduce(0) { $0 + $1.1 * $1.0 * $1.0 }
            return above / points.reduce(0) { $0 + pow($1.0, 4) } / 0.076
        }
        #expect(depth.count == 17)
        #expect(abs(curvature(depth) - ShapePenalty.kaplan.depth) < 0.005)
        #expect(abs(curvature(ratio) - ShapePenalty.kaplan.ratio) < 0.005)
    }
}
