/// One line of text at its place, with enough to estimate its outline.
struct PlacedText: Sendable, Hashable {
    /// Which part of the line stands at its place.
    enum Anchor: String, Sendable, Hashable {
        case start
        case middle
        case end
    }

    var content: String
    /// Where the baseline starts, has its middle, or ends.
    var place: Position
    var size: Double
    var anchor: Anchor = .start
    var paint: Paint = .ink
    var weight: FontWeight = .regular
    var halo: Halo = .none

    /// Estimated width in pixels.
    var width: Double { TextWidth.estimate(content, size: size, weight: weight) }

    /// Estimated outline: the height of capitals above the baseline and a little below it.
    var outline: Rectangle {
        let width = width
        let left: Double
        switch anchor {
        case .start: left = place.x
        case .middle: left = place.x - width / 2
        case .end: left = place.x - width
        }
        return Rectangle(x: left, y: place.y - size * 0.78, width: width, height: size)
    }

    /// The same text moved sideways until it lies between two limits.
    func kept(between left: Double, and right: Double) -> PlacedText {
        var moved = self
        let outline = outline
        if outline.maxX > right { moved.place.x -= outline.maxX - right }
        if moved.outline.x < left { moved.place.x += left - moved.outline.x }
        return moved
    }
}

/// Whether text has a rim in the colour of the surface, so that lines behind it do not disturb.
enum Halo: Sendable, Hashable {
    case none
    case halo
}

/// How points are drawn.
enum DotStyle: Sendable, Hashable {
    case filled
    case hollow
}

/// How a line is broken.
public enum Dash: Sendable, Hashable, CaseIterable {
    /// Unbroken.
    case solid
    /// Dashes, for limits and references.
    case dashed
    /// Dots, for what is extrapolated.
    case dotted
    /// Dashes and dots by turns.
    case dashDotted

    /// How the series at a position is broken where it does not say so: colours that come again are broken otherwise.
    ///
    /// - Parameter index: position in the list of series, from 0.
    /// - Returns: solid for as many as there are colours, then the next.
    static func cycled(_ index: Int) -> Dash { allCases[index / Hue.allCases.count % allCases.count] }

    /// Value of `stroke-dasharray`.
    var pattern: String? {
        switch self {
        case .solid: nil
        case .dashed: "5 4"
        case .dotted: "1.5 3.5"
        case .dashDotted: "8 3 1.5 3"
        }
    }
}
