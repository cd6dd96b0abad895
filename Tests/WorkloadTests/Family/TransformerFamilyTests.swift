import Files
import Foundation
import Testing
import Training

/// Families of transformers: their grids, members and what members are worth.
@Suite struct TransformerFamilyTests {
    private func model(_ name: String) throws -> Transformer { try ModelCatalogue.entry(name).model }

    @Test("Every shape of every family of the catalogue is a valid model that keeps what does not vary")
    func members() throws {
        for name in ModelCatalogue.names {
            let named = try model(name)
            guard named.pattern == nil else {
                #expect(throws: TransformerFamilyError.self, "\(name)") { try TransformerFamily(named) }
                continue
            }
            let family = try TransformerFamily(named)
            let shapes = family.shapes(flop: 1e24)
            #expect(shapes.contains(family.own) && shapes.count > 100, "\(name) \(shapes.count)")
            #expect(family.member(family.own) == named)
            for shape in shapes {
                let member = family.member(shape)
                #expect(throws: Never.self, "\(member.name)") { try member.validate() }
                #expect(TransformerShape(member) == shape, "\(member.name)")
                #expect(
                    member.vocabulary == named.vocabulary && member.sequenceLength == named.sequenceLength)
                #expect(member.attention.form.scoreHeadSize == named.attention.form.scoreHeadSize)
                #expect(member.experts?.sharedExperts == named.experts?.sharedExperts)
            }
        }
    }

    @Test("Shapes lie about the curve's parameters and depth, and axes that are given hold")
    func grid() throws {
        let named = try model("llama-3-405b")
        var grid = FamilyGrid(parameterFactor: 4, depthRange: 0.5...2)
        try grid.set("layers", [64, 96, 128])
        try grid.set("kv_heads", [4, 8])
        let family = try TransformerFamily(named, grid: grid)
        // The curve at 1e24 FLOP and 20 tokens a parameter: √(1e24/120) = 9.13e10.
        let others = family.shapes(flop: 1e24).filter { $0 != family.own }
        #expect(others.count > 20)
        for shape in others {
            let value = MemberValue(shape, in: family)
            let member = family.member(shape)
            let body =
                member.activeParameters.total - member.activeParameters.embedding
                - member.activeParameters.head
            #expect((9.12e10 / 4...9.14e10 * 4).contains(body))
            #expect((0.5...2).contains(value.depthRatio))
            #expect([64, 96, 128].contains(shape.layers) && [4, 8].contains(shape.keyValueHeads))
            #expect(shape.heads * 128 == shape.width && shape.feedForward.isMultiple(of: 128))
        }
        #expect(throws: TransformerFamilyError.self) { try grid.set("depth", [1]) }
        #expect(throws: TransformerFamilyError.self) { try grid.set("layers", [1.5]) }
        #expect(throws: TransformerFamilyError.self) { try grid.set("layers", []) }
        #expect(throws: TransformerFamilyError.self) { try grid.set("ratio", [-1]) }
    }

    @Test(
        "The named shape loses nothing, and a shape half as deep counts as exp(-0.12·ln²(ratio)) of its parameters"
    )
    func penalty() throws {
        let named = try model("llama-3-70b")
        let family = try TransformerFamily(named)
        let own = MemberValue(family.own, in: family)
        #expect(own.countingShare == 1 && abs(own.depthRatio - 1) < 1e-12)
        var shape = family.own
        shape.layers = 40
        let half = MemberValue(shape, in: family)
        // Half the layers are half the body, whose curve is 2^(-0.3751/1.3751) = 0.8277 as deep.
        #expect(abs(half.depthRatio - 0.5 / 0.8277) < 1e-3)
        #expect(abs(half.countingShare - exp(-0.12 * pow(log(half.depthRatio), 2))) < 1e-12)
    }

    @Test("The loss of Abnar et al. by hand, and back to tokens")
    func sparseLoss() throws {
        // N 1e9, D 1e11, S 0: 16612.5·1e9^-0.5962 = 0.07155; 5455.67·1e11^-0.3954 = 0.24403; 0.4598;
        // 17.26·1e9^-0.1595 = 0.63320.
        let loss = SparseLoss.abnar
        let dense = loss.reducible(parameters: 1e9, tokens: 1e11, sparsity: 0)
        #expect(abs(dense - (0.07155 + 0.24403 + 0.4598 + 0.63320)) < 2e-5, "\(dense)")
        // S 0.75: 0.4598·0.25^0.1666 = 0.36498; 0.63320·0.25^-0.1603 = 0.79077.
        let sparse = loss.reducible(parameters: 1e9, tokens: 1e11, sparsity: 0.75)
        #expect(abs(sparse - (0.07155 + 0.24403 + 0.36498 + 0.79077)) < 2e-5, "\(sparse)")
        let tokens = try #require(loss.tokens(reducible: sparse, parameters: 1e9, sparsity: 0.75))
        #expect(abs(tokens / 1e11 - 1) < 1e-9)
        #expect(loss.tokens(reducible: 0.3, parameters: 1e9, sparsity: 0.75) == nil)
    }

    @Test(
        "Effective compute of the curve is its own compute; a longer run and a larger member are worth more")
    func effective() throws {
        for name in ["llama-3-405b", "deepseek-v3"] {
            let family = try TransformerFamily(try model(name))
            for flop in [1e20, 1e24, 1e28] {
                let back = family.effectiveFlop(reducible: family.reducible(flop: flop))
                #expect(abs(back / flop - 1) < 1e-9, "\(name) \(flop)")
            }
            let own = MemberValue(family.own, in: family)
            // At 20 tokens a parameter the named model is its curve, but for attention, which it spends.
            let flop = 20 * own.activeParameters * own.flopPerToken
            let effective = family.effectiveFlop(of: family.named, flop: flop)
            #expect(
                abs(effective / (6 * own.activeParameters * 20 * own.activeParameters) - 1) < 1e-9, "\(name)")
            #expect(effective < flop && effective > 0.7 * flop, "\(name): \(effective / flop)")
            #expect(family.effectiveFlop(of: family.named, flop: 2 * flop) > effective)
            let needed = try #require(own.flop(reducible: own.reducible(flop: flop)))
            #expect(abs(needed / flop - 1) < 1e-9)
        }
    }

    @Test(
        "No shape is sparser than the loss was held against or its named model is, unless its experts are given",
        arguments: ["mixtral-8x7b", "deepseek-v3", "kimi-k2", "llama-4-maverick", "qwen3-30b-a3b"])
    func sparsity(_ name: String) throws {
        func sparsities(_ family: TransformerFamily) throws -> [Double] {
            try [1e22, 1e25, 1e28].flatMap { flop in
                try family.shapes(flop: flop).map { shape in
                    let experts = try #require(shape.experts)
                    return 1 - Double(experts.active) / Double(experts.count)
                }
            }
        }
        let named = try #require(try model(name).experts)
        let own = 1 - Double(named.topK) / Double(named.experts)
        var family = try TransformerFamily(try model(name))
        let found = Set(try sparsities(family))
        #expect(found.contains(own) && found.count >= 3)
        #expect(found.allSatisfy { $0 <= max(SparseLoss.mostChecked, own) + 1e-12 })
        family.grid.activeExperts = [1, named.topK]
        #expect(try sparsities(family).allSatisfy { $0 <= max(SparseLoss.mostChecked, own) + 1e-12 })
        family.grid.activeExperts = nil
        family.grid.experts = [named.experts, 8 * named.experts]
        #expect(try sparsities(family).max() == 1 - Double(named.topK) / Double(8 * named.experts))
    }

    @Test(
        "A loss that knows no experts is refused where there are some, and so are axes that a dense model lacks"
    )
    func refused() throws {
        #expect(throws: TransformerFamilyError.self) {
            try TransformerFamily(try model("mixtral-8x7b"), loss: .dense(.besiroglu))
        }
        #expect(throws: TransformerFamilyError.self) {
            try TransformerFamily(try model("llama-3-8b"), grid: FamilyGrid(experts: [8]))
        }
        #expect(throws: TransformerFamilyError.self) {
            try TransformerFamily(try model("llama-3-8b"), tokensPerParameter: 0)
        }
        #expect(try TransformerFamily(try model("llama-3-8b"), loss: .sparse(.abnar)).loss.name == "abnar")
    }
}
