import Testing

@testable import Charts

@Suite struct TextPlotTests {
    static let plot = TextPlot(
        "Utilization over compute", horizontal: Gallery.compute,
        vertical: Axis("Utilization", unit: "% of peak", format: .percent),
        series: Array(Gallery.utilization.series.prefix(2)))

    @Test(arguments: [TextPlot.Glyphs.unicode, .ascii]) func plotsMatchTheirGoldenFiles(
        _ glyphs: TextPlot.Glyphs
    ) throws {
        try GoldenFiles.check(Self.plot.text(glyphs) + "\n", "text-plot-\(glyphs).txt")
    }

    @Test(arguments: [30, 40, 72, 120]) func linesKeepTheirWidthAndASCIIStaysASCII(_ width: Int) {
        var plot = Self.plot
        plot.width = width
        let text = plot.text(.ascii)
        let strangers = text.filter { !$0.isASCII }
        #expect(strangers.isEmpty)
        let lines: [Substring] = text.split(separator: Character("\n"))
        #expect(lines.dropFirst(3).allSatisfy { $0.count <= width })
    }

    @Test func hostileValuesAreLeftOut() {
        let axis = Axis("x", unit: "s", scale: .log10)
        let bad = [Double.nan, .infinity, -1, 0, 1e300, 1e-300].map { DataPoint(x: $0, y: $0) }
        let plot = TextPlot("", horizontal: axis, vertical: axis, series: [Series("s", points: bad)])
        #expect(!plot.text().isEmpty)
        #expect(!TextPlot("", horizontal: axis, vertical: axis, series: []).text(.ascii).isEmpty)
    }

    @Test func sparklinesHaveOneCharacterAValue() {
        #expect(Sparkline([0, 1, 2, 3, 4, 5, 6, 7]).text() == "▁▂▃▄▅▆▇█")
        #expect(Sparkline([0, .nan, 7]).text() == "▁ █")
        #expect(Sparkline([0, 7]).text(.ascii) == "_#")
        #expect(Sparkline([3, 3]).text() == "▅▅")
        #expect(Sparkline([]).text() == "")
        #expect(Sparkline([-1, 2], range: 0...1).text() == "▁█")
    }
}
