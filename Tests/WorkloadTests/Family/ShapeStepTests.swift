import Files
import Testing
import Training

/// Neighbours of shapes on the grid of a family.
@Suite struct ShapeStepTests {
    private func family(_ name: String) throws -> TransformerFamily {
        try TransformerFamily(try ModelCatalogue.entry(name).model)
    }

    private func shape(
        _ family: TransformerFamily, _ shape: TransformerShape, _ axis: ShapeStep.Axis,
        _ direction: ShapeStep.Direction
    ) -> TransformerShape? {
        family.steps(from: shape).first { $0.axis == axis && $0.direction == direction }?.shape
    }

    @Test("Beside Llama 3 405B, which is not on the grid, lie the grid's next values")
    func named() throws {
        let family = try family("llama-3-405b")
        let own = family.own
        #expect(family.steps(from: own).count == 6 && family.ends(of: family.steps(from: own)).isEmpty)
        let wider = try #require(shape(family, own, .width, .more))
        #expect(wider.width == 20480 && wider.heads == 160 && wider.keyValueHeads == 8)
        #expect(wider.feedForward == 66560 && wider.layers == 126)
        #expect(shape(family, own, .width, .less)?.width == 14336)
        // k·2^i with k 1 or 3 around 126.
        #expect(shape(family, own, .layers, .less)?.layers == 96)
        #expect(shape(family, own, .layers, .more)?.layers == 128)
        // 2/3 and 3/2 of 53248, to a multiple of 128.
        #expect(shape(family, own, .ratio, .less)?.feedForward == 35456)
        #expect(shape(family, own, .ratio, .more)?.feedForward == 79872)
        #expect(shape(family, own, .experts, .more) == nil)
    }

    @Test("A step and the step back meet, and steps of shapes of the grid are shapes of the grid")
    func there() throws {
        for name in ["llama-3-405b", "deepseek-v3"] {
            let family = try family(name)
            let shapes = Set(family.shapes(flop: 1e25))
            var inside = 0
            for start in shapes where start != family.own {
                for step in family.steps(from: start) where shapes.contains(step.shape) {
                    inside += 1
                    guard step.shape != family.own else { continue }
                    let back: ShapeStep.Direction = step.direction == .less ? .more : .less
                    #expect(shape(family, step.shape, step.axis, back) == start, "\(start) \(step)")
                }
            }
            #expect(inside > 2 * shapes.count, "\(name)")
        }
    }

    @Test("Where an axis ends there is no step, and the end is told")
    func ends() throws {
        var family = try family("deepseek-v3")
        let edge = try #require(
            family.shapes(flop: 1e25).first { $0.experts?.count == 256 && $0.width == 7168 })
        #expect(shape(family, edge, .experts, .less)?.experts?.count == 128)
        let ends = family.ends(of: family.steps(from: edge))
        #expect(ends.contains { $0.axis == .experts && $0.direction == .more })
        #expect(ends.contains { $0.words == "more experts" })
        family.grid.only = edge
        #expect(family.shapes(flop: 1e25) == [edge])
    }
}
