/// Predicted against measured values on equal axes, with the diagonal and a band of tolerance.
public struct ParityChart: Chart {
    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// The axis of measured values; its scale, format and unit hold for both.
    public var measured: Axis
    /// The axis of predicted values.
    public var predicted: Axis
    /// The points: x measured, y predicted.
    public var points: [LabelledPoint]
    /// Half-width of the band as a ratio: 0.1 is 10 % either way.
    public var tolerance: Double

    /// A chart of predictions against measurements.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - measured: the axis of measured values; its scale and extent hold for both.
    ///   - predicted: the axis of predicted values.
    ///   - points: x measured, y predicted.
    ///   - tolerance: half-width of the band as a ratio, 0 or more.
    public init(
        _ heading: Heading,
        measured: Axis,
        predicted: Axis,
        points: [LabelledPoint],
        tolerance: Double = 0.1
    ) {
        self.heading = heading
        self.measured = measured
        self.predicted = predicted
        self.points = points
        self.tolerance = tolerance.isFinite ? max(0, min(0.99, tolerance)) : 0.1
    }

    /// How many points lie inside the band, and how many there are with both values known.
    public var score: (inside: Int, known: Int) {
        let known = points.filter { $0.x.isFinite && $0.y.isFinite && $0.x != 0 }
        let inside = known.filter { abs($0.y / $0.x - 1) <= tolerance * (1 + 1e-12) }
        return (inside.count, known.count)
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        let groups = PointGroups(points)
        let percent = NumberFormat.percent.text(tolerance)
        let score = score
        let words = "within ±\(percent): \(score.inside) of \(score.known)"
        page.legend(
            groups.entries(style: .filled) + [
                LegendEntry(sign: .line(.muted, .dashed), label: "predicted = measured"),
                LegendEntry(sign: .area(.grid), label: words),
            ])
        let scale = measured.resolved(for: points.flatMap { [$0.x, $0.y] }, padding: .loose)
        let side = min(page.width - page.typography.small * 3, page.typography.small * 46)
        let inset = max(0, page.width - page.typography.small * 4 - side)
        let plot = page.plot(
            measured, scale, predicted, scale,
            surroundings: Page.Surroundings(right: inset, height: (side * 0.86).rounded()))
        page.drawing.clipped(to: plot.area) { drawing in
            drawing.polygon(band(plot), fill: .grid, opacity: 0.7)
        }
        page.axes(plot, grid: .both)
        let radius = page.typography.small * 0.38
        page.drawing.clipped(to: plot.area.grown(by: 2)) { drawing in
            let ends = [scale.domain.lowerBound, scale.domain.upperBound]
            drawing.polyline(
                ends.compactMap { plot.position(DataPoint(x: $0, y: $0)) }, stroke: .muted, width: 1.25,
                dash: .dashed)
            for point in points {
                guard let place = plot.position(point.point) else { continue }
                drawing.circle(
                    place, radius: radius, paint: .hue(groups.hue(of: point.group)), tooltip: tooltip(point))
            }
        }
        label(on: &page, plot, radius: radius)
        page.summary = "Predicted over measured values, \(words)."
        page.finish()
        return page
    }

    private func label(on page: inout Page, _ plot: Plot, radius: Double) {
        let discs = points.compactMap { plot.position($0.point) }.map { place in
            Rectangle(x: place.x, y: place.y, width: 0, height: 0).grown(by: radius)
        }
        var placer = LabelPlacer(bounds: plot.area, avoiding: discs)
        for point in points where !point.label.isEmpty {
            guard let place = plot.position(point.point) else { continue }
            let sides: [LabelPlacer.Side] =
                point.y > point.x
                ? [.left, .aboveLeft, .above, .right, .belowRight, .below]
                : [.right, .belowRight, .below, .left, .aboveLeft, .above]
            let text = placer.place(
                point.label, at: place, distance: radius + 4, size: page.typography.small, sides: sides)
            if let text { page.drawing.text(text) }
        }
    }

    /// Corners of the band, sampled so that it bends as it must on linear axes and on logarithmic ones.
    private func band(_ plot: Plot) -> [Position] {
        let samples = (0...24).map { plot.horizontal.value(at: Double($0) / 24) }
        let upper = samples.map { DataPoint(x: $0, y: $0 * (1 + tolerance)) }
        let lower = samples.map { DataPoint(x: $0, y: $0 * (1 - tolerance)) }
        return (upper + lower.reversed()).compactMap(plot.position)
    }

    private func tooltip(_ point: LabelledPoint) -> String {
        let ratio = point.x == 0 ? "n/a" : NumberFormat.percent.text(point.y / point.x - 1)
        let format = measured.format
        return
            "\(point.label): measured \(format.text(point.x)), predicted \(format.text(point.y)) (\(ratio))"
    }
}
