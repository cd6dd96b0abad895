/// A description of a figure that can be drawn as SVG.
///
/// Charts are values; drawing is a pure function, so the same chart on the same canvas gives the same bytes.
public protocol Chart: Sendable {
    /// Title, subtitle, caption and description.
    var heading: Heading { get set }

    /// The figure as the text of one `svg` element, ready for a file or to be placed inside HTML.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    func svg(on canvas: Canvas) -> String
}

/// The words around a figure.
public struct Heading: Sendable, Hashable {
    /// What the figure shows, in one line.
    public var title: String
    /// Conditions under which it holds, below the title; may be empty.
    public var subtitle: String
    /// Notes and sources below the figure; may be empty.
    public var caption: String
    /// Text for readers who cannot see the figure; a summary of its parts stands in when empty.
    public var description: String

    /// The words around a figure.
    ///
    /// - Parameters:
    ///   - title: what the figure shows.
    ///   - subtitle: conditions, may be empty.
    ///   - caption: notes and sources, may be empty.
    ///   - description: text for readers who cannot see the figure, may be empty.
    public init(_ title: String, subtitle: String = "", caption: String = "", description: String = "") {
        self.title = title
        self.subtitle = subtitle
        self.caption = caption
        self.description = description
    }
}
