/// The colours of data: twelve that people with the common colour-vision deficiencies tell apart.
///
/// - Source: the first eight M. Okabe and K. Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/;
///   black is replaced by grey. Indigo and wine are of P. Tol, "Colour Schemes" (2021), the muted scheme,
///   https://personal.sron.nl/~pault/; brown and mint were chosen so that none of the four is closer to another than
///   the first eight are to one another. The variants for dark surfaces are lighter tints.
public enum Hue: String, Sendable, Hashable, CaseIterable {
    /// Blue, the first choice for a single series.
    case blue
    /// Vermillion, the strongest contrast to blue.
    case vermillion
    /// Bluish green.
    case green
    /// Orange.
    case orange
    /// Reddish purple.
    case purple
    /// Sky blue.
    case sky
    /// Yellow; use it for areas, not for thin lines on white.
    case yellow
    /// Grey, for what needs no emphasis.
    case grey
    /// Dark blue violet.
    case indigo
    /// Dark purple red; lighter on dark surfaces.
    case wine
    /// Dark brown.
    case brown
    /// Pale green; use it for areas, not for thin lines on white.
    case mint

    /// The hue of the series at a position, repeating after all are used.
    ///
    /// - Parameter index: position in the list of series, from 0.
    /// - Returns: one of the twelve.
    public static func cycled(_ index: Int) -> Hue {
        allCases[((index % allCases.count) + allCases.count) % allCases.count]
    }

    /// The colour on a light surface.
    var light: Colour {
        switch self {
        case .blue: Colour(0x0072B2)
        case .vermillion: Colour(0xD55E00)
        case .green: Colour(0x009E73)
        case .orange: Colour(0xE69F00)
        case .purple: Colour(0xCC79A7)
        case .sky: Colour(0x56B4E9)
        case .yellow: Colour(0xF0E442)
        case .grey: Colour(0x7A828C)
        case .indigo: Colour(0x332288)
        case .wine: Colour(0x882255)
        case .brown: Colour(0x663300)
        case .mint: Colour(0xA8E0B8)
        }
    }

    /// The colour on a dark surface.
    var dark: Colour {
        switch self {
        case .blue: Colour(0x3F97DB)
        case .vermillion: Colour(0xF0803C)
        case .green: Colour(0x22B88C)
        case .orange: Colour(0xF2B544)
        case .purple: Colour(0xDF97C1)
        case .sky: Colour(0x8FD0F7)
        case .yellow: Colour(0xF0E665)
        case .grey: Colour(0x949DA8)
        case .indigo: Colour(0x7E70F2)
        case .wine: Colour(0xE84962)
        case .brown: Colour(0xBB9156)
        case .mint: Colour(0xD4E5D9)
        }
    }
}
