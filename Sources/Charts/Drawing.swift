/// An SVG under construction: elements in drawing order, and the style rules that they need.
struct Drawing: Sendable {
    let identifier: String
    private var elements = ""
    private var fills: Set<Paint> = []
    private var strokes: Set<Paint> = []
    private var definitions = ""
    private var hasHatch = false
    private var hasHalo = false
    /// Estimated outlines of the texts drawn so far, which tests use to look for overlaps.
    private(set) var texts: [PlacedText] = []

    init(identifier: String) {
        self.identifier = identifier
    }

    /// A rectangle, with an optional tooltip.
    mutating func rectangle(
        _ shape: Rectangle, fill: Paint, radius: Double = 0, opacity: Double = 1, tooltip: String = ""
    ) {
        var element = "<rect x=\"\(n(shape.x))\" y=\"\(n(shape.y))\""
        element += " width=\"\(n(max(0, shape.width)))\" height=\"\(n(max(0, shape.height)))\""
        if radius > 0 { element += " rx=\"\(n(radius))\"" }
        element += self.fill(fill) + self.opacity(opacity)
        elements += close(element, name: "rect", tooltip: tooltip)
    }

    /// A straight line.
    mutating func line(
        from start: Position, to end: Position, stroke: Paint, width: Double = 1, dash: Dash = .solid
    ) {
        elements += "<line x1=\"\(n(start.x))\" y1=\"\(n(start.y))\" x2=\"\(n(end.x))\" y2=\"\(n(end.y))\""
        elements += self.stroke(stroke, width: width, dash: dash) + "/>\n"
    }

    /// An open line through several places.
    mutating func polyline(
        _ places: [Position], stroke: Paint, width: Double, dash: Dash = .solid, tooltip: String = ""
    ) {
        guard places.count > 1 else { return }
        var element = "<path d=\"\(path(places))\" fill=\"none\" stroke-linejoin=\"round\""
        element += " stroke-linecap=\"\(dash == .solid ? "round" : "butt")\""
        element += self.stroke(stroke, width: width, dash: dash)
        elements += close(element, name: "path", tooltip: tooltip)
    }

    /// A closed area.
    mutating func polygon(_ places: [Position], fill: Paint, opacity: Double = 1, tooltip: String = "") {
        guard places.count > 2 else { return }
        let element = "<path d=\"\(path(places))Z\"" + self.fill(fill) + self.opacity(opacity)
        elements += close(element, name: "path", tooltip: tooltip)
    }

    /// A filled disc with a thin rim in the colour of the surface, or a ring.
    mutating func circle(
        _ centre: Position, radius: Double, paint: Paint, style: DotStyle = .filled, tooltip: String = ""
    ) {
        var element = "<circle cx=\"\(n(centre.x))\" cy=\"\(n(centre.y))\" r=\"\(n(radius))\""
        switch style {
        case .filled:
            element += self.paint(fill: paint, stroke: .surface) + strokeShape(width: 1, dash: .solid)
        case .hollow:
            element += self.paint(fill: .surface, stroke: paint) + strokeShape(width: 1.5, dash: .solid)
        }
        elements += close(element, name: "circle", tooltip: tooltip)
    }

    /// One line of text; its outline is kept.
    mutating func text(_ text: PlacedText) {
        guard !text.content.isEmpty else { return }
        texts.append(text)
        var element = "<text x=\"\(n(text.place.x))\" y=\"\(n(text.place.y))\""
        element += " font-size=\"\(n(text.size))\""
        if text.anchor != .start { element += " text-anchor=\"\(text.anchor.rawValue)\"" }
        if text.weight == .bold { element += " font-weight=\"600\"" }
        element += fill(text.paint, halo: text.halo)
        elements += element + ">\(TextMarkup.spans(text.content))</text>\n"
    }

    /// Everything that `content` draws, cut off outside a rectangle.
    mutating func clipped(to shape: Rectangle, _ content: (inout Drawing) -> Void) {
        let name = "\(identifier)-clip\(definitions.count)"
        definitions += "<clipPath id=\"\(name)\"><rect x=\"\(n(shape.x))\" y=\"\(n(shape.y))\""
        definitions += " width=\"\(n(shape.width))\" height=\"\(n(shape.height))\"/></clipPath>\n"
        elements += "<g clip-path=\"url(#\(name))\">\n"
        content(&self)
        elements += "</g>\n"
    }

    /// A place that shows words when pointed at, and is not seen.
    mutating func hotspot(_ centre: Position, radius: Double, tooltip: String) {
        let element =
            "<circle cx=\"\(n(centre.x))\" cy=\"\(n(centre.y))\" r=\"\(n(radius))\" fill=\"none\" "
            + "pointer-events=\"all\""
        elements += close(element, name: "circle", tooltip: tooltip)
    }

    /// A group without smoothing, for cells that must join without seams.
    mutating func crisp(_ content: (inout Drawing) -> Void) {
        elements += "<g shape-rendering=\"crispEdges\">\n"
        content(&self)
        elements += "</g>\n"
    }

    /// The same drawing with another one behind it.
    func placed(on background: Drawing) -> Drawing {
        var result = self
        result.elements = background.elements + elements
        result.fills.formUnion(background.fills)
        result.strokes.formUnion(background.strokes)
        return result
    }

    /// The whole document.
    func svg(
        width: Double, height: Double, heading: Heading, summary: String, appearance: Canvas.Appearance
    ) -> String {
        let title = "\(identifier)-title"
        let description = "\(identifier)-desc"
        let sentences = [summary, heading.subtitle, heading.caption].filter { !$0.isEmpty }
        let spoken = heading.description.isEmpty ? sentences.joined(separator: " ") : heading.description
        var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"\(identifier)\" role=\"img\""
        text += " aria-labelledby=\"\(title) \(description)\" viewBox=\"0 0 \(n(width)) \(n(height))\""
        text += " width=\"100%\">\n<title id=\"\(title)\">\(TextMarkup.escaped(heading.title))</title>\n"
        text += "<desc id=\"\(description)\">\(TextMarkup.escaped(spoken))</desc>\n"
        let sheet = StyleSheet(identifier: identifier, fills: fills, strokes: strokes)
        text += "<style>\n\(sheet.text(appearance, halo: hasHalo ? .halo : .none))</style>\n"
        let patterns = hasHatch ? sheet.hatchPattern : ""
        if !(definitions + patterns).isEmpty { text += "<defs>\n\(patterns)\(definitions)</defs>\n" }
        return text + elements + "</svg>\n"
    }

    private func n(_ value: Double) -> String { DecimalText.coordinate(value) }

    private func path(_ places: [Position]) -> String {
        "M" + places.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: "L")
    }

    private func opacity(_ value: Double) -> String { value < 1 ? " opacity=\"\(n(value))\"" : "" }

    private func close(_ element: String, name: String, tooltip: String) -> String {
        guard !tooltip.isEmpty else { return element + "/>\n" }
        return element + "><title>\(TextMarkup.escaped(tooltip))</title></\(name)>\n"
    }

    private mutating func fill(_ paint: Paint, halo: Halo = .none) -> String {
        self.paint(fill: paint, stroke: nil, halo: halo)
    }

    private mutating func stroke(_ paint: Paint, width: Double, dash: Dash) -> String {
        self.paint(fill: nil, stroke: paint) + strokeShape(width: width, dash: dash)
    }

    private func strokeShape(width: Double, dash: Dash) -> String {
        let pattern = dash.pattern.map { " stroke-dasharray=\"\($0)\"" } ?? ""
        return " stroke-width=\"\(n(width))\"" + pattern
    }

    /// The attributes that colour an element; themed colours become classes, and their rules are noted.
    private mutating func paint(fill: Paint?, stroke: Paint?, halo: Halo = .none) -> String {
        var attributes = ""
        var classes: [String] = []
        if case .fixed(let colour) = fill { attributes += " fill=\"\(colour.css)\"" }
        if case .fixed(let colour) = stroke { attributes += " stroke=\"\(colour.css)\"" }
        if fill == .hatch {
            hasHatch = true
            attributes += " fill=\"url(#\(identifier)-hatch)\""
        }
        if let fill, let name = fill.name {
            fills.insert(fill)
            classes.append("\(identifier)-fill-\(name)")
        }
        if let stroke, let name = stroke.name {
            strokes.insert(stroke)
            classes.append("\(identifier)-line-\(name)")
        }
        if halo == .halo {
            hasHalo = true
            classes.append("\(identifier)-halo")
        }
        return classes.isEmpty ? attributes : " class=\"\(classes.joined(separator: " "))\"" + attributes
    }
}
