import Foundation
import Testing
import Training

@Suite struct LossModelTests {
    @Test(
        "The refit at Chinchilla's compute has 7.2e10 parameters and 18.4 tokens a parameter at its optimum")
    func optimum() {
        // G = (αA/βB)^(1/(α+β)), N = G·(C/6)^(β/(α+β)) for C = 5.76e23.
        let terms = LossModel.besiroglu.dense
        let (a, b) = (terms.parameterExponent, terms.tokenExponent)
        let factor = pow(
            a * terms.parameterCoefficient / (b * terms.tokenCoefficient), 1 / (a + b))
        let parameters = factor * pow(5.76e23 / 6, b / (a + b))
        let tokens = 5.76e23 / 6 / parameters
        #expect(abs(parameters / 7.225e10 - 1) < 1e-3)
        #expect(abs(tokens / parameters - 18.4) < 0.05)
        // No other share of the compute has less loss.
        let least = terms.reducible(parameters: parameters, tokens: tokens)
        for share in [0.5, 0.9, 1.1, 2] {
            #expect(terms.reducible(parameters: parameters * share, tokens: tokens / share) > least)
        }
    }

    @Test("Terms of experts run from the dense fit to the routed one and stay there")
    func experts() {
        let model = LossModel.krajewski
        #expect(model.terms(experts: 1) == model.dense)
        let routed = model.terms(experts: 64)
        #expect(abs(routed.parameterCoefficient - 20.2) < 1e-12)
        #expect(abs(routed.tokenExponent - 0.147) < 1e-12)
        #expect(model.terms(experts: 4096).tokenExponent == routed.tokenExponent)
        // Half way in ln E: 8 experts of 64. α = (0.126 + 0.115)/2.
        #expect(abs(model.terms(experts: 8).parameterExponent - 0.1205) < 1e-12)
    }

    @Test("More experts at the same active parameters and tokens never raise the loss")
    func expertsHelp() {
        for active in [1e8, 1e10, 1e12] {
            let losses = (0...6).map { power in
                LossModel.krajewski.terms(experts: Double(1 << power))
                    .reducible(parameters: active * Double(1 << power), tokens: 20 * active)
            }
            #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 }, "\(active)")
        }
    }

    @Test("Tokens for a loss are the inverse of the loss; none where parameters leave more")
    func inverse() throws {
        let terms = LossModel.besiroglu.dense
        let loss = terms.reducible(parameters: 1e11, tokens: 2e12)
        let tokens = try #require(terms.tokens(reducible: loss, parameters: 1e11))
        #expect(abs(tokens / 2e12 - 1) < 1e-11)
        #expect(terms.tokens(reducible: loss, parameters: 1e8) == nil)
    }

    @Test("Numbers that are not above zero are refused", arguments: [0, -1, Double.nan, .infinity])
    func refused(value: Double) {
        #expect(throws: WorkloadError.self) {
            try LossModel(
                name: "x", irreducible: 1,
                dense: LossModel.Terms(
                    parameterCoefficient: value, parameterExponent: 1, tokenCoefficient: 1, tokenExponent: 1))
        }
        #expect(throws: WorkloadError.self) { try ShapePenalty(depth: value == 0 ? -1 : value, ratio: 0) }
    }
}
