/// A line of block characters for the terminal: `▁▂▄▆█`.
public struct Sparkline: Sendable, Hashable {
    /// The values, from left to right; not finite leaves a blank.
    public var values: [Double]
    /// The values drawn lowest and highest; nil takes those of the data.
    public var range: ClosedRange<Double>?

    /// A sparkline.
    ///
    /// - Parameters:
    ///   - values: from left to right; not finite leaves a blank.
    ///   - range: the values drawn lowest and highest; nil takes those of the data.
    public init(_ values: [Double], range: ClosedRange<Double>? = nil) {
        self.values = values
        self.range = range
    }

    /// The line, one character a value; values outside the range are drawn at its ends.
    ///
    /// - Parameter glyphs: block characters, or ASCII characters of growing darkness.
    /// - Returns: as many characters as there are values.
    public func text(_ glyphs: TextPlot.Glyphs = .unicode) -> String {
        let blocks = Array(glyphs == .unicode ? "▁▂▃▄▅▆▇█" : "_.:-=+*#")
        let known = values.filter(\.isFinite)
        let low = range?.lowerBound ?? known.min() ?? 0
        let high = range?.upperBound ?? known.max() ?? 1
        return String(
            values.map { value -> Character in
                guard value.isFinite else { return " " }
                guard high > low else { return blocks[blocks.count / 2] }
                let fraction = max(0, min(1, (value - low) / (high - low)))
                return blocks[min(blocks.count - 1, Int(fraction * Double(blocks.count)))]
            })
    }
}
