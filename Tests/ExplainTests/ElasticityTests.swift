import Foundation
import Optimization
import Quantities
import ScalingModel
import Testing

@testable import Planning

@Suite struct ElasticityTests {
    @Test("A power has its exponent, no kink and no jump", arguments: [-2, -0.5, 0, 1, 3])
    func powers(exponent: Double) {
        let elasticity = Elasticity { 7 * pow($0, exponent) }
        #expect(abs(elasticity.value - exponent) < 1e-9)
        #expect(!elasticity.isAtKink && !elasticity.isAtJump)
    }

    @Test("The larger of two terms that are equal has a kink with both slopes")
    func kink() {
        let elasticity = Elasticity { max($0, 1) }
        #expect(elasticity.isAtKink && !elasticity.isAtJump)
        #expect(abs(elasticity.below) < 1e-9 && abs(elasticity.above - 1) < 1e-4)
    }

    @Test("A step is a jump of its height and no slope, on whichever side it lies", arguments: [0.01, -0.3])
    func steps(height: Double) {
        let after = Elasticity { $0 > 1 ? exp(height) : 1 }
        let before = Elasticity { $0 < 1 ? 1 : exp(height) }
        for elasticity in [after, before] {
            #expect(elasticity.isAtJump && abs(elasticity.jump - height) < 1e-9)
            #expect(abs(elasticity.value) < 1e-4 && !elasticity.isAtKink)
        }
        // A slope beside the step is kept.
        let sloped = Elasticity { ($0 > 1 ? exp(height) : 1) * $0 * $0 }
        #expect(abs(sloped.value - 2) < 1e-4 && abs(sloped.jump - height) < 1e-9)
    }

    @Test("A number that counts in steps is not ranked by the height of its step")
    func registers() throws {
        let question = try PlanningQuestion(
            machine: Questions.machine(), given: .flopAndTime(flop: 1e29, time: .months(3)),
            preset: .published)
        let best = try #require(try Planner(question).answer().best)
        // A step between a sample and the next: the register file scaled until the plan just fits into it.
        var jumps = 0
        for knob in question.numbers {
            guard let elasticity = knob.elasticity(of: best) else { continue }
            // Every term of the model is a sum of powers from -2 to 2 of one number.
            #expect(abs(elasticity.value) <= 2 + 1e-6, "\(knob.key): \(elasticity.value)")
            if elasticity.isAtJump {
                jumps += 1
                #expect(knob.crossing(of: best) != nil)
            }
        }
        #expect(jumps <= 3)
    }
}
