import TestSupport
import Testing

@testable import Charts

/// Charts of random words and numbers keep their texts apart and on the canvas.
@Suite struct RandomChartTests {
    @Test(arguments: 0..<60) func textsOfRandomChartsStayApart(_ seed: Int) throws {
        var source = Source(randomness: SplitMix64(seed: UInt64(seed)))
        let canvas = Canvas(identifier: "r", width: Double(source.integer(280...1500)))
        for chart in source.charts() {
            let page = try #require(chart as? any Paged).page(on: canvas)
            let texts = page.drawing.texts
            let outlines = texts.map(\.outline)
            let sheet = Rectangle(x: 0, y: 0, width: canvas.width, height: page.y)
            for (index, text) in texts.enumerated() {
                #expect(
                    sheet.contains(outlines[index], slack: 0.5),
                    "\(type(of: chart)) \(text.content) leaves the canvas")
                let inner = outlines[index].grown(by: -0.5)
                for other in 0..<index where inner.overlaps(outlines[other].grown(by: -0.5)) {
                    Issue.record("\(type(of: chart)): \(text.content) overlaps \(texts[other].content)")
                }
            }
        }
    }

    private struct Source {
        var randomness: SplitMix64

        mutating func integer(_ range: ClosedRange<Int>) -> Int {
            Int.random(in: range, using: &randomness)
        }

        mutating func number(_ low: Double, _ high: Double) -> Double {
            Double.random(in: low...high, using: &randomness)
        }

        mutating func words(_ most: Int) -> String {
            let stock = [
                "tensor", "of", "communication", "10²⁷", "MFU", "wall", "parallelism", "a", "1.6 TB/s",
            ]
            return (0..<integer(1...most)).map { _ in stock[integer(0...(stock.count - 1))] }
                .joined(separator: " ")
        }

        mutating func axis(_ kind: Scale.Kind) -> Axis {
            let formats: [NumberFormat] = [.plain, .power, .compact, .prefixed(unit: "B"), .duration]
            return Axis(words(5), unit: "s", scale: kind, format: formats[integer(0...4)])
        }

        mutating func value(_ kind: Scale.Kind) -> Double {
            kind == .linear ? number(-50, 100) : Elementary.power(10, number(-3, 9))
        }

        mutating func charts() -> [any Chart] {
            let kinds: [Scale.Kind] = [.linear, .log10, .log2]
            let across = kinds[integer(0...2)]
            let upwards = kinds[integer(0...2)]
            let heading = Heading(words(14), subtitle: words(20), caption: words(30))
            let series = (0..<integer(1...7)).map { _ in
                let places = (0..<integer(1...20)).map { _ in value(across) }.sorted()
                return Series(words(3), points: places.map { DataPoint(x: $0, y: value(upwards)) })
            }
            let markers = (0..<integer(0...6)).map { _ in Marker(words(3), x: value(across)) }
            let points = (0..<integer(1...60)).map { _ in
                LabelledPoint(x: value(across), y: value(upwards), label: words(2), group: words(1))
            }
            return [
                LineChart(
                    heading, horizontal: axis(across), vertical: axis(upwards), series: series,
                    markers: markers),
                WaterfallChart(
                    heading, parts: (0..<integer(1...9)).map { _ in .init(words(6), value: number(-1, 5)) },
                    format: .duration, limit: .init(words(4), value: number(0, 20))),
                ParetoChart(heading, horizontal: axis(across), vertical: axis(upwards), points: points),
                TornadoChart(
                    heading, axis: axis(.linear), baseline: number(0, 50),
                    effects: (0..<integer(1...9)).map { _ in
                        .init(words(5), low: number(-20, 80), high: number(-20, 80))
                    }),
            ]
        }
    }
}
