import Foundation
import TestSupport
import Testing

@testable import Charts

/// Lines of markers keep clear of words.
@Suite struct MarkerLaneTests {
    private static func chart(_ markers: [Marker]) -> LineChart {
        LineChart(
            Heading("Utilization"),
            horizontal: Axis(
                "Training compute", unit: "FLOP", scale: .log10, format: .power, extent: .fixed(1e24...1e32)),
            vertical: Axis("Utilization", unit: "% of peak", format: .percent),
            series: [Series("utilization", points: [DataPoint(x: 1e24, y: 0.8), DataPoint(x: 3e31, y: 0)])],
            markers: markers)
    }

    /// Upright dashed lines of a drawing: their place and their ends.
    private static func lines(_ svg: String) -> [(x: Double, range: ClosedRange<Double>)] {
        svg.matches(of: /<line x1="([0-9.]+)" y1="([0-9.]+)" x2="([0-9.]+)" y2="([0-9.]+)"[^>]*dasharray/)
            .compactMap { match in
                guard match.1 == match.3, let x = Double(match.1), let top = Double(match.2),
                    let bottom = Double(match.4)
                else { return nil }
                return (x, min(top, bottom)...max(top, bottom))
            }
    }

    private static func crossed(_ chart: LineChart, width: Double) -> [String] {
        let page = chart.page(on: Canvas(identifier: "m", width: width))
        let lines = lines(page.svg)
        return page.drawing.texts.filter { text in
            let outline = text.outline
            return lines.contains { line in
                (outline.x...outline.maxX).contains(line.x)
                    && line.range.overlaps(outline.y...outline.maxY)
            }
        }.map(\.content)
    }

    @Test(
        "Landmarks of a frontier that lie close together: no line through a name",
        arguments: [400.0, 900, 1400])
    func landmarks(width: Double) {
        let markers = [
            Marker("end of linear scaling", x: 3.23e29), Marker("linear again up to here", x: 1.67e30),
            Marker("largest run", x: 1.77e31), Marker("latency wall", x: 6.36e31),
        ]
        for shown in [markers, [markers[0], markers[2], markers[3]], Array(markers[2...])] {
            let chart = Self.chart(shown)
            #expect(Self.lines(chart.svg(on: Canvas(identifier: "m", width: width))).count >= shown.count)
            #expect(Self.crossed(chart, width: width).isEmpty)
        }
    }

    @Test("Any markers on any width: no line through a name", arguments: 0..<200)
    func random(seed: Int) {
        var randomness = SplitMix64(seed: UInt64(seed))
        let markers = (0..<Int.random(in: 1...6, using: &randomness)).map { index in
            Marker(
                String(repeating: "word ", count: Int.random(in: 1...6, using: &randomness)) + "\(index)",
                x: pow(10, Double.random(in: 24...32, using: &randomness)))
        }
        let width = Double(Int.random(in: 280...1400, using: &randomness))
        #expect(Self.crossed(Self.chart(markers), width: width).isEmpty)
    }

    @Test("A line is broken where a name stands on it, and nowhere else")
    func broken() {
        let name = Rectangle(x: 10, y: 20, width: 50, height: 10)
        #expect(MarkerLanes.parts(x: 30, from: 0, to: 100, between: [name]) == [0...18, 32...100])
        #expect(MarkerLanes.parts(x: 30, from: 25, to: 100, between: [name]) == [32...100])
        #expect(MarkerLanes.parts(x: 80, from: 0, to: 100, between: [name]) == [0...100])
    }
}
