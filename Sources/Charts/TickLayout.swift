/// A labelled tick.
struct Tick: Sendable, Hashable {
    let value: Double
    /// Place on the axis, 0...1.
    let fraction: Double
    let label: String
}

/// The choice of as many tick labels as fit without touching.
enum TickLayout {
    /// Ticks of a horizontal axis.
    ///
    /// Where none stand inside the room at their ticks, those at its ends are moved inwards, as a plot draws them: on a
    /// narrow canvas the label of a tick at the end of the axis has no room beyond it.
    /// - Parameters:
    ///   - scale: the axis.
    ///   - format: how labels are written.
    ///   - size: font size of the labels.
    ///   - span: where the axis starts and ends, in pixels.
    ///   - room: where labels may reach.
    /// - Returns: ticks whose labels stand apart, ascending.
    static func horizontal(
        _ scale: Scale, format: NumberFormat, size: Double,
        span: ClosedRange<Double>, room: ClosedRange<Double>
    ) -> [Tick] {
        let length = span.upperBound - span.lowerBound
        let most = max(2, min(12, Int(length / (size * 4.2))))
        for farthest in [0, size * 1.5] {
            for count in stride(from: most, through: 2, by: -1) {
                let ticks = ticks(scale, format: format, atMost: count)
                let labels = ticks.map { tick in
                    PlacedText(
                        content: tick.label,
                        place: Position(x: span.lowerBound + tick.fraction * length, y: 0), size: size,
                        anchor: .middle)
                }
                let kept = labels.map { $0.kept(between: room.lowerBound, and: room.upperBound) }
                let outlines = kept.map(\.outline)
                let isApart = zip(outlines, outlines.dropFirst()).allSatisfy {
                    $0.maxX + size * 0.7 <= $1.x
                }
                let isNear = zip(labels, kept).allSatisfy { abs($0.place.x - $1.place.x) <= farthest }
                if isApart, isNear, ticks.count >= 2 || farthest == 0 { return ticks }
            }
        }
        return ticks(scale, format: format, atMost: 2).prefix(1).filter { _ in length > size * 4 }
    }

    /// Ticks of a vertical axis of a length in pixels.
    static func vertical(_ scale: Scale, format: NumberFormat, size: Double, length: Double) -> [Tick] {
        let most = max(2, min(9, Int(length / (size * 2.8))))
        for count in stride(from: most, through: 2, by: -1) {
            let ticks = ticks(scale, format: format, atMost: count)
            let isApart = zip(ticks, ticks.dropFirst()).allSatisfy {
                ($1.fraction - $0.fraction) * length >= size * 1.5
            }
            if isApart { return ticks }
        }
        return []
    }

    private static func ticks(_ scale: Scale, format: NumberFormat, atMost count: Int) -> [Tick] {
        let values = format == .duration ? scale.durations(atMost: count) : scale.ticks(atMost: count)
        return zip(values, format.labels(for: values, on: scale.kind)).compactMap { value, label in
            scale.fraction(of: value).map { Tick(value: value, fraction: $0, label: label) }
        }
    }
}
