/// One entry of a legend.
struct LegendEntry: Sendable, Hashable {
    /// The sign before the words.
    enum Sign: Sendable, Hashable {
        case line(Paint, Dash)
        case area(Paint)
        case tint(Paint)
        case dot(Paint, DotStyle)
    }

    let sign: Sign
    let label: String

    /// Opacity of areas that other marks lie on.
    static let tint = 0.28
}

/// A legend above the plotting area, flowing over as many lines as it needs.
struct Legend: Sendable {
    let entries: [LegendEntry]
    let typography: Typography

    /// Entries arranged in lines no wider than `width`, each with its distance from the left.
    func lines(width: Double) -> [[(entry: LegendEntry, x: Double)]] {
        var lines: [[(entry: LegendEntry, x: Double)]] = []
        var x = 0.0
        for entry in entries {
            let needed = signWidth(entry.sign) + 6 + TextWidth.estimate(entry.label, size: typography.small)
            if lines.isEmpty || x + needed > width {
                lines.append([])
                x = 0
            }
            lines[lines.count - 1].append((entry, x))
            x += needed + typography.small * 1.4
        }
        return lines
    }

    /// Draws the legend below `y` and gives the height it took.
    func draw(on drawing: inout Drawing, x: Double, y: Double, width: Double) -> Double {
        let leading = typography.leading(typography.small) + 3
        let lines = lines(width: width)
        for (index, line) in lines.enumerated() {
            let baseline = y + leading * Double(index) + typography.small
            for item in line {
                sign(item.entry.sign, on: &drawing, x: x + item.x, baseline: baseline)
                let indent = item.x + signWidth(item.entry.sign) + 6
                drawing.text(
                    PlacedText(
                        content: TextWidth.shortened(
                            item.entry.label, width: width - indent, size: typography.small),
                        place: Position(x: x + indent, y: baseline),
                        size: typography.small, paint: .muted))
            }
        }
        return leading * Double(lines.count) + (lines.isEmpty ? 0 : typography.small * 0.6)
    }

    private func signWidth(_ sign: LegendEntry.Sign) -> Double {
        switch sign {
        case .line: (typography.small * 1.5).rounded()
        case .area, .tint: (typography.small * 0.85).rounded()
        case .dot: (typography.small * 0.75).rounded()
        }
    }

    private func sign(_ sign: LegendEntry.Sign, on drawing: inout Drawing, x: Double, baseline: Double) {
        let middle = baseline - typography.small * 0.35
        switch sign {
        case .line(let paint, let dash):
            drawing.line(
                from: Position(x: x, y: middle), to: Position(x: x + signWidth(sign), y: middle),
                stroke: paint, width: typography.stroke, dash: dash)
        case .area(let paint):
            let side = signWidth(sign)
            if paint == .hatch {
                let ground = Rectangle(x: x, y: middle - side / 2, width: side, height: side)
                drawing.rectangle(ground, fill: .grid, radius: 2)
            }
            drawing.rectangle(
                Rectangle(x: x, y: middle - side / 2, width: side, height: side),
                fill: paint, radius: 2)
        case .tint(let paint):
            let side = signWidth(sign)
            drawing.rectangle(
                Rectangle(x: x, y: middle - side / 2, width: side, height: side), fill: paint, radius: 2,
                opacity: LegendEntry.tint)
        case .dot(let paint, let style):
            drawing.circle(
                Position(x: x + signWidth(sign) / 2, y: middle), radius: typography.small * 0.36,
                paint: paint,
                style: style)
        }
    }
}
