/// Cells over two axes, coloured by a value or by a category; missing cells are hatched.
public struct HeatMap: Chart {
    /// What the cells hold.
    public enum Cells: Sendable, Hashable {
        /// Values `[rows][columns]`, nil where missing, with the axis of the colour ramp.
        case values([[Double?]], axis: Axis, ramp: ColourRamp)
        /// Indices of categories `[rows][columns]`, nil where missing.
        case categories([[Int?]], [Category])
    }

    /// A category of cells.
    public struct Category: Sendable, Hashable {
        /// Name in the legend.
        public var name: String
        /// Colour.
        public var hue: Hue

        /// A category.
        ///
        /// - Parameters:
        ///   - name: name in the legend.
        ///   - hue: colour.
        public init(_ name: String, hue: Hue) {
            self.name = name
            self.hue = hue
        }
    }

    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// The horizontal axis.
    public var horizontal: Axis
    /// The vertical axis.
    public var vertical: Axis
    /// Centres of the columns, ascending.
    public var columns: [Double]
    /// Centres of the rows, ascending from the bottom.
    public var rows: [Double]
    /// What the cells hold.
    public var cells: Cells
    /// Lines drawn over the cells, for instance a compute-optimal path.
    public var overlays: [Series]
    /// What a hatched cell means.
    public var missing: String

    /// A heat map.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - horizontal: the horizontal axis.
    ///   - vertical: the vertical axis.
    ///   - columns: centres of the columns, ascending.
    ///   - rows: centres of the rows, ascending.
    ///   - cells: what the cells hold.
    ///   - overlays: lines drawn over the cells.
    ///   - missing: what a hatched cell means.
    public init(
        _ heading: Heading,
        horizontal: Axis,
        vertical: Axis,
        columns: [Double],
        rows: [Double],
        cells: Cells,
        overlays: [Series] = [],
        missing: String = "no feasible plan"
    ) {
        self.heading = heading
        self.horizontal = horizontal
        self.vertical = vertical
        self.columns = columns
        self.rows = rows
        self.cells = cells
        self.overlays = overlays
        self.missing = missing
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        let across = Intervals(around: columns, on: horizontal.scale)
        let upwards = Intervals(around: rows, on: vertical.scale)
        drawLegend(on: &page, hatching: hasMissing(across, upwards) ? missing : nil)
        let xScale = horizontal.resolved(for: across.edges, padding: .none)
        let yScale = vertical.resolved(for: upwards.edges, padding: .none)
        let plot = page.plot(horizontal, xScale, vertical, yScale)
        let colours = valueScale
        page.drawing.clipped(to: plot.area) { drawing in
            drawing.rectangle(plot.area, fill: .track)
            drawing.rectangle(plot.area, fill: .hatch)
            drawing.crisp { drawing in
                for row in upwards.places.indices {
                    drawRow(row, across, upwards, plot, colours, on: &drawing)
                }
            }
            for line in overlays {
                for run in plot.runs(line.points) {
                    drawing.polyline(run, stroke: .surface, width: page.typography.stroke + 2.5)
                    drawing.polyline(
                        run, stroke: line.hue.map(Paint.hue) ?? .ink, width: page.typography.stroke,
                        dash: line.dash, tooltip: line.name)
                }
            }
        }
        page.axes(plot, grid: .none)
        page.summary = "Heat map over \(horizontal.label) and \(vertical.label)."
        page.finish()
        return page
    }

    /// Draws one row, neighbours of the same colour joined.
    private func drawRow(
        _ row: Int, _ across: Intervals, _ upwards: Intervals, _ plot: Plot, _ colours: Scale?,
        on drawing: inout Drawing
    ) {
        guard let bottom = plot.y(upwards.edges[row]), let top = plot.y(upwards.edges[row + 1]) else {
            return
        }
        let paints = across.indices.map { paint(row: upwards.indices[row], column: $0, colours) }
        var start = 0
        while start < paints.count {
            let end = paints[start...].firstIndex { $0 != paints[start] } ?? paints.count
            if let paint = paints[start], let left = plot.x(across.edges[start]),
                let right = plot.x(across.edges[end])
            {
                drawing.rectangle(
                    Rectangle(x: left, y: top, width: right - left, height: bottom - top), fill: paint)
            }
            start = end
        }
    }

    private func paint(row: Int, column: Int, _ colours: Scale?) -> Paint? {
        switch cells {
        case .values(let values, _, let ramp):
            guard let value = Self.element(values, row, column), let fraction = colours?.fraction(of: value)
            else { return nil }
            return .fixed(ramp.colour(at: fraction))
        case .categories(let indices, let categories):
            guard let index = Self.element(indices, row, column), categories.indices.contains(index) else {
                return nil
            }
            return .hue(categories[index].hue)
        }
    }

    /// The scale of the colour ramp; nil for categories.
    var valueScale: Scale? {
        guard case .values(let values, let axis, _) = cells else { return nil }
        return axis.resolved(for: values.joined().compactMap { $0 }, padding: .none)
    }

    private func hasMissing(_ across: Intervals, _ upwards: Intervals) -> Bool {
        let colours = valueScale
        return upwards.indices.contains { row in
            across.indices.contains { paint(row: row, column: $0, colours) == nil }
        }
    }

    private static func element<Value>(_ table: [[Value?]], _ row: Int, _ column: Int) -> Value? {
        guard table.indices.contains(row), table[row].indices.contains(column) else { return nil }
        return table[row][column]
    }
}
