/// A sequence of colours in which equal steps of value look like equal steps of lightness.
public enum ColourRamp: Sendable, Hashable {
    /// Dark violet over green to yellow; readable in grey and with colour-vision deficiencies.
    ///
    /// - Source: S. van der Walt and N. Smith, matplotlib colour map "viridis" (2015, CC0), nine samples.
    case viridis
    /// The same from yellow to dark violet, for quantities of which less is better.
    case viridisReversed

    /// The colour at a fraction of the ramp, fractions outside 0...1 clamped.
    func colour(at fraction: Double) -> Colour {
        let clamped = max(0, min(1, fraction.isFinite ? fraction : 0))
        let place = (self == .viridis ? clamped : 1 - clamped) * Double(Self.samples.count - 1)
        let lower = min(Int(place), Self.samples.count - 2)
        return Colour(Self.samples[lower]).mixed(
            with: Colour(Self.samples[lower + 1]), fraction: place - Double(lower))
    }

    private static let samples = [
        0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21908C, 0x27AD81, 0x5DC863, 0xAADC32, 0xFDE725,
    ]
}
