/// Where a chart is drawn: its width in pixels, its identifier in the page, its colours.
///
/// The width decides the layout, not only the scale: below 600 pixels labels move above their bars, fonts and
/// margins shrink, and ticks thin out. The SVG itself stretches to the width of whatever holds it.
public struct Canvas: Sendable, Hashable {
    /// Height of the drawing.
    public enum Height: Sendable, Hashable {
        /// Follows from the width or from the number of rows.
        case automatic
        /// The plotting area has this many pixels; ignored by charts made of rows.
        case plot(Double)
    }

    /// Which colours the drawing uses.
    public enum Appearance: Sendable, Hashable {
        /// Follows the reader's `prefers-color-scheme`; light where that is not supported.
        case automatic
        /// Always light, for print.
        case light
        /// Always dark.
        case dark
    }

    /// Prefix of every id and class of the drawing; must be unique in a page.
    public var identifier: String
    /// Width of the drawing in pixels, at least 280 is used.
    public var width: Double
    /// Height of the drawing.
    public var height: Height
    /// Which colours the drawing uses.
    public var appearance: Appearance

    /// A canvas for one chart.
    ///
    /// - Parameters:
    ///   - identifier: unique in the page; characters other than letters, digits, `-` and `_` become `-`.
    ///   - width: pixels, from 280 to 4000; outside values are clamped.
    ///   - height: automatic unless the plotting area must have a given height.
    ///   - appearance: automatic follows the reader's setting.
    public init(
        identifier: String,
        width: Double = 800,
        height: Height = .automatic,
        appearance: Appearance = .automatic
    ) {
        self.identifier = TextMarkup.identifier(identifier)
        self.width = width.isFinite ? max(280, min(4000, width)) : 800
        self.height = height
        self.appearance = appearance
    }
}
