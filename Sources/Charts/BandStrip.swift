/// Coloured bands along the horizontal axis: a strip above the plot and a light tint behind it.
struct BandStrip: Sendable {
    let bands: [Band]
    let typography: Typography

    /// Room the strip needs above the plot, in pixels.
    var height: Double { bands.isEmpty ? 0 : 8 }

    /// One entry for each name.
    var legendEntries: [LegendEntry] {
        var seen: Set<String> = []
        return bands.filter { seen.insert($0.name).inserted }
            .map { LegendEntry(sign: .area(.hue($0.hue)), label: $0.name) }
    }

    /// Draws the bands, cut off at the ends of the axis.
    func draw(on page: inout Page, _ plot: Plot) {
        for band in bands {
            guard let start = plot.x(band.range.lowerBound), let end = plot.x(band.range.upperBound) else {
                continue
            }
            let left = max(start, plot.area.x)
            let right = min(end, plot.area.maxX)
            guard right > left else { continue }
            page.drawing.rectangle(
                Rectangle(x: left, y: plot.area.y, width: right - left, height: plot.area.height),
                fill: .hue(band.hue), opacity: 0.08)
            page.drawing.rectangle(
                Rectangle(x: left + 0.5, y: plot.area.y - 7, width: right - left - 1, height: 6),
                fill: .hue(band.hue), radius: 1.5, tooltip: band.name)
        }
    }
}
