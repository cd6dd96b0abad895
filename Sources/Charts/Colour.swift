/// A colour in sRGB, eight bits a channel.
struct Colour: Sendable, Hashable {
    let red: Double
    let green: Double
    let blue: Double

    init(_ hexadecimal: Int) {
        red = Double((hexadecimal >> 16) & 0xFF)
        green = Double((hexadecimal >> 8) & 0xFF)
        blue = Double(hexadecimal & 0xFF)
    }

    init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The colour as CSS writes it, `#0072b2`.
    var css: String {
        "#"
            + [red, green, blue].map { channel in
                let byte = Int(max(0, min(255, channel)).rounded())
                return (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
    }

    /// Relative luminance between 0 (black) and 1 (white).
    ///
    /// - Source: Web Content Accessibility Guidelines 2.1, definition of relative luminance.
    var luminance: Double {
        func linear(_ channel: Double) -> Double {
            let ratio = channel / 255
            return ratio <= 0.03928 ? ratio / 12.92 : Elementary.power((ratio + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// Black or white, whichever is easier to read on this colour.
    var textColour: Colour {
        let onWhite = 1.05 / (luminance + 0.05)
        let onBlack = (luminance + 0.05) / 0.05
        return onWhite * 1.35 >= onBlack ? Colour(0xFFFFFF) : Colour(0x14171A)
    }

    /// The colour darkened until text in it stands out from white by a contrast of 4.5.
    var readable: Colour {
        var colour = self
        while 1.05 / (colour.luminance + 0.05) < 4.5 {
            colour = colour.mixed(with: Colour(0), fraction: 0.06)
        }
        return colour
    }

    /// The colour a fraction of the way to another, channel by channel.
    func mixed(with other: Colour, fraction: Double) -> Colour {
        Colour(
            red: red + (other.red - red) * fraction,
            green: green + (other.green - green) * fraction,
            blue: blue + (other.blue - blue) * fraction)
    }
}
