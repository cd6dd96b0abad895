import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Charts

/// What tests need to see of a chart beyond its text.
protocol Paged {
    func page(on canvas: Canvas) -> Page
}

extension LineChart: Paged {}
extension ShareChart: Paged {}
extension HeatMap: Paged {}
extension WaterfallChart: Paged {}
extension PipelineChart: Paged {}
extension ParetoChart: Paged {}
extension TornadoChart: Paged {}

@Suite struct ChartLawTests {
    static let widths = [280.0, 400, 599, 600, 800, 1000, 1400]

    @Test(arguments: Gallery.all, widths) func textsDoNotOverlapAndStayInside(
        _ item: Gallery.Item, _ width: Double
    ) throws {
        let page = try #require(item.chart as? any Paged).page(on: Canvas(identifier: "a", width: width))
        let texts = page.drawing.texts
        let sheet = Rectangle(x: 0, y: 0, width: width, height: page.y)
        let outlines = texts.map(\.outline)
        for (index, text) in texts.enumerated() {
            #expect(sheet.contains(outlines[index]), "\(text.content) leaves the canvas")
            let inner = outlines[index].grown(by: -0.5)
            for other in 0..<index where inner.overlaps(outlines[other].grown(by: -0.5)) {
                Issue.record("\(text.content) overlaps \(texts[other].content)")
            }
        }
    }

    @Test(arguments: Gallery.all, widths) func drawingsAreWellFormedFiniteAndDeterministic(
        _ item: Gallery.Item, _ width: Double
    ) {
        let canvas = Canvas(identifier: "figure-1", width: width)
        let svg = item.chart.svg(on: canvas)
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.range(of: "=\"[^\"]*(nan|inf)[^\"]*\"", options: .regularExpression) == nil)
        #expect(svg == item.chart.svg(on: canvas))
    }

    @Test(arguments: Gallery.small) func namesCarryThePrefixAndEveryClassHasARule(_ item: Gallery.Item) {
        let svg = item.chart.svg(on: Canvas(identifier: "figure-1"))
        for name in Self.attributes("id", in: svg) {
            #expect(name == "figure-1" || name.hasPrefix("figure-1-"))
        }
        for name in Set(Self.attributes("class", in: svg).flatMap { $0.split(separator: " ") }) {
            #expect(name.hasPrefix("figure-1-"))
            #expect(svg.contains(".\(name){"), "no rule for \(name)")
        }
        let ids = Self.attributes("id", in: svg)
        #expect(Set(ids).count == ids.count)
    }

    @Test func hostileInputsAreDrawnWithoutNonsense() {
        let bad: [Double] = [.nan, .infinity, -.infinity, 0, -1, 1e300, 1e-300, 5]
        let points = bad.flatMap { x in bad.map { LabelledPoint(x: x, y: $0, label: "<&\"'>\u{1}") } }
        let axes = [Scale.Kind.linear, .log10, .log2].map { Axis("<x>", unit: "&", scale: $0) }
        let heading = Heading("A < B & \"C\"", caption: String(repeating: "long ", count: 200))
        var charts: [any Chart] = [
            WaterfallChart(heading, parts: bad.map { .init("<", value: $0) }, format: .plain),
            WaterfallChart(heading, parts: [], format: .plain),
        ]
        for axis in axes {
            let line = Series("<s>", points: points.map(\.point))
            charts += [
                LineChart(
                    heading, horizontal: axis, vertical: axis, series: [line, line],
                    markers: bad.map { Marker("m", x: $0, range: -1...Double.infinity) },
                    bands: [Band("b", range: -1...1e200, hue: .sky)],
                    ribbons: [
                        Ribbon(
                            "r", edges: points.map { .init(x: $0.point.x, low: $0.point.y, high: 1) },
                            hue: .sky)
                    ]),
                LineChart(heading, horizontal: axis, vertical: axis, series: []),
                ShareChart(
                    heading, horizontal: axis, vertical: axis, places: bad,
                    layers: [.init("l", values: bad), .init("short", values: [])], style: .bars),
                HeatMap(
                    heading, horizontal: axis, vertical: axis, columns: bad, rows: bad.reversed(),
                    cells: .values([bad, []], axis: axis, ramp: .viridis), overlays: [line]),
                HeatMap(
                    heading, horizontal: axis, vertical: axis, columns: [1], rows: [1],
                    cells: .categories([[7]], [])),
                PipelineChart(
                    heading, time: axis, stages: ["s"],
                    blocks: bad.map { .init(stage: 0, start: $0, length: $0, work: .forward, label: "1") }),
                ParetoChart(heading, horizontal: axis, vertical: axis, points: points),
                ParetoChart(heading, horizontal: axis, vertical: axis, points: []),
                TornadoChart(
                    heading, axis: axis, baseline: 1, effects: bad.map { .init("e", low: $0, high: 2) }),
            ]
        }
        for chart in charts {
            for width in [-1, 400, .nan, 1e9] {
                let svg = chart.svg(on: Canvas(identifier: "1 <bad> id", width: width))
                #expect(XMLParser(data: Data(svg.utf8)).parse())
                #expect(svg.range(of: "=\"[^\"]*(nan|inf)[^\"]*\"", options: .regularExpression) == nil)
            }
        }
    }

    private static func attributes(_ name: String, in svg: String) -> [String] {
        svg.components(separatedBy: " \(name)=\"").dropFirst().compactMap {
            $0.split(separator: "\"", omittingEmptySubsequences: false).first.map(String.init)
        }
    }
}
