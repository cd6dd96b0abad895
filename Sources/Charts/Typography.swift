/// Font sizes and distances, chosen once from the width of the canvas.
struct Typography: Sendable, Hashable {
    /// How much room there is.
    enum Density: Sendable, Hashable {
        case compact
        case regular
        case wide
    }

    let density: Density
    /// Size of tick labels, legends and captions.
    let small: Double
    /// Size of row labels and axis titles.
    let body: Double
    /// Size of the title.
    let title: Double
    /// Free space at every edge.
    let margin: Double

    init(width: Double) {
        switch width {
        case ..<600: (density, small, body, title, margin) = (.compact, 11, 11.5, 15, 14)
        case ..<1000: (density, small, body, title, margin) = (.regular, 12, 12.5, 17, 20)
        default: (density, small, body, title, margin) = (.wide, 14, 14.5, 21, 28)
        }
    }

    /// Height of the plotting area over its width, when the height is automatic.
    var aspect: Double {
        switch density {
        case .compact: 0.62
        case .regular: 0.5
        case .wide: 0.4
        }
    }

    /// Distance between baselines of text of a size.
    func leading(_ size: Double) -> Double { (size * 1.35).rounded() }

    /// Width of data lines.
    var stroke: Double { density == .wide ? 2.5 : 2 }
}
