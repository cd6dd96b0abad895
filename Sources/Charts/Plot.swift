/// An area with two axes, laid out so that every label fits.
struct Plot: Sendable {
    /// Where data are drawn.
    let area: Rectangle
    let horizontal: Scale
    let vertical: Scale
    let columns: [Tick]
    let rows: [Tick]

    /// Place of a value on the horizontal axis; nil when it has none.
    func x(_ value: Double) -> Double? {
        horizontal.fraction(of: value).map { area.x + Self.clamped($0) * area.width }
    }

    /// Place of a value on the vertical axis; nil when it has none.
    func y(_ value: Double) -> Double? {
        vertical.fraction(of: value).map { area.maxY - Self.clamped($0) * area.height }
    }

    /// Place of a point; nil when it has none.
    func position(_ point: DataPoint) -> Position? {
        guard let x = x(point.x), let y = y(point.y) else { return nil }
        return Position(x: x, y: y)
    }

    /// Runs of points that have a place, broken where one has none.
    func runs(_ points: [DataPoint]) -> [[Position]] {
        var runs: [[Position]] = [[]]
        for point in points {
            if let position = position(point) {
                runs[runs.count - 1].append(position)
            } else if runs.last?.isEmpty == false {
                runs.append([])
            }
        }
        return runs.filter { !$0.isEmpty }
    }

    /// Far outside is as good as infinitely far, and safe in every renderer.
    private static func clamped(_ fraction: Double) -> Double { max(-20, min(20, fraction)) }
}

/// Which grid lines cross the plotting area.
enum Grid: Sendable, Hashable {
    case none
    case rows
    case both
}

extension Page {
    /// What surrounds the plotting area beside the axes, in pixels.
    struct Surroundings: Sendable {
        /// Room between the title of the vertical axis and the area.
        var above = 0.0
        /// Room to the right of the area.
        var right = 0.0
        /// Height of the area; nil follows the canvas.
        var height: Double?
    }

    /// Lays out a plot below what is drawn so far, and draws the titles of its axes.
    mutating func plot(
        _ horizontalAxis: Axis, _ horizontal: Scale, _ verticalAxis: Axis, _ vertical: Scale,
        surroundings: Surroundings = Surroundings()
    ) -> Plot {
        let small = typography.small
        paragraph(verticalAxis.label, size: small, paint: .muted)
        y += small * 0.8 + surroundings.above
        var height = surroundings.height ?? (width * typography.aspect).rounded()
        if case .plot(let fixed) = canvas.height, fixed.isFinite { height = max(60, min(4000, fixed)) }
        let rows = TickLayout.vertical(vertical, format: verticalAxis.format, size: small, length: height)
        let labels = rows.map { TextWidth.estimate($0.label, size: small) }.max() ?? 0
        let start = (left + labels + small * 0.7).rounded()
        let area = Rectangle(
            x: start, y: y.rounded(), width: max(40, right - surroundings.right - start), height: height)
        let columns = TickLayout.horizontal(
            horizontal, format: horizontalAxis.format, size: small, span: area.x...area.maxX,
            room: tickRoom)
        y = area.maxY + small * 2.3
        let lines = TextWidth.wrapped(horizontalAxis.label, width: width, size: small)
        for line in lines {
            let text = PlacedText(
                content: line, place: Position(x: area.midX, y: y + small), size: small, anchor: .middle,
                paint: .muted)
            drawing.text(text.kept(between: left, and: right))
            y += typography.leading(small)
        }
        return Plot(area: area, horizontal: horizontal, vertical: vertical, columns: columns, rows: rows)
    }

    /// Where labels of ticks may reach.
    private var tickRoom: ClosedRange<Double> { 4...(canvas.width - 4) }

    /// Draws grid, axis line, tick marks and tick labels.
    mutating func axes(_ plot: Plot, grid: Grid) {
        let area = plot.area
        let small = typography.small
        for tick in plot.rows {
            let y = area.maxY - tick.fraction * area.height
            if grid != .none {
                drawing.line(from: Position(x: area.x, y: y), to: Position(x: area.maxX, y: y), stroke: .grid)
            }
            drawing.text(
                PlacedText(
                    content: tick.label, place: Position(x: area.x - small * 0.6, y: y + small * 0.35),
                    size: small, anchor: .end, paint: .muted))
        }
        for tick in plot.columns {
            let x = area.x + tick.fraction * area.width
            if grid == .both {
                drawing.line(from: Position(x: x, y: area.y), to: Position(x: x, y: area.maxY), stroke: .grid)
            }
            mark(x: x, below: area, length: 5)
            drawing.text(
                PlacedText(
                    content: tick.label, place: Position(x: x, y: area.maxY + small * 1.6), size: small,
                    anchor: .middle, paint: .muted
                ).kept(between: tickRoom.lowerBound, and: tickRoom.upperBound))
        }
        for value in plot.horizontal.minorTicks(between: plot.columns.map(\.value)) {
            if let x = plot.x(value) { mark(x: x, below: area, length: 3) }
        }
        drawing.line(
            from: Position(x: area.x, y: area.maxY), to: Position(x: area.maxX, y: area.maxY), stroke: .muted)
    }

    private mutating func mark(x: Double, below area: Rectangle, length: Double) {
        drawing.line(
            from: Position(x: x, y: area.maxY), to: Position(x: x, y: area.maxY + length), stroke: .muted)
    }
}
