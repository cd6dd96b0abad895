/// The style rules of one drawing, for the colours it uses.
///
/// Every rule gives a plain colour first and a variable second: readers that know CSS variables follow the
/// variable, which the dark scheme redefines and a page may override on the drawing's id; others keep the
/// plain colour. All class names start with the drawing's identifier, so drawings can share a page.
struct StyleSheet: Sendable {
    let identifier: String
    let fills: Set<Paint>
    let strokes: Set<Paint>

    /// The rules as CSS.
    func text(_ appearance: Canvas.Appearance, halo: Halo) -> String {
        let paints = Set(fills).union(strokes).union([.surface, .hatch])
        let names = paints.compactMap { paint in Self.variable(paint).map { ($0, paint) } }
            .sorted { $0.0 < $1.0 }
        let isDark = appearance == .dark
        func variables(_ colour: (Paint) -> Colour) -> String {
            "#\(identifier){"
                + names.map { "--\($0.0):\(colour($0.1).css)" }.joined(separator: ";") + "}\n"
        }
        func rule(_ name: String, _ property: String, _ paint: Paint) -> String {
            let colour = isDark ? paint.dark : paint.light
            let variable = Self.variable(paint) ?? ""
            return ".\(identifier)-\(name){\(property):\(colour.css);\(property):var(--\(variable))}\n"
        }
        var text = variables { isDark ? $0.dark : $0.light }
        text += "#\(identifier){font-family:\(Self.fonts);font-variant-numeric:tabular-nums}\n"
        text += fills.compactMap { paint in paint.name.map { rule("fill-" + $0, "fill", paint) } }
            .sorted().joined()
        text += strokes.compactMap { paint in paint.name.map { rule("line-" + $0, "stroke", paint) } }
            .sorted().joined()
        text += rule("hatching", "stroke", .hatch)
        if halo == .halo {
            text += rule("halo", "stroke", .surface)
            text += ".\(identifier)-halo{stroke-width:3px;stroke-linejoin:round;paint-order:stroke}\n"
        }
        if appearance == .automatic {
            text += "@media (prefers-color-scheme:dark){\n" + variables { $0.dark } + "}\n"
        }
        return text
    }

    /// The pattern that marks missing values.
    var hatchPattern: String {
        "<pattern id=\"\(identifier)-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\""
            + " patternTransform=\"rotate(45)\"><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\""
            + " class=\"\(identifier)-hatching\" stroke-width=\"2\"/></pattern>\n"
    }

    private static func variable(_ paint: Paint) -> String? {
        paint == .hatch ? "hatch" : paint.name
    }

    private static let fonts =
        "system-ui,-apple-system,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"Noto Sans\",Arial,sans-serif"
}
