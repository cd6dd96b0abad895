/// Points in two dimensions with the staircase of those that no other point beats in both.
public struct ParetoChart: Chart {
    /// Which values of an axis are better.
    public enum Goal: Sendable, Hashable {
        /// Less is better.
        case minimum
        /// More is better.
        case maximum
    }

    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// The horizontal axis.
    public var horizontal: Axis
    /// The vertical axis.
    public var vertical: Axis
    /// The points.
    public var points: [LabelledPoint]
    /// Which horizontal values are better.
    public var horizontalGoal: Goal
    /// Which vertical values are better.
    public var verticalGoal: Goal

    /// A scatter with its Pareto staircase.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - horizontal: the horizontal axis.
    ///   - vertical: the vertical axis.
    ///   - points: the points; labels are shown for those on the staircase.
    ///   - horizontalGoal: which horizontal values are better.
    ///   - verticalGoal: which vertical values are better.
    public init(
        _ heading: Heading,
        horizontal: Axis,
        vertical: Axis,
        points: [LabelledPoint],
        horizontalGoal: Goal = .minimum,
        verticalGoal: Goal = .minimum
    ) {
        self.heading = heading
        self.horizontal = horizontal
        self.vertical = vertical
        self.points = points
        self.horizontalGoal = horizontalGoal
        self.verticalGoal = verticalGoal
    }

    /// The points that no other point beats in one axis without losing in the other, from best x on.
    ///
    /// Of equal points the first is kept. Complexity: O(n log n).
    public var frontier: [LabelledPoint] {
        let known = points.filter { $0.x.isFinite && $0.y.isFinite }
        let order = known.indices.sorted { first, second in
            let a = known[first]
            let b = known[second]
            return (cost(a.x, horizontalGoal), cost(a.y, verticalGoal), first)
                < (cost(b.x, horizontalGoal), cost(b.y, verticalGoal), second)
        }
        var best = Double.infinity
        return order.map { known[$0] }.filter { point in
            let height = cost(point.y, verticalGoal)
            guard height < best else { return false }
            best = height
            return true
        }
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        let groups = PointGroups(points)
        let best = frontier
        page.legend(
            groups.entries(style: .filled)
                + [
                    LegendEntry(sign: .dot(.muted, .hollow), label: "dominated"),
                    LegendEntry(sign: .line(.ink, .solid), label: "Pareto frontier"),
                ])
        let xScale = horizontal.resolved(for: points.map(\.x), padding: .loose)
        let yScale = vertical.resolved(for: points.map(\.y), padding: .loose)
        let plot = page.plot(horizontal, xScale, vertical, yScale)
        page.axes(plot, grid: .both)
        let radius = page.typography.small * 0.36
        page.drawing.clipped(to: plot.area.grown(by: 2)) { drawing in
            drawing.polyline(staircase(best, plot), stroke: .ink, width: 1.5)
            let onFrontier = Set(best)
            for point in points {
                guard let place = plot.position(point.point) else { continue }
                let isBest = onFrontier.contains(point)
                drawing.circle(
                    place, radius: isBest ? radius * 1.15 : radius * 0.8,
                    paint: .hue(groups.hue(of: point.group)), style: isBest ? .filled : .hollow,
                    tooltip: tooltip(point))
            }
        }
        label(best, on: &page, plot, radius: radius)
        page.summary =
            "\(points.count) points of \(vertical.label) over \(horizontal.label), "
            + "\(best.count) of them on the Pareto frontier."
        page.finish()
        return page
    }

    private func label(_ best: [LabelledPoint], on page: inout Page, _ plot: Plot, radius: Double) {
        let discs = points.compactMap { plot.position($0.point) }.map { place in
            Rectangle(x: place.x, y: place.y, width: 0, height: 0).grown(by: radius)
        }
        let size = page.typography.small
        let corners = staircase(best, plot)
        let steps = zip(corners, corners.dropFirst()).map { start, end in
            Rectangle(
                x: min(start.x, end.x), y: min(start.y, end.y), width: abs(end.x - start.x),
                height: abs(end.y - start.y))
        }
        // Above the plot there is room for a line below the title of the axis.
        let area = plot.area
        let bounds = Rectangle(x: area.x, y: area.y - size, width: area.width, height: area.height + size)
        var placer = LabelPlacer(bounds: bounds, avoiding: discs + steps)
        for point in best where !point.label.isEmpty && plot.horizontal.contains(point.x) {
            guard let place = plot.position(point.point) else { continue }
            let text = placer.place(point.label, at: place, distance: radius + 4, size: size, sides: sides)
            if let text { page.drawing.text(text) }
        }
    }

    /// Sides that look away from the points that are beaten, then the others.
    private var sides: [LabelPlacer.Side] {
        let first: [LabelPlacer.Side] =
            switch (horizontalGoal, verticalGoal) {
            case (.minimum, .minimum): [.belowLeft, .left, .below]
            case (.minimum, .maximum): [.aboveLeft, .left, .above]
            case (.maximum, .minimum): [.belowRight, .right, .below]
            case (.maximum, .maximum): [.aboveRight, .right, .above]
            }
        return first + LabelPlacer.Side.allCases.filter { !first.contains($0) }
    }

    private func staircase(_ best: [LabelledPoint], _ plot: Plot) -> [Position] {
        let places = best.compactMap { plot.position($0.point) }
        guard let first = places.first, let last = places.last else { return [] }
        let worstX = horizontalGoal == .minimum ? plot.area.maxX : plot.area.x
        let worstY = verticalGoal == .minimum ? plot.area.y : plot.area.maxY
        var corners = [Position(x: first.x, y: worstY), first]
        for (current, next) in zip(places, places.dropFirst()) {
            corners += [Position(x: next.x, y: current.y), next]
        }
        return corners + [Position(x: worstX, y: last.y)]
    }

    private func tooltip(_ point: LabelledPoint) -> String {
        let words = [point.label, point.group].filter { !$0.isEmpty }.joined(separator: ", ")
        let values = "\(horizontal.format.text(point.x)); \(vertical.format.text(point.y))"
        return words.isEmpty ? values : "\(words): \(values)"
    }

    private func cost(_ value: Double, _ goal: Goal) -> Double { goal == .minimum ? value : -value }
}
