import TestSupport
import Testing

@testable import Charts

@Suite struct ScaleTests {
    static let kinds: [Scale.Kind] = [.linear, .log10, .log2]

    @Test(arguments: kinds) func ticksLieInsideAscendAndAreNotTooMany(_ kind: Scale.Kind) {
        var randomness = SplitMix64(seed: 1)
        for _ in 0..<3000 {
            let scale = Self.randomScale(kind, &randomness)
            let limit = Int.random(in: 2...14, using: &randomness)
            let ticks = scale.ticks(atMost: limit)
            #expect(ticks.count <= limit)
            #expect(ticks.allSatisfy(scale.contains))
            #expect(zip(ticks, ticks.dropFirst()).allSatisfy(<))
            #expect(!ticks.isEmpty || kind != .linear)
        }
    }

    @Test(arguments: kinds) func labelsOfHorizontalTicksDoNotTouch(_ kind: Scale.Kind) {
        var randomness = SplitMix64(seed: 2)
        let formats: [NumberFormat] = [.plain, .power, .compact, .percent, .prefixed(unit: "B"), .duration]
        for _ in 0..<1500 {
            let scale = Self.randomScale(kind, &randomness)
            let width = Double.random(in: 60...1400, using: &randomness)
            let format = formats[Int.random(in: 0..<formats.count, using: &randomness)]
            let ticks = TickLayout.horizontal(
                scale, format: format, size: 12, span: 50...(50 + width), room: 4...(width + 70))
            let outlines = ticks.map { tick in
                PlacedText(
                    content: tick.label, place: Position(x: 50 + tick.fraction * width, y: 0), size: 12,
                    anchor: .middle
                ).outline
            }
            #expect(zip(outlines, outlines.dropFirst()).allSatisfy { $0.maxX < $1.x })
        }
    }

    @Test("An axis that ends at its last power keeps its labels on a narrow canvas")
    func narrow() {
        let scale = Scale(.log10, over: 1e23...1e26)
        let ticks = TickLayout.horizontal(
            scale, format: .power, size: 11, span: 55...320, room: 4...326)
        #expect(ticks.map(\.value) == [1e23, 1e24, 1e25, 1e26])
        // With room beyond the end nothing moves, and the labels are the same.
        let wide = TickLayout.horizontal(scale, format: .power, size: 11, span: 55...320, room: 4...360)
        #expect(wide.map(\.value) == ticks.map(\.value))
    }

    @Test(arguments: kinds) func valueUndoesFraction(_ kind: Scale.Kind) throws {
        var randomness = SplitMix64(seed: 3)
        for _ in 0..<300 {
            let scale = Self.randomScale(kind, &randomness)
            let fraction = Double.random(in: 0...1, using: &randomness)
            let back = try #require(scale.fraction(of: scale.value(at: fraction)))
            #expect(abs(back - fraction) < 1e-6)
        }
    }

    @Test func fewDecadesShowTwoAndFive() {
        #expect(Scale(.log10, over: 1...100).ticks(atMost: 8) == [1, 2, 5, 10, 20, 50, 100])
        #expect(Scale(.log10, over: 1e24...1e32).ticks(atMost: 5) == [1e24, 1e26, 1e28, 1e30, 1e32])
        #expect(Scale(.log2, over: 1...1024).ticks(atMost: 6) == [1, 4, 16, 64, 256, 1024])
        #expect(Scale(.linear, over: 0...1).ticks(atMost: 6) == [0, 0.2, 0.4, 0.6, 0.8, 1])
    }

    @Test func rangesThatCannotBeDrawnAreMended() {
        #expect(Scale(.linear, over: 3...3).domain.contains(3))
        #expect(Scale(.log10, over: -5...100).domain == 0.1...100)
        #expect(Scale(.log2, over: -5 ... -1).domain.lowerBound > 0)
        #expect(Scale(.linear, over: -.infinity ... .infinity).domain == 0...1)
        #expect(Scale(.log10, over: 1...10).fraction(of: 0) == nil)
    }

    static func randomScale(_ kind: Scale.Kind, _ randomness: inout SplitMix64) -> Scale {
        let exponent = Int.random(in: -12...30, using: &randomness)
        let start = Double.random(in: kind == .linear ? -10...10 : 0.1...10, using: &randomness)
        let unit = Elementary.powerOfTen(exponent)
        if kind == .linear {
            let span = Double.random(in: 0.001...30, using: &randomness)
            return Scale(kind, over: (start * unit)...((start + span) * unit))
        }
        let ratio = Elementary.power(10, Double.random(in: 0.02...14, using: &randomness))
        return Scale(kind, over: (start * unit)...(start * unit * ratio))
    }
}
