/// Names of lines at their last points, moved apart where they would touch.
///
/// Lines that reach the right edge have their names beside the plot, shorter ones inside it.
struct EndLabels: Sendable {
    /// The end of one line.
    struct End: Sendable {
        let name: String
        let hue: Hue
        /// Last point as fractions of the axes; nil for a line without points.
        let fraction: Position?

        var reachesEdge: Bool { (fraction?.x ?? 0) > 0.97 }
    }

    let ends: [End]
    let typography: Typography

    /// Room the names need beside the plot, in pixels.
    var width: Double {
        let names = ends.filter(\.reachesEdge).map(\.name)
        return names.map { TextWidth.estimate($0, size: typography.small, weight: .bold) }.max() ?? 0
    }

    /// Heights spread so that neighbours are at least `gap` apart, all inside `range`, order kept.
    static func spread(_ heights: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
        let order = heights.indices.sorted { (heights[$0], $0) < (heights[$1], $1) }
        var result = heights
        var floor = range.lowerBound
        for index in order {
            result[index] = max(heights[index], floor)
            floor = result[index] + gap
        }
        var ceiling = range.upperBound
        for index in order.reversed() {
            result[index] = min(result[index], ceiling)
            ceiling = result[index] - gap
        }
        return result
    }

    /// Draws the names.
    func draw(on page: inout Page, _ plot: Plot) {
        beside(on: &page, plot)
        var placer = LabelPlacer(bounds: plot.area, avoiding: page.drawing.texts.map(\.outline))
        for end in ends where !end.reachesEdge {
            guard let fraction = end.fraction else { continue }
            let place = Position(
                x: plot.area.x + fraction.x * plot.area.width,
                y: plot.area.maxY - fraction.y * plot.area.height)
            let text = placer.place(
                end.name, at: place, distance: 6, size: typography.small, weight: .bold,
                sides: [.right, .aboveRight, .belowRight, .above, .below, .left])
            guard var text else { continue }
            text.paint = .words(end.hue)
            page.drawing.text(text)
        }
    }

    private func beside(on page: inout Page, _ plot: Plot) {
        let area = plot.area
        let shown = ends.filter(\.reachesEdge)
        let heights = shown.map { end in
            area.maxY - max(0, min(1, end.fraction?.y ?? 0)) * area.height
        }
        let spread = Self.spread(
            heights, gap: typography.small * 1.3, within: (area.y + 2)...(area.maxY - 2))
        for (index, end) in shown.enumerated() {
            let y = spread[index]
            if abs(y - heights[index]) > 3 {
                page.drawing.line(
                    from: Position(x: area.maxX + 2, y: heights[index]),
                    to: Position(x: area.maxX + 8, y: y), stroke: .hue(end.hue), width: 1)
            }
            page.drawing.text(
                PlacedText(
                    content: end.name, place: Position(x: area.maxX + 10, y: y + typography.small * 0.35),
                    size: typography.small, paint: .words(end.hue), weight: .bold))
        }
    }
}
