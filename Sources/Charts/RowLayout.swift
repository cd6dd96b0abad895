/// Rows of a chart whose vertical axis is a list: a label, a bar, and texts at the right.
///
/// On narrow canvases the label stands above its bar, otherwise to its left.
struct RowLayout: Sendable {
    let typography: Typography
    /// Where bars may lie.
    let bars: ClosedRange<Double>
    /// Distance from row to row.
    let pitch: Double
    /// Height of a bar.
    let thickness: Double
    private let left: Double
    private let right: Double
    private let labelRoom: Double

    /// A layout for labels, with room for texts at the right.
    ///
    /// - Parameters:
    ///   - labels: the labels of all rows.
    ///   - trailing: room for texts at the right of the bars, used on wide canvases only.
    ///   - inset: room kept free at both ends of the bars.
    ///   - page: the page the rows are drawn on.
    init(labels: [String], trailing: Double, inset: Double = 0, page: Page) {
        typography = page.typography
        left = page.left
        right = page.right
        let size = typography.body
        if typography.density == .compact {
            labelRoom = page.width - trailing
            bars = (page.left + inset)...(page.right - inset)
            thickness = 14
            pitch = typography.leading(size) + thickness + 10
        } else {
            let widest = labels.map { TextWidth.estimate($0, size: size) }.max() ?? 0
            labelRoom = min(widest, page.width * 0.38)
            let start = page.left + labelRoom + 12 + inset
            bars = start...max(start + 40, page.right - inset - (trailing > 0 ? trailing + 12 : 0))
            thickness = (size * 1.5).rounded()
            pitch = (size * 2.3).rounded()
        }
    }

    /// The bar of a row that starts at `y`, between two places.
    func bar(y: Double, from start: Double, to end: Double) -> Rectangle {
        let top = typography.density == .compact ? y + typography.leading(typography.body) : y + gap / 2
        return Rectangle(x: min(start, end), y: top, width: abs(end - start), height: thickness)
    }

    /// Draws the label of a row that starts at `y`.
    func label(_ text: String, y: Double, weight: FontWeight, on drawing: inout Drawing) {
        let size = typography.body
        let isCompact = typography.density == .compact
        let content = TextWidth.shortened(text, width: labelRoom, size: size, weight: weight)
        drawing.text(
            PlacedText(
                content: content,
                place: Position(x: isCompact ? left : left + labelRoom, y: baseline(y: y)),
                size: size, anchor: isCompact ? .start : .end, weight: weight))
    }

    /// Draws a text that ends `offset` pixels left of the right edge.
    func trailing(
        _ text: String, y: Double, offset: Double = 0, paint: Paint = .ink, weight: FontWeight = .regular,
        on drawing: inout Drawing
    ) {
        drawing.text(
            PlacedText(
                content: text, place: Position(x: right - offset, y: baseline(y: y)), size: typography.body,
                anchor: .end, paint: paint, weight: weight))
    }

    private var gap: Double { pitch - thickness }

    private func baseline(y: Double) -> Double {
        typography.density == .compact
            ? y + typography.body : y + gap / 2 + thickness / 2 + typography.body * 0.36
    }
}
