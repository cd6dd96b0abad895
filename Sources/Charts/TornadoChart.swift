/// What one result gains or loses when inputs change one at a time, the strongest input on top.
public struct TornadoChart: Chart {
    /// The effect of one input.
    public struct Effect: Sendable, Hashable {
        /// Name of the input.
        public var label: String
        /// Result with the input at its low value.
        public var low: Double
        /// Result with the input at its high value.
        public var high: Double

        /// The effect of one input.
        ///
        /// - Parameters:
        ///   - label: name of the input.
        ///   - low: result with the input at its low value.
        ///   - high: result with the input at its high value.
        public init(_ label: String, low: Double, high: Double) {
            self.label = label
            self.low = low
            self.high = high
        }
    }

    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// The axis of the result.
    public var axis: Axis
    /// Result with no input changed.
    public var baseline: Double
    /// The effects, in any order.
    public var effects: [Effect]
    /// What the low value means, for instance "input halved".
    public var low: String
    /// What the high value means.
    public var high: String

    /// A tornado chart.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - axis: the axis of the result.
    ///   - baseline: result with no input changed.
    ///   - effects: the effects, in any order.
    ///   - low: what the low value means.
    ///   - high: what the high value means.
    public init(
        _ heading: Heading,
        axis: Axis,
        baseline: Double,
        effects: [Effect],
        low: String = "input low",
        high: String = "input high"
    ) {
        self.heading = heading
        self.axis = axis
        self.baseline = baseline
        self.effects = effects
        self.low = low
        self.high = high
    }

    /// The effects that can be drawn, the widest first, equal ones by name.
    public var sorted: [Effect] {
        effects.filter { $0.low.isFinite && $0.high.isFinite }.sorted { first, second in
            let a = reach(first)
            let b = reach(second)
            return a != b ? a > b : first.label < second.label
        }
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        let rows = sorted
        page.legend([
            LegendEntry(sign: .area(.hue(.blue)), label: low),
            LegendEntry(sign: .area(.hue(.vermillion)), label: high),
            LegendEntry(sign: .line(.ink, .solid), label: "unchanged: \(axis.format.text(baseline))"),
        ])
        let small = page.typography.small
        let values = rows.flatMap { [$0.low, $0.high] }
        let inset = (values.map { TextWidth.estimate(axis.format.text($0), size: small) }.max() ?? 0) + 8
        let layout = RowLayout(labels: rows.map(\.label), trailing: 0, inset: inset, page: page)
        let scale = axis.resolved(for: values + [baseline], padding: .none)
        let area = Rectangle(
            x: layout.bars.lowerBound, y: page.y, width: layout.bars.upperBound - layout.bars.lowerBound,
            height: layout.pitch * Double(rows.count) + 4)
        let columns = TickLayout.horizontal(
            scale, format: axis.format, size: small, span: area.x...area.maxX, room: 4...(canvas.width - 4))
        let plot = Plot(
            area: area, horizontal: scale, vertical: Scale(.linear, over: 0...1), columns: columns, rows: [])
        page.axes(plot, grid: page.typography.density == .compact ? .none : .both)
        let middle = plot.x(baseline) ?? area.x
        for (index, effect) in rows.enumerated() {
            let y = area.y + layout.pitch * Double(index)
            layout.label(effect.label, y: y, weight: .regular, on: &page.drawing)
            draw(effect, on: &page, layout, plot, y: y, middle: middle)
        }
        if page.typography.density != .compact {
            page.drawing.line(
                from: Position(x: middle, y: area.y), to: Position(x: middle, y: area.maxY), stroke: .ink,
                width: 1.25)
        }
        page.y = area.maxY + small * 2.3
        let title = PlacedText(
            content: axis.label, place: Position(x: area.midX, y: page.y + small), size: small,
            anchor: .middle, paint: .muted)
        page.drawing.text(title.kept(between: page.left, and: page.right))
        page.y += page.typography.leading(small)
        let ranges = rows.map { "\($0.label) \(axis.format.text($0.low)) to \(axis.format.text($0.high))" }
        page.summary = "\(axis.label) by input: \(ranges.joined(separator: ", "))."
        page.finish()
        return page
    }

    private func draw(
        _ effect: Effect, on page: inout Page, _ layout: RowLayout, _ plot: Plot, y: Double, middle: Double
    ) {
        let small = page.typography.small
        let ends = [(effect.low, Hue.blue), (effect.high, Hue.vermillion)].compactMap { value, hue in
            plot.x(value).map { (value: value, hue: hue, x: $0) }
        }
        let isOneSided = ends.count == 2 && (ends[0].x - middle) * (ends[1].x - middle) > 0
        let farther = ends.map { abs($0.x - middle) }.max() ?? 0
        for end in ends.sorted(by: { abs($0.x - middle) > abs($1.x - middle) }) {
            let bar = layout.bar(y: y, from: middle, to: end.x)
            let text = axis.format.text(end.value)
            page.drawing.rectangle(bar, fill: .hue(end.hue), tooltip: "\(effect.label): \(text)")
            if isOneSided, abs(end.x - middle) < farther { continue }
            guard abs(end.value - baseline) > 0 else { continue }
            let isRight = end.x > middle
            page.drawing.text(
                PlacedText(
                    content: text, place: Position(x: end.x + (isRight ? 5 : -5), y: bar.midY + small * 0.36),
                    size: small, anchor: isRight ? .start : .end, paint: .muted, halo: .halo))
        }
        let edge = layout.bar(y: y, from: middle, to: middle)
        page.drawing.line(
            from: Position(x: middle, y: edge.y - 2), to: Position(x: middle, y: edge.maxY + 2), stroke: .ink,
            width: 1.25)
    }

    private func reach(_ effect: Effect) -> Double {
        max(abs(effect.low - baseline), abs(effect.high - baseline))
    }
}
