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
}
