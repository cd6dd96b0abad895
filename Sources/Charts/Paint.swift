/// What a mark is painted with: a role that each theme gives a colour, or a fixed colour.
enum Paint: Sendable, Hashable {
    /// Text and axes.
    case ink
    /// Secondary text.
    case muted
    /// Grid lines.
    case grid
    /// Background of the chart.
    case surface
    /// Background of a row that bars lie on.
    case track
    /// A colour of data.
    case hue(Hue)
    /// Text that stands on a colour of data.
    case onHue(Hue)
    /// Text in a colour of data, dark enough to read on a light surface.
    case words(Hue)
    /// Hatching, for values that are missing.
    case hatch
    /// The same colour in every theme.
    case fixed(Colour)

    /// Name of the role in classes and variables; nil for a fixed colour.
    var name: String? {
        switch self {
        case .ink: "ink"
        case .muted: "muted"
        case .grid: "grid"
        case .surface: "surface"
        case .track: "track"
        case .hue(let hue): hue.rawValue
        case .onHue(let hue): "on-" + hue.rawValue
        case .words(let hue): "words-" + hue.rawValue
        case .hatch, .fixed: nil
        }
    }

    /// Colour on a light surface.
    var light: Colour {
        switch self {
        case .ink: Colour(0x1D2329)
        case .muted: Colour(0x5B6570)
        case .grid: Colour(0xE3E6EA)
        case .surface: Colour(0xFFFFFF)
        case .track: Colour(0xF2F4F6)
        case .hatch: Colour(0xC3C9D0)
        case .hue(let hue): hue.light
        case .onHue(let hue): hue.light.textColour
        case .words(let hue): hue.light.readable
        case .fixed(let colour): colour
        }
    }

    /// Colour on a dark surface.
    var dark: Colour {
        switch self {
        case .ink: Colour(0xE8EBEE)
        case .muted: Colour(0xA3ACB6)
        case .grid: Colour(0x2F363E)
        case .surface: Colour(0x14181D)
        case .track: Colour(0x1E242A)
        case .hatch: Colour(0x46505A)
        case .hue(let hue): hue.dark
        case .onHue(let hue): hue.dark.textColour
        case .words(let hue): hue.dark
        case .fixed(let colour): colour
        }
    }
}
