/// How a total is made up, part by part, each bar starting where the one before ended.
///
/// Parts may be negative, for instance communication that is hidden behind arithmetic.
public struct WaterfallChart: Chart {
    /// One part of the total.
    public struct Part: Sendable, Hashable {
        /// Words beside the bar.
        public var label: String
        /// Size; negative takes away from the total, not finite counts as zero.
        public var value: Double
        /// Colour; nil takes the next of the palette.
        public var hue: Hue?

        /// One part of the total.
        ///
        /// - Parameters:
        ///   - label: words beside the bar.
        ///   - value: size, may be negative.
        ///   - hue: colour; nil takes the next of the palette.
        public init(_ label: String, value: Double, hue: Hue? = nil) {
            self.label = label
            self.value = value
            self.hue = hue
        }
    }

    /// A value that the total is compared with.
    public struct Limit: Sendable, Hashable {
        /// Words above the line.
        public var label: String
        /// Place of the line.
        public var value: Double

        /// A value that totals are compared with.
        ///
        /// - Parameters:
        ///   - label: words above the line.
        ///   - value: place of the line.
        public init(_ label: String, value: Double) {
            self.label = label
            self.value = value
        }
    }

    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// The parts, from the top down.
    public var parts: [Part]
    /// Words beside the bar of the total.
    public var total: String
    /// How values are written, with their unit.
    public var format: NumberFormat
    /// A value that the total is compared with.
    public var limit: Limit?

    /// A waterfall.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - parts: the parts, from the top down.
    ///   - total: words beside the bar of the total.
    ///   - format: how values are written, with their unit.
    ///   - limit: a value that the total is compared with.
    public init(
        _ heading: Heading,
        parts: [Part],
        total: String = "Total",
        format: NumberFormat,
        limit: Limit? = nil
    ) {
        self.heading = heading
        self.parts = parts
        self.total = total
        self.format = format
        self.limit = limit
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    private struct Row {
        let label: String
        let start: Double
        let end: Double
        let paint: Paint
        let weight: FontWeight
    }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        let rows = rows
        let sum = rows.last?.end ?? 0
        let values = rows.map { format.text($0.end - $0.start) }
        let shares = rows.map {
            sum > 0 ? NumberFormat.percent.text(($0.end - $0.start) / sum, digits: 2) : ""
        }
        let size = page.typography.body
        let shareRoom = shares.map { TextWidth.estimate($0, size: size) }.max() ?? 0
        let valueRoom = values.map { TextWidth.estimate($0, size: size, weight: .bold) }.max() ?? 0
        let layout = RowLayout(
            labels: rows.map(\.label) + ["\(total)  "], trailing: shareRoom + valueRoom + size * 1.2,
            page: page)
        let places: [Double] = [0, limit?.value ?? 0] + rows.map(\.end)
        let scale = Scale(.linear, over: (places.min() ?? 0)...(places.max() ?? 1))
        func x(_ value: Double) -> Double {
            let fraction = scale.fraction(of: value) ?? 0
            return layout.bars.lowerBound + fraction * (layout.bars.upperBound - layout.bars.lowerBound)
        }
        if let limit { page.limitLabel(limit, x: x(limit.value)) }
        let top = page.y
        for (index, row) in rows.enumerated() {
            let bar = layout.bar(y: page.y, from: x(row.start), to: x(row.end))
            page.drawing.rectangle(
                Rectangle(
                    x: layout.bars.lowerBound, y: bar.y,
                    width: layout.bars.upperBound - layout.bars.lowerBound, height: bar.height),
                fill: .track, radius: 2)
            var visible = bar
            visible.width = max(bar.width, 1)
            page.drawing.rectangle(
                visible, fill: row.paint, radius: 2, tooltip: "\(row.label): \(values[index])")
            if index + 1 < rows.count, page.typography.density != .compact {
                let below = layout.bar(y: page.y + layout.pitch, from: 0, to: 0).y
                page.drawing.line(
                    from: Position(x: x(row.end), y: bar.maxY), to: Position(x: x(row.end), y: below),
                    stroke: .muted, width: 0.75)
            }
            layout.label(row.label, y: page.y, weight: row.weight, on: &page.drawing)
            layout.trailing(
                values[index], y: page.y, offset: shareRoom + size * 1.2, weight: row.weight,
                on: &page.drawing)
            layout.trailing(shares[index], y: page.y, paint: .muted, on: &page.drawing)
            page.y += layout.pitch
        }
        if let limit { page.limitLine(x: x(limit.value), rows: rows.count, layout, from: top) }
        let sizes = zip(rows, values).map { "\($0.label) \($1)" }.joined(separator: ", ")
        page.summary = "Waterfall: \(sizes)."
        page.finish()
        return page
    }

    private var rows: [Row] {
        var rows: [Row] = []
        var sum = 0.0
        for (index, part) in parts.enumerated() {
            let value = part.value.isFinite ? part.value : 0
            rows.append(
                Row(
                    label: part.label, start: sum, end: sum + value,
                    paint: .hue(part.hue ?? Hue.cycled(index)), weight: .regular))
            sum += value
        }
        rows.append(Row(label: total, start: 0, end: sum, paint: .ink, weight: .bold))
        return rows
    }
}

extension Page {
    /// Draws the words of a limit and makes room for them.
    mutating func limitLabel(_ limit: WaterfallChart.Limit, x: Double) {
        let small = typography.small
        let text = PlacedText(
            content: limit.label, place: Position(x: x, y: y + small), size: small, anchor: .middle)
        drawing.text(text.kept(between: left, and: right))
        y += typography.leading(small) + 4
    }

    /// Draws the line of a limit over all rows; where texts lie between bars, over the bars only.
    mutating func limitLine(x: Double, rows: Int, _ layout: RowLayout, from top: Double) {
        guard typography.density == .compact else {
            drawing.line(
                from: Position(x: x, y: top - 3), to: Position(x: x, y: y), stroke: .ink, width: 1.25,
                dash: .dashed)
            return
        }
        for row in 0..<rows {
            let bar = layout.bar(y: top + layout.pitch * Double(row), from: x, to: x)
            drawing.line(
                from: Position(x: x, y: bar.y - 2), to: Position(x: x, y: bar.maxY + 2), stroke: .ink,
                width: 1.5)
        }
    }
}
