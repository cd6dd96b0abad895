extension HeatMap {
    /// Draws the colour bar or the categories, then what hatching and overlaid lines mean.
    func drawLegend(on page: inout Page, hatching: String?) {
        var entries: [LegendEntry] = []
        switch cells {
        case .values(_, let axis, let ramp):
            if let scale = valueScale { colourBar(axis, scale, ramp, on: &page) }
        case .categories(_, let categories):
            entries = categories.map { LegendEntry(sign: .area(.hue($0.hue)), label: $0.name) }
        }
        if let hatching { entries.append(LegendEntry(sign: .area(.hatch), label: hatching)) }
        entries += overlays.map { line in
            LegendEntry(sign: .line(line.hue.map(Paint.hue) ?? .ink, line.dash), label: line.name)
        }
        page.legend(entries)
    }

    private func colourBar(_ axis: Axis, _ scale: Scale, _ ramp: ColourRamp, on page: inout Page) {
        let small = page.typography.small
        page.paragraph(axis.label, size: small, paint: .muted)
        let length = min(page.width - small, small * 26)
        let bar = Rectangle(
            x: page.left, y: page.y + small * 0.3, width: length, height: small * 0.8)
        let steps = 64
        page.drawing.crisp { drawing in
            for step in 0..<steps {
                let colour = ramp.colour(at: (Double(step) + 0.5) / Double(steps))
                let start = (bar.x + length * Double(step) / Double(steps)).rounded()
                let end = (bar.x + length * Double(step + 1) / Double(steps)).rounded()
                drawing.rectangle(
                    Rectangle(x: start, y: bar.y, width: end - start, height: bar.height),
                    fill: .fixed(colour))
            }
        }
        let ticks = TickLayout.horizontal(
            scale, format: axis.format, size: small, span: bar.x...bar.maxX, room: 4...(page.canvas.width - 4)
        )
        for tick in ticks {
            let x = bar.x + tick.fraction * length
            page.drawing.line(
                from: Position(x: x, y: bar.maxY), to: Position(x: x, y: bar.maxY + 3), stroke: .muted)
            page.drawing.text(
                PlacedText(
                    content: tick.label, place: Position(x: x, y: bar.maxY + small * 1.3), size: small,
                    anchor: .middle, paint: .muted))
        }
        page.y = bar.maxY + small * 2.4
    }
}
