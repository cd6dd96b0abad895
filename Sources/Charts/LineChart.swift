/// Lines over a linear or logarithmic axis, with optional markers and coloured bands.
public struct LineChart: Chart {
    /// Where the names of the series stand.
    public enum Labelling: Sendable, Hashable {
        /// Above the plot.
        case legend
        /// At the right end of each line; above the plot where that would take too much width.
        case direct
    }

    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// The horizontal axis.
    public var horizontal: Axis
    /// The vertical axis; a linear one starts at zero unless fixed.
    public var vertical: Axis
    /// The lines, later ones on top.
    public var series: [Series]
    /// Vertical lines with labels.
    public var markers: [Marker]
    /// Coloured stretches of the horizontal axis.
    public var bands: [Band]
    /// Shaded areas behind the lines.
    public var ribbons: [Ribbon]
    /// Where the names of the series stand.
    public var labelling: Labelling

    /// A line chart.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - horizontal: the horizontal axis.
    ///   - vertical: the vertical axis.
    ///   - series: the lines.
    ///   - markers: vertical lines with labels.
    ///   - bands: coloured stretches of the horizontal axis.
    ///   - ribbons: shaded areas behind the lines.
    ///   - labelling: where the names of the series stand.
    public init(
        _ heading: Heading,
        horizontal: Axis,
        vertical: Axis,
        series: [Series],
        markers: [Marker] = [],
        bands: [Band] = [],
        ribbons: [Ribbon] = [],
        labelling: Labelling = .direct
    ) {
        self.heading = heading
        self.horizontal = horizontal
        self.vertical = vertical
        self.series = series
        self.markers = markers
        self.bands = bands
        self.ribbons = ribbons
        self.labelling = labelling
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        let points = series.flatMap(\.points) + ribbons.flatMap(\.points)
        let xScale = horizontal.resolved(for: points.map(\.x), padding: .none)
        let yScale = vertical.resolved(for: points.map(\.y), padding: .fromZero)
        let labels = EndLabels(ends: ends(xScale, yScale), typography: page.typography)
        let isDirect = labelling == .direct && series.count > 1 && labels.width < page.width * 0.24
        // A line alone needs no name, unless an area stands beside it.
        var entries = isDirect || series.count < 2 && ribbons.isEmpty ? [] : legendEntries
        entries += ribbons.map { LegendEntry(sign: .tint(.hue($0.hue)), label: $0.name) }
        let strip = BandStrip(bands: bands, typography: page.typography)
        entries += strip.legendEntries
        page.legend(entries)
        var surroundings = Page.Surroundings(right: isDirect && labels.width > 0 ? labels.width + 10 : 0)
        var trial = page
        let rehearsal = trial.plot(horizontal, xScale, vertical, yScale, surroundings: surroundings)
        let markerLanes = MarkerLanes(markers: markers, on: rehearsal, page: page)
        surroundings.above = markerLanes.height + strip.height
        let plot = page.plot(horizontal, xScale, vertical, yScale, surroundings: surroundings)
        strip.draw(on: &page, plot)
        page.axes(plot, grid: .rows)
        markerLanes.draw(on: &page, plot, above: strip.height)
        page.drawing.clipped(to: plot.area.grown(by: 2)) { drawing in
            for ribbon in ribbons { ribbon.draw(on: &drawing, plot) }
            for (index, line) in series.enumerated() {
                for run in plot.runs(line.points) {
                    drawing.polyline(
                        run, stroke: .hue(hue(index)), width: page.typography.stroke, dash: dash(index),
                        tooltip: line.name)
                    if run.count == 1 {
                        drawing.circle(run[0], radius: page.typography.stroke * 1.4, paint: .hue(hue(index)))
                    }
                }
            }
            // Above all lines, so that none hides another's values.
            for line in series where line.points.count <= Self.mostHotspots {
                for point in line.points {
                    guard let place = plot.position(point) else { continue }
                    drawing.hotspot(place, radius: page.typography.small * 0.5, tooltip: words(point, line))
                }
            }
        }
        if isDirect { labels.draw(on: &page, plot) }
        let names = (series.map(\.name) + markers.map(\.label)).joined(separator: ", ")
        page.summary = "Lines of \(vertical.label) over \(horizontal.label): \(names)."
        page.finish()
        return page
    }

    /// Points of a line beyond which their values cannot be told apart by pointing at them.
    private static let mostHotspots = 300

    private func words(_ point: DataPoint, _ line: Series) -> String {
        "\(line.name): \(vertical.format.text(point.y)) at \(horizontal.format.text(point.x))"
    }

    private var legendEntries: [LegendEntry] {
        series.indices.map {
            LegendEntry(sign: .line(.hue(hue($0)), dash($0)), label: series[$0].name)
        }
    }

    private func ends(_ xScale: Scale, _ yScale: Scale) -> [EndLabels.End] {
        series.indices.map { index in
            let fractions = series[index].points.reversed().lazy.compactMap { point -> Position? in
                guard xScale.contains(point.x), let x = xScale.fraction(of: point.x) else { return nil }
                return yScale.fraction(of: point.y).map { Position(x: x, y: $0) }
            }
            return EndLabels.End(name: series[index].name, hue: hue(index), fraction: fractions.first)
        }
    }

    private func hue(_ index: Int) -> Hue { series[index].hue ?? Hue.cycled(index) }

    private func dash(_ index: Int) -> Dash {
        let line = series[index]
        return line.hue == nil && line.dash == .solid ? Dash.cycled(index) : line.dash
    }
}
