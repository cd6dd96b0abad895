/// A drawing that is filled from top to bottom: heading, legend, plot, caption.
struct Page: Sendable {
    let canvas: Canvas
    let heading: Heading
    let typography: Typography
    var drawing: Drawing
    /// What kind of chart this is and what it holds, for readers who cannot see it.
    var summary = ""
    /// Where the next block starts.
    var y: Double

    /// A page with its background, title and subtitle drawn.
    init(canvas: Canvas, heading: Heading) {
        self.canvas = canvas
        self.heading = heading
        typography = Typography(width: canvas.width)
        drawing = Drawing(identifier: canvas.identifier)
        y = typography.margin
        paragraph(heading.title, size: typography.title, paint: .ink, weight: .bold)
        if !heading.subtitle.isEmpty {
            y += 2
            paragraph(heading.subtitle, size: typography.body, paint: .muted)
        }
        y += typography.small * 0.8
    }

    /// Left edge of the content.
    var left: Double { typography.margin }
    /// Right edge of the content.
    var right: Double { canvas.width - typography.margin }
    /// Width of the content.
    var width: Double { right - left }

    /// Draws wrapped text and moves on.
    mutating func paragraph(_ text: String, size: Double, paint: Paint, weight: FontWeight = .regular) {
        for line in TextWidth.wrapped(text, width: width, size: size, weight: weight) {
            let baseline = y + size
            drawing.text(
                PlacedText(
                    content: TextWidth.shortened(line, width: width, size: size, weight: weight),
                    place: Position(x: left, y: baseline), size: size, paint: paint,
                    weight: weight))
            y += typography.leading(size)
        }
    }

    /// Draws a legend and moves on; nothing for no entries.
    mutating func legend(_ entries: [LegendEntry]) {
        let legend = Legend(entries: entries, typography: typography)
        y += legend.draw(on: &drawing, x: left, y: y, width: width)
    }

    /// Draws the caption, to be called last.
    mutating func finish() {
        if !heading.caption.isEmpty {
            y += typography.small * 0.7
            paragraph(heading.caption, size: typography.small, paint: .muted)
        }
        y += typography.margin * 0.6
    }

    /// The page as SVG.
    var svg: String {
        var background = Drawing(identifier: canvas.identifier)
        background.rectangle(Rectangle(x: 0, y: 0, width: canvas.width, height: y), fill: .surface)
        return drawing.placed(on: background).svg(
            width: canvas.width, height: y, heading: heading, summary: summary, appearance: canvas.appearance)
    }
}
