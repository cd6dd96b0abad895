import TestSupport
import Testing
import Training

@Suite struct LayerPatternTests {
    static func forms(_ text: String, layers: Int) throws -> [LayerForm] {
        let pattern = try #require(LayerPattern(text: text))
        return (0..<layers).map { pattern.form(atLayer: $0) }
    }

    @Test("A pattern is read, repeated over the layers, and kept as its shortest period")
    func text() throws {
        let pattern = try #require(LayerPattern(text: "M- M- *E M- M- *E"))
        #expect(pattern.text == "M- M- *E")
        #expect(pattern.form(atLayer: 5) == LayerForm(mixer: .attention, part: .experts))
        #expect(LayerPattern(text: "M E * - W-")?.text == "M E * - W-")
        // What ends as it begins is a period of its own, and is one that is cut as the layers of a model.
        let open = "M- ME M- ME *- ME M- ME"
        #expect(LayerPattern(text: open)?.text == open)
        #expect(LayerPattern(try Self.forms(open, layers: 8)).text == "M- ME M- ME *- ME")
        #expect(LayerPattern(try Self.forms(open, layers: 32)).text == open)
        for bad in ["", " ", "-M", "MM", "x", "*-E"] { #expect(LayerPattern(text: bad) == nil, "\(bad)") }
        #expect(
            LayerPattern([LayerForm](repeating: LayerForm(mixer: .attention, part: .dense), count: 9)).text
                == "*-")
    }

    @Test("The shortest period is that of trying every length")
    func period() {
        var random = SplitMix64(seed: 5)
        let kinds = ["*-", "M", "E"].compactMap { LayerForm(letters: $0) }
        for _ in 0..<500 {
            let count = Int.random(in: 1...12, using: &random)
            let forms = (0..<count).compactMap { _ in kinds.prefix(2).randomElement(using: &random) }
            let shortest = (1...count).first { length in
                (length..<max(length, count)).allSatisfy { forms[$0] == forms[$0 - length] }
            }
            #expect(LayerPattern(forms).period.count == shortest)
        }
    }

    @Test("Layers that a rule says are said by it: the same chain, parameters and FLOP to the last bit")
    func rules() throws {
        var random = SplitMix64(seed: 6)
        for _ in 0..<200 {
            var model = Bool.random(using: &random) ? TransformerExamples.llama : TransformerExamples.deepSeek
            model.layers = Int.random(in: 4...40, using: &random)
            if Bool.random(using: &random) {
                model.attention.window = SlidingWindow(
                    tokens: 512, fullEvery: [0, 2, 3, 6].randomElement(using: &random) ?? 0)
            }
            model.experts?.denseLayers = DenseLayers(
                first: Int.random(in: 0...2, using: &random),
                expertsEvery: Int.random(in: 1...2, using: &random))
            let forms = (0..<model.layers).map { layer -> LayerForm in
                let element = model.element(atLayer: layer)
                return LayerForm(
                    mixer: element.window == nil ? .attention : .windowed,
                    part: element.kind == .expert ? .experts : .dense)
            }
            var ruled = model
            ruled.setLayers(forms)
            #expect(ruled.pattern == nil)
            #expect(ruled.chain == model.chain)
            var listed = model
            listed.attention.window?.fullEvery = 0
            listed.experts?.denseLayers = DenseLayers()
            listed.pattern = LayerPattern(forms)
            if !forms.contains(where: { $0.mixer == .windowed }) { listed.attention.window = nil }
            #expect(listed.chain == model.chain)
            #expect(listed.parameters == model.parameters)
            for counting in AttentionCounting.allCases {
                #expect(listed.forwardFlop(counting: counting) == model.forwardFlop(counting: counting))
            }
        }
    }

    @Test("A pattern goes with what its layers need, and with no rule that it replaces")
    func validation() throws {
        func refused(_ text: String, _ change: (inout Transformer) -> Void) throws -> Bool {
            var model = TransformerExamples.llama
            model.pattern = LayerPattern(text: text)
            change(&model)
            do { try model.validate() } catch { return error.field == "layer_pattern" }
            return false
        }
        #expect(try !refused("*-") { _ in })
        #expect(try refused("W-") { _ in })
        #expect(try !refused("W- *-") { $0.attention.window = SlidingWindow(tokens: 8) })
        #expect(try refused("W- *-") { $0.attention.window = SlidingWindow(tokens: 8, fullEvery: 2) })
        #expect(try refused("M-") { _ in })
        #expect(try refused("*E") { _ in })
        #expect(try refused("* -") { $0.multiTokenDepth = 1 })
        var alone = TransformerExamples.llama
        alone.recurrence = RecurrenceTests.deltaNet
        #expect(throws: TransformerError.self) { try alone.validate() }
    }

    @Test("Windows that cut the sequence let half of them through")
    func chunks() {
        var model = TransformerExamples.llama
        model.attention.window = SlidingWindow(tokens: 2048, form: .chunked)
        #expect(model.keysPerQuery(window: 2048, counting: .causal) == 1024)
        #expect(model.keysPerQuery(window: nil, counting: .causal) == 4096)
        // 8,192 tokens in windows of 3,000: two whole ones and 2,192; (2 · 3000² + 2192²) / (2 · 8192).
        let squares: Double = 18_000_000 + 2192 * 2192
        #expect(model.keysPerQuery(window: 3000, counting: .causal) == squares / 16_384)
        #expect(model.keysPerQuery(window: 10_000, counting: .causal) == 4096)
        #expect(model.keysPerQuery(window: 2048, counting: .full) == 8192)
    }
}
