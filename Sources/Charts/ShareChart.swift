/// Stacked areas or bars over a linear or logarithmic axis: how a whole divides, and how that shifts.
///
/// Values that are missing, not finite or negative count as zero.
public struct ShareChart: Chart {
    /// One part of the whole at every place of the horizontal axis.
    public struct Layer: Sendable, Hashable {
        /// Name in the legend.
        public var name: String
        /// One value for each place, in the order of the places.
        public var values: [Double]
        /// Colour; nil takes the next of the palette.
        public var hue: Hue?

        /// One part of the whole.
        ///
        /// - Parameters:
        ///   - name: name in the legend.
        ///   - values: one value for each place.
        ///   - hue: colour; nil takes the next of the palette.
        public init(_ name: String, values: [Double], hue: Hue? = nil) {
            self.name = name
            self.values = values
            self.hue = hue
        }
    }

    /// How the space between places is filled.
    public enum Style: Sendable, Hashable {
        /// Straight from place to place.
        case areas
        /// One bar around each place.
        case bars
    }

    /// What the heights mean.
    public enum Stacking: Sendable, Hashable {
        /// The values themselves, added up.
        case sums
        /// Each value over the sum at its place; write the vertical axis in percent.
        case shares
    }

    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// The horizontal axis.
    public var horizontal: Axis
    /// The vertical axis; it starts at zero.
    public var vertical: Axis
    /// Values on the horizontal axis, ascending.
    public var places: [Double]
    /// The parts, from the bottom up.
    public var layers: [Layer]
    /// How the space between places is filled.
    public var style: Style
    /// What the heights mean.
    public var stacking: Stacking

    /// A chart of stacked parts.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - horizontal: the horizontal axis.
    ///   - vertical: the vertical axis.
    ///   - places: values on the horizontal axis, ascending.
    ///   - layers: the parts, from the bottom up.
    ///   - style: areas or bars.
    ///   - stacking: sums or shares.
    public init(
        _ heading: Heading,
        horizontal: Axis,
        vertical: Axis,
        places: [Double],
        layers: [Layer],
        style: Style = .areas,
        stacking: Stacking = .sums
    ) {
        self.heading = heading
        self.horizontal = horizontal
        self.vertical = vertical
        self.places = places
        self.layers = layers
        self.style = style
        self.stacking = stacking
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        page.legend(
            layers.indices.reversed().map { LegendEntry(sign: .area(.hue(hue($0))), label: layers[$0].name) })
        let cells = Intervals(around: places, on: horizontal.scale)
        let xScale = horizontal.resolved(for: style == .bars ? cells.edges : cells.places, padding: .none)
        let boundaries = boundaries(at: cells.indices)
        let tops = boundaries.last ?? []
        let yScale =
            stacking == .shares
            ? Scale(.linear, over: 0...1) : vertical.resolved(for: [0] + tops, padding: .fromZero)
        let plot = page.plot(horizontal, xScale, vertical, yScale)
        page.axes(plot, grid: .rows)
        page.drawing.clipped(to: plot.area) { drawing in
            for (index, layer) in layers.enumerated() {
                let low = boundaries[index]
                let high = boundaries[index + 1]
                switch style {
                case .areas:
                    let upper = corners(plot, cells.places, high)
                    let lower = corners(plot, cells.places, low)
                    drawing.polygon(
                        upper + lower.reversed(), fill: .hue(hue(index)), opacity: 0.9, tooltip: layer.name)
                    drawing.polyline(upper, stroke: .surface, width: 1)
                case .bars:
                    bars(on: &drawing, plot, cells, layer: index, from: low, to: high)
                }
            }
        }
        let names = layers.map(\.name).joined(separator: ", ")
        page.summary = "Stack of \(vertical.label) over \(horizontal.label), from the bottom: \(names)."
        page.finish()
        return page
    }

    private func bars(
        on drawing: inout Drawing, _ plot: Plot, _ cells: Intervals, layer: Int, from low: [Double],
        to high: [Double]
    ) {
        for column in cells.places.indices {
            guard let left = plot.x(cells.edges[column]), let right = plot.x(cells.edges[column + 1]),
                let top = plot.y(high[column]), let bottom = plot.y(low[column]), bottom - top > 0.01
            else { continue }
            let gap = min(3, (right - left) * 0.15)
            let name = layers[layer].name
            let value = vertical.format.text(high[column] - low[column])
            drawing.rectangle(
                Rectangle(x: left + gap / 2, y: top, width: right - left - gap, height: bottom - top - 0.5),
                fill: .hue(hue(layer)),
                tooltip: "\(name): \(value) at \(horizontal.format.text(cells.places[column]))")
        }
    }

    /// Lower edge of every layer and upper edge of the last, `[layers + 1][places]`.
    private func boundaries(at indices: [Int]) -> [[Double]] {
        func value(_ layer: Layer, _ index: Int) -> Double {
            guard layer.values.indices.contains(index) else { return 0 }
            let value = layer.values[index]
            return value.isFinite ? max(0, value) : 0
        }
        let totals = indices.map { index in layers.map { value($0, index) }.reduce(0, +) }
        var result = [indices.map { _ in 0.0 }]
        for layer in layers {
            let below = result[result.count - 1]
            result.append(
                indices.enumerated().map { place, index in
                    let total = stacking == .sums || totals[place] == 0 ? 1 : totals[place]
                    return below[place] + value(layer, index) / total
                })
        }
        return result
    }

    private func corners(_ plot: Plot, _ places: [Double], _ heights: [Double]) -> [Position] {
        zip(places, heights).compactMap { plot.position(DataPoint(x: $0, y: $1)) }
    }

    private func hue(_ index: Int) -> Hue { layers[index].hue ?? Hue.cycled(index) }
}
