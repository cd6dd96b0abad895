/// Labels of vertical markers above the plot, staggered over lanes where they would touch.
///
/// A label flies from its line like a flag, to the right or to the left. Lanes are filled from the bottom so
/// that no label covers another and, where that is possible, no line crosses a label; a line that must is broken there.
struct MarkerLanes: Sendable {
    private struct Flag: Sendable {
        let label: PlacedText
        let marker: Marker
        /// Place of the line.
        let x: Double
        let lane: Int
    }

    private let flags: [Flag]
    private let typography: Typography

    /// Arranges markers by their places on a plot; only its horizontal extent matters.
    init(markers: [Marker], on plot: Plot, page: Page) {
        typography = page.typography
        let known = markers.filter { plot.horizontal.contains($0.x) }
            .sorted { ($0.x, $0.label) < ($1.x, $1.label) }
        let choices = known.compactMap { marker in
            plot.x(marker.x).map { Self.choices(marker, x: $0, lanes: known.count, page: page) }
        }
        let sideFirst = choices.map { choices in
            choices.filter { $0.label.anchor == .start } + choices.filter { $0.label.anchor == .end }
        }
        let quick = [choices.reversed(), sideFirst.reversed(), choices, sideFirst].map(Self.arranged)
        let best = quick.min { Self.cost($0) < Self.cost($1) } ?? []
        // What the quick ways leave crossed, every way may not.
        let isClear = best.count == choices.count && Self.cost(best).1 == 0
        flags = isClear || choices.count > Self.mostTried ? best : Self.everyWay(choices, besides: best)
    }

    /// Markers of which every arrangement is looked at: 8^4 are few.
    private static let mostTried = 4

    /// The best of all arrangements; the one at hand where none is better.
    private static func everyWay(_ choices: [[Flag]], besides known: [Flag]) -> [Flag] {
        var best = known
        func extend(_ flags: [Flag]) {
            guard flags.count < choices.count else {
                if cost(flags) < cost(best) { best = flags }
                return
            }
            for choice in choices[flags.count] where !flags.contains(where: { touch($0, choice) }) {
                extend(flags + [choice])
            }
        }
        extend([])
        return best
    }

    /// Room the labels need, in pixels.
    var height: Double {
        flags.map { laneHeight * Double($0.lane + 1) + 4 }.max() ?? 0
    }

    /// Draws labels and lines; `above` is the height of what lies between the lanes and the plot.
    func draw(on page: inout Page, _ plot: Plot, above: Double) {
        let labels = flags.map { flag in
            var label = flag.label
            label.place.y = plot.area.y - above - 4 - Double(flag.lane) * laneHeight
            return label
        }
        for (index, flag) in flags.enumerated() {
            bar(flag.marker, on: &page, plot, above: 6 + 7 * Double(index))
            let top = labels[index].place.y - typography.small * 0.8
            for part in Self.parts(x: flag.x, from: top, to: plot.area.maxY, between: labels.map(\.outline)) {
                page.drawing.line(
                    from: Position(x: flag.x, y: part.lowerBound),
                    to: Position(x: flag.x, y: part.upperBound), stroke: .muted, width: 1, dash: .dashed)
            }
        }
        for label in labels { page.drawing.text(label) }
    }

    /// The parts of a vertical line that cross no label.
    static func parts(
        x: Double, from top: Double, to bottom: Double, between labels: [Rectangle]
    ) -> [ClosedRange<Double>] {
        var parts: [ClosedRange<Double>] = []
        var start = top
        let crossed = labels.map { $0.grown(by: 2) }.filter { ($0.x...$0.maxX).contains(x) }
        for label in crossed.sorted(by: { $0.y < $1.y }) where label.maxY > start {
            if label.y > start { parts.append(start...min(label.y, bottom)) }
            start = max(start, label.maxY)
        }
        return start < bottom ? parts + [start...bottom] : parts
    }

    /// The range of a marker as a bar with ends, so far above the foot of the plot that no other covers it.
    private func bar(_ marker: Marker, on page: inout Page, _ plot: Plot, above: Double) {
        guard let range = marker.range, let start = plot.x(range.lowerBound),
            let end = plot.x(range.upperBound)
        else { return }
        let y = plot.area.maxY - above
        let (left, right) = (max(start, plot.area.x), min(end, plot.area.maxX))
        page.drawing.line(
            from: Position(x: left, y: y), to: Position(x: right, y: y), stroke: .ink,
            width: typography.stroke)
        for x in [left, right] {
            page.drawing.line(
                from: Position(x: x, y: y - 3), to: Position(x: x, y: y + 3), stroke: .ink,
                width: typography.stroke)
        }
    }

    private var laneHeight: Double { typography.leading(typography.small) }

    private static func choices(_ marker: Marker, x: Double, lanes: Int, page: Page) -> [Flag] {
        let size = page.typography.small
        let start = Position(x: x + 5, y: 0)
        let right = PlacedText(content: marker.label, place: start, size: size, halo: .halo)
            .kept(between: page.left, and: page.canvas.width - 6)
        let end = Position(x: x - 5, y: 0)
        let left = PlacedText(content: marker.label, place: end, size: size, anchor: .end, halo: .halo)
        let isRightWhole = right.place == start
        let isLeftWhole = left.outline.x >= page.left
        return (0..<lanes).flatMap { lane in
            let both = [
                Flag(label: right, marker: marker, x: x, lane: lane),
                Flag(label: left, marker: marker, x: x, lane: lane),
            ]
            if !isLeftWhole { return [both[0]] }
            return isRightWhole ? both : [both[1]]
        }
    }

    /// Flags placed one after another, each at its first choice that disturbs no earlier one.
    private static func arranged(_ choices: [[Flag]]) -> [Flag] {
        var flags: [Flag] = []
        for choices in choices {
            let apart = choices.filter { choice in !flags.contains { touch($0, choice) } }
            let clear = apart.first { choice in !flags.contains { cross($0, choice) } }
            if let flag = clear ?? apart.first { flags.append(flag) }
        }
        return flags
    }

    /// What is wrong with an arrangement: flags left out, then lines through labels, then lanes.
    private static func cost(_ flags: [Flag]) -> (Int, Int, Int) {
        let crossings = flags.indices.map { index in
            flags[..<index].filter { cross($0, flags[index]) }.count
        }
        return (-flags.count, crossings.reduce(0, +), flags.map(\.lane).max() ?? 0)
    }

    /// Whether two labels of one lane come too close.
    private static func touch(_ first: Flag, _ second: Flag) -> Bool {
        first.lane == second.lane && first.label.outline.grown(by: 6).overlaps(second.label.outline)
    }

    /// Whether the line of the higher flag runs through the label of the lower.
    private static func cross(_ first: Flag, _ second: Flag) -> Bool {
        guard first.lane != second.lane else { return false }
        let (lower, higher) = first.lane < second.lane ? (first, second) : (second, first)
        let outline = lower.label.outline.grown(by: 2)
        return (outline.x...outline.maxX).contains(higher.x)
    }
}
