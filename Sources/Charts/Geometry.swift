/// A place in the drawing; x grows to the right and y downwards, in pixels.
struct Position: Sendable, Hashable {
    var x: Double
    var y: Double
}

/// An upright rectangle in the drawing, in pixels.
struct Rectangle: Sendable, Hashable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var maxX: Double { x + width }
    var maxY: Double { y + height }
    var midX: Double { x + width / 2 }
    var midY: Double { y + height / 2 }

    /// Whether two rectangles share area.
    func overlaps(_ other: Rectangle) -> Bool {
        x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
    }

    /// Whether another rectangle lies inside, with `slack` pixels allowed outside.
    func contains(_ other: Rectangle, slack: Double = 0) -> Bool {
        other.x >= x - slack && other.maxX <= maxX + slack && other.y >= y - slack
            && other.maxY <= maxY + slack
    }

    /// The rectangle grown by the same distance on every side.
    func grown(by distance: Double) -> Rectangle {
        Rectangle(
            x: x - distance, y: y - distance, width: width + 2 * distance, height: height + 2 * distance)
    }
}
