/// Finds free places for the labels of points.
struct LabelPlacer: Sendable {
    /// Where a label stands relative to its point.
    enum Side: Sendable, Hashable, CaseIterable {
        case right
        case left
        case above
        case below
        case aboveRight
        case aboveLeft
        case belowRight
        case belowLeft
    }

    /// Where labels may stand.
    let bounds: Rectangle
    private var taken: [Rectangle]

    /// A placer that avoids what is drawn already.
    init(bounds: Rectangle, avoiding taken: [Rectangle]) {
        self.bounds = bounds
        self.taken = taken
    }

    /// The label at the first side where it touches nothing; nil when there is none.
    mutating func place(
        _ label: String, at point: Position, distance: Double, size: Double,
        weight: FontWeight = .regular, sides: [Side]
    ) -> PlacedText? {
        for side in sides {
            var text = Self.text(label, at: point, distance: distance, size: size, side: side)
            text.weight = weight
            let outline = text.outline.grown(by: 1)
            if bounds.contains(outline), !taken.contains(where: outline.overlaps) {
                taken.append(outline)
                return text
            }
        }
        return nil
    }

    private static func text(
        _ label: String, at point: Position, distance: Double, size: Double, side: Side
    ) -> PlacedText {
        let right = point.x + distance
        let left = point.x - distance
        let above = point.y - distance - size * 0.1
        let below = point.y + distance + size * 0.8
        let level = point.y + size * 0.35
        let (x, y, anchor): (Double, Double, PlacedText.Anchor) =
            switch side {
            case .right: (right, level, .start)
            case .left: (left, level, .end)
            case .above: (point.x, above, .middle)
            case .below: (point.x, below, .middle)
            case .aboveRight: (right - distance * 0.5, above, .start)
            case .aboveLeft: (left + distance * 0.5, above, .end)
            case .belowRight: (right - distance * 0.5, below, .start)
            case .belowLeft: (left + distance * 0.5, below, .end)
            }
        return PlacedText(
            content: label, place: Position(x: x, y: y), size: size, anchor: anchor, halo: .halo)
    }
}
