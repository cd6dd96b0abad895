/// A line plot in characters for the terminal, with axes and labels.
public struct TextPlot: Sendable, Hashable {
    /// Which characters are used.
    public enum Glyphs: Sendable, Hashable {
        /// Box drawing, block and geometric characters.
        case unicode
        /// ASCII only; superscripts become `10^27`.
        case ascii
    }

    /// The line above the plot.
    public var title: String
    /// The horizontal axis.
    public var horizontal: Axis
    /// The vertical axis; a linear one starts at zero unless fixed.
    public var vertical: Axis
    /// The lines; each has its own character.
    public var series: [Series]
    /// Characters in a line, at least 30.
    public var width: Int
    /// Lines of the plotting area, at least 4.
    public var height: Int

    /// A plot in characters.
    ///
    /// - Parameters:
    ///   - title: the line above the plot, may be empty.
    ///   - horizontal: the horizontal axis.
    ///   - vertical: the vertical axis.
    ///   - series: the lines.
    ///   - width: characters in a line, at least 30.
    ///   - height: lines of the plotting area, at least 4.
    public init(
        _ title: String,
        horizontal: Axis,
        vertical: Axis,
        series: [Series],
        width: Int = 72,
        height: Int = 16
    ) {
        self.title = title
        self.horizontal = horizontal
        self.vertical = vertical
        self.series = series
        self.width = max(30, min(400, width))
        self.height = max(4, min(200, height))
    }

    /// The plot, lines separated by line breaks, without trailing blanks.
    ///
    /// - Parameter glyphs: which characters are used.
    /// - Returns: lines of at most `width` characters, save for titles longer than that.
    public func text(_ glyphs: Glyphs = .unicode) -> String {
        let points = series.flatMap(\.points)
        let xScale = horizontal.resolved(for: points.map(\.x), padding: .none)
        let yScale = vertical.resolved(for: points.map(\.y), padding: .fromZero)
        let rows = yScale.ticks(atMost: max(2, height / 3))
        let rowLabels = vertical.format.labels(for: rows, on: yScale.kind).map { Self.plain($0, glyphs) }
        let gutter = min((rowLabels.map(\.count).max() ?? 0) + 1, width / 2)
        let columns = width - gutter - 1
        var grid = Array(repeating: Array(repeating: Character(" "), count: columns), count: height)
        for (index, line) in series.enumerated() {
            draw(line, glyph: Self.glyph(index, glyphs), xScale, yScale, on: &grid)
        }
        var lines = [title, series.count > 1 ? legend(glyphs) : "", Self.plain(vertical.label, glyphs)]
            .filter { !$0.isEmpty }
        for row in 0..<height {
            let tick = rows.indices.first { index in
                Self.cell(yScale.fraction(of: rows[index]), count: height) == height - 1 - row
            }
            let label = tick.map { rowLabels[$0] } ?? ""
            let rule = glyphs == .ascii ? (tick == nil ? "|" : "+") : (tick == nil ? "│" : "┤")
            let blanks = String(repeating: " ", count: max(0, gutter - 1 - label.count))
            lines.append(blanks + label.suffix(gutter) + " " + rule + String(grid[row]))
        }
        lines += axis(xScale, gutter: gutter, columns: columns, glyphs)
        return lines.map(Self.withoutTrailingBlanks).joined(separator: "\n")
    }

    private func draw(
        _ line: Series, glyph: Character, _ xScale: Scale, _ yScale: Scale, on grid: inout [[Character]]
    ) {
        let columns = grid[0].count
        var last: (x: Double, y: Double)?
        for point in line.points {
            guard let x = xScale.fraction(of: point.x), let y = yScale.fraction(of: point.y),
                abs(x) < 100, abs(y) < 100
            else {
                last = nil
                continue
            }
            let start = last ?? (x, y)
            let steps = max(1, min(2000, Int(abs(x - start.x) * Double(columns) * 2)))
            for step in 0...steps {
                let part = Double(step) / Double(steps)
                let column = Self.cell(start.x + (x - start.x) * part, count: columns)
                let row = Self.cell(start.y + (y - start.y) * part, count: height)
                if let column, let row { grid[height - 1 - row][column] = glyph }
            }
            last = (x, y)
        }
    }

    private func axis(_ scale: Scale, gutter: Int, columns: Int, _ glyphs: Glyphs) -> [String] {
        let blanks = String(repeating: " ", count: gutter)
        for count in stride(from: max(2, columns / 8), through: 2, by: -1) {
            let ticks = scale.ticks(atMost: count)
            let labels = horizontal.format.labels(for: ticks, on: scale.kind).map { Self.plain($0, glyphs) }
            var rule = Array(repeating: Character(glyphs == .ascii ? "-" : "─"), count: columns)
            var words = Array(repeating: Character(" "), count: width)
            var free = 0
            var isApart = true
            for (tick, label) in zip(ticks, labels) {
                guard let column = Self.cell(scale.fraction(of: tick), count: columns) else { continue }
                rule[column] = glyphs == .ascii ? "+" : "┬"
                let start = max(0, min(width - label.count, gutter + 1 + column - label.count / 2))
                guard start >= free, start + label.count <= width else {
                    isApart = false
                    break
                }
                words.replaceSubrange(start..<(start + label.count), with: Array(label))
                free = start + label.count + 2
            }
            if isApart || count == 2 {
                let title = Self.plain(horizontal.label, glyphs)
                let indent = max(0, gutter + 1 + (columns - title.count) / 2)
                return [
                    blanks + (glyphs == .ascii ? "+" : "└") + String(rule), String(words),
                    String(repeating: " ", count: indent) + title,
                ]
            }
        }
        return []
    }

    private func legend(_ glyphs: Glyphs) -> String {
        series.indices.map { "\(Self.glyph($0, glyphs)) \(series[$0].name)" }.joined(separator: "   ")
    }

    private static func glyph(_ index: Int, _ glyphs: Glyphs) -> Character {
        let choices = Array(glyphs == .ascii ? "*o+x#@%&" : "●○◆◇▲△■□")
        return choices[index % choices.count]
    }

    private static func cell(_ fraction: Double?, count: Int) -> Int? {
        guard let fraction, (-1e-9...1 + 1e-9).contains(fraction) else { return nil }
        return max(0, min(count - 1, Int((fraction * Double(count - 1)).rounded())))
    }

    private static func withoutTrailingBlanks(_ line: String) -> String {
        var result = Substring(line)
        while result.hasSuffix(" ") { result = result.dropLast() }
        return String(result)
    }

    /// Text in ASCII where that is asked for: `10^27`, `us`, `-`.
    static func plain(_ text: String, _ glyphs: Glyphs) -> String {
        guard glyphs == .ascii else { return text }
        var result = ""
        var isRaised = false
        for character in text {
            let plain = Superscript.plain(character)
            if plain != nil, !isRaised { result += "^" }
            isRaised = plain != nil
            switch plain ?? character {
            case "\u{2212}": result += "-"
            case "\u{00D7}": result += "x"
            case "\u{00A0}": result += " "
            case "µ": result += "u"
            case let other: result += other.isASCII ? String(other) : "?"
            }
        }
        return result
    }
}
