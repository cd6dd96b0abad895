/// Several totals, each a bar divided into the same parts: memory of several plans, for instance.
public struct StackedBarChart: Chart {
    /// One bar.
    public struct Bar: Sendable, Hashable {
        /// Words beside the bar.
        public var label: String
        /// Size of each part in the order of the names; negative or not finite counts as zero.
        public var values: [Double]

        /// One bar.
        ///
        /// - Parameters:
        ///   - label: words beside the bar.
        ///   - values: size of each part, in the order of the names.
        public init(_ label: String, values: [Double]) {
            self.label = label
            self.values = values
        }
    }

    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// Names of the parts.
    public var parts: [String]
    /// Colours of the parts; the palette where too few.
    public var hues: [Hue]
    /// The bars, from the top down.
    public var bars: [Bar]
    /// How values are written, with their unit.
    public var format: NumberFormat
    /// A value that the totals are compared with.
    public var limit: WaterfallChart.Limit?

    /// Stacked bars.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - parts: names of the parts.
    ///   - hues: colours of the parts; the palette where too few.
    ///   - bars: the bars, from the top down.
    ///   - format: how values are written, with their unit.
    ///   - limit: a value that the totals are compared with.
    public init(
        _ heading: Heading,
        parts: [String],
        hues: [Hue] = [],
        bars: [Bar],
        format: NumberFormat,
        limit: WaterfallChart.Limit? = nil
    ) {
        self.heading = heading
        self.parts = parts
        self.hues = hues
        self.bars = bars
        self.format = format
        self.limit = limit
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        page.legend(parts.indices.map { LegendEntry(sign: .area(.hue(hue($0))), label: parts[$0]) })
        let totals = bars.map { values($0).reduce(0, +) }
        let size = page.typography.body
        let room = totals.map { TextWidth.estimate(format.text($0), size: size, weight: .bold) }.max() ?? 0
        let layout = RowLayout(labels: bars.map(\.label), trailing: room, page: page)
        let largest = max(totals.max() ?? 0, limit?.value ?? 0)
        let length = layout.bars.upperBound - layout.bars.lowerBound
        let pixels = largest > 0 && largest.isFinite ? length / largest : 0
        if let limit { page.limitLabel(limit, x: layout.bars.lowerBound + limit.value * pixels) }
        let top = page.y
        for (index, bar) in bars.enumerated() {
            let start = layout.bars.lowerBound
            page.drawing.rectangle(
                layout.bar(y: page.y, from: start, to: layout.bars.upperBound), fill: .track, radius: 2)
            var x = start
            for (part, value) in values(bar).enumerated() {
                segment(part, value, layout.bar(y: page.y, from: x, to: x + value * pixels), on: &page)
                x += value * pixels
            }
            layout.label(bar.label, y: page.y, weight: .regular, on: &page.drawing)
            layout.trailing(format.text(totals[index]), y: page.y, weight: .bold, on: &page.drawing)
            page.y += layout.pitch
        }
        if let limit {
            let x = layout.bars.lowerBound + limit.value * pixels
            page.limitLine(x: x, rows: bars.count, layout, from: top)
        }
        let sums = zip(bars, totals).map { "\($0.label) \(format.text($1))" }.joined(separator: ", ")
        page.summary = "Stacked bars: \(sums)."
        page.finish()
        return page
    }

    private func segment(_ part: Int, _ value: Double, _ shape: Rectangle, on page: inout Page) {
        guard shape.width > 0.05 else { return }
        var visible = shape
        visible.width = max(0.5, shape.width - 1)
        let text = format.text(value)
        page.drawing.rectangle(visible, fill: .hue(hue(part)), tooltip: "\(parts[part]): \(text)")
        let size = page.typography.small * 0.92
        guard TextWidth.estimate(text, size: size) + 6 <= visible.width else { return }
        page.drawing.text(
            PlacedText(
                content: text, place: Position(x: visible.midX, y: visible.midY + size * 0.36), size: size,
                anchor: .middle, paint: .onHue(hue(part))))
    }

    private func values(_ bar: Bar) -> [Double] {
        parts.indices.map { index in
            guard bar.values.indices.contains(index), bar.values[index].isFinite else { return 0 }
            return max(0, bar.values[index])
        }
    }

    private func hue(_ index: Int) -> Hue {
        hues.indices.contains(index) ? hues[index] : Hue.cycled(index)
    }
}
