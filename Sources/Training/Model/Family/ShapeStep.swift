/// A shape that is one step away from another on one axis of a family's grid, everything else as it follows from that.
public struct ShapeStep: Hashable, Sendable {
    /// Numbers of a shape in which neighbours differ.
    public enum Axis: String, Hashable, Sendable, CaseIterable {
        /// Width of the model, heads and inner widths with it.
        case width
        /// Numbered layers.
        case layers
        /// Feed-forward width over width, of experts too.
        case ratio
        /// Routed experts.
        case experts
    }

    /// To which side a step goes.
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        /// To the next smaller number.
        case less
        /// To the next larger number.
        case more
    }

    /// The number that changes.
    public let axis: Axis
    /// To which side.
    public let direction: Direction
    /// The shape there.
    public let shape: TransformerShape

    /// The step in words: `more layers`.
    public var words: String { End(axis: axis, direction: direction).words }

    /// A step that leads out of the grid.
    public struct End: Hashable, Sendable {
        /// The number that would change.
        public let axis: Axis
        /// To which side.
        public let direction: Direction
    }
}

extension ShapeStep.End {
    /// The step in words: `more layers`.
    public var words: String {
        switch axis {
        case .width: direction == .less ? "narrower" : "wider"
        case .layers: "\(direction == .less ? "fewer" : "more") layers"
        case .ratio: "\(direction == .less ? "smaller" : "larger") ratio"
        case .experts: "\(direction == .less ? "fewer" : "more") experts"
        }
    }
}

extension TransformerFamily {
    /// The neighbours of a shape: the next value of each axis to either side, the other axes held.
    ///
    /// A shape that is not on the grid, as the named one may be, has the values of the grid around it for neighbours.
    /// Whether a neighbour lies about the curve as the shapes of a question do is not looked at.
    /// - Parameter shape: of the family.
    /// - Returns: steps in the order of ``ShapeStep/Axis``, less before more; none where an axis ends.
    public func steps(from shape: TransformerShape) -> [ShapeStep] {
        let ratio = ratio(of: shape)
        let experts = shape.experts.map { (count: $0.count, active: $0.active) }
        func steps<Value: Comparable>(
            _ axis: ShapeStep.Axis, _ values: [Value], from value: Value, _ make: (Value) -> TransformerShape?
        ) -> [ShapeStep] {
            func first(_ values: some Sequence<Value>, _ direction: ShapeStep.Direction) -> ShapeStep? {
                // Widths in multiples of 128 may make one shape of two values.
                values.lazy.compactMap(make).first { $0 != shape }.map {
                    ShapeStep(axis: axis, direction: direction, shape: $0)
                }
            }
            let sorted = values.sorted()
            return [
                first(sorted.filter { $0 < value }.reversed(), .less),
                first(sorted.filter { $0 > value }, .more),
            ].compactMap { $0 }
        }
        func shaped(
            width: Int = shape.width, layers: Int = shape.layers, ratio: Double = ratio,
            experts: (count: Int, active: Int)? = experts
        ) -> TransformerShape? {
            let all = keyValueHeads(heads(width: width))
            let nearest = all.min { abs($0 - shape.keyValueHeads) < abs($1 - shape.keyValueHeads) }
            guard let nearest else { return nil }
            var found = layer(width: width, keyValueHeads: nearest, ratio: ratio, experts: experts)
            found?.layers = layers
            return found
        }
        return steps(.width, grid.allWidths, from: shape.width) { shaped(width: $0) }
            + steps(.layers, grid.allLayers, from: shape.layers) { layers in
                var other = shape
                other.layers = layers
                return other
            }
            + steps(.ratio, grid.ratios, from: ratio) { shaped(ratio: $0) }
            + (experts.map { experts in
                steps(.experts, expertCounts, from: experts.count) {
                    shaped(experts: ($0, experts.active))
                }
            } ?? [])
    }

    /// The axes that have no further value, of those along which the family has steps.
    /// - Parameter steps: of one shape.
    /// - Returns: in the order of the axes, less before more.
    public func ends(of steps: [ShapeStep]) -> [ShapeStep.End] {
        ShapeStep.Axis.allCases.filter { $0 != .experts || own.experts != nil }.flatMap { axis in
            ShapeStep.Direction.allCases.map { ShapeStep.End(axis: axis, direction: $0) }
        }.filter { end in !steps.contains { $0.axis == end.axis && $0.direction == end.direction } }
    }

    /// Feed-forward width over width of a shape, in multiples of the named model's: the grid's value that gives it, or
    /// what it is.
    private func ratio(of shape: TransformerShape) -> Double {
        let own = Double(self.own.feedForward) * Double(shape.width) / Double(named.width)
        return grid.ratios.first { FamilyGrid.friendly(own * $0) == shape.feedForward }
            ?? Double(shape.feedForward) / own
    }
}
