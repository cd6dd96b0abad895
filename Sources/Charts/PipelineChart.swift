/// The timeline of a pipeline: one row a stage, one block a piece of work.
public struct PipelineChart: Chart {
    /// What a block of time is spent on.
    public enum Work: String, Sendable, Hashable, CaseIterable {
        /// Forward pass of a microbatch.
        case forward
        /// Recomputation of activations.
        case recompute
        /// Backward pass with respect to inputs, or the whole backward pass.
        case backward
        /// Backward pass with respect to weights, where schedules split it off.
        case weightGradient
        /// Transfer that arithmetic does not hide.
        case communication
        /// Optimizer step.
        case optimizer

        var hue: Hue {
            switch self {
            case .forward: .blue
            case .recompute: .sky
            case .backward: .orange
            case .weightGradient: .green
            case .communication: .purple
            case .optimizer: .grey
            }
        }

        var name: String {
            switch self {
            case .weightGradient: "weight gradient"
            default: rawValue
            }
        }
    }

    /// One piece of work.
    public struct Block: Sendable, Hashable {
        /// Row, from 0 at the top.
        public var stage: Int
        /// When it starts.
        public var start: Double
        /// How long it takes.
        public var length: Double
        /// What it is.
        public var work: Work
        /// Words inside, shown where they fit: usually the number of the microbatch.
        public var label: String
        /// Which chunk of the stage's layers; odd ones are underlined.
        public var chunk: Int
        /// Part of the row's height, from 0 at its bottom to 1; a share of the time where blocks are summed up.
        public var lane: ClosedRange<Double>

        /// One piece of work.
        ///
        /// - Parameters:
        ///   - stage: row, from 0 at the top.
        ///   - start: when it starts.
        ///   - length: how long it takes.
        ///   - work: what it is.
        ///   - label: words inside, shown where they fit.
        ///   - chunk: which chunk of the stage's layers, from 0; odd ones are underlined.
        ///   - lane: part of the row's height, within 0 to 1; all of it unless given.
        public init(
            stage: Int, start: Double, length: Double, work: Work, label: String,
            chunk: Int = 0, lane: ClosedRange<Double> = 0...1
        ) {
            self.stage = stage
            self.start = start
            self.length = length
            self.work = work
            self.label = label
            self.chunk = chunk
            self.lane = lane.clamped(to: 0...1)
        }
    }

    /// Title, subtitle, caption and description.
    public var heading: Heading
    /// The time axis.
    public var time: Axis
    /// Names of the rows, from the top down.
    public var stages: [String]
    /// The pieces of work.
    public var blocks: [Block]

    /// A timeline.
    ///
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - time: the time axis.
    ///   - stages: names of the rows, from the top down.
    ///   - blocks: the pieces of work; those of unknown rows or without length are left out.
    public init(_ heading: Heading, time: Axis, stages: [String], blocks: [Block]) {
        self.heading = heading
        self.time = time
        self.stages = stages
        self.blocks = blocks
    }

    /// The figure as the text of one `svg` element.
    ///
    /// - Parameter canvas: width, identifier and colours.
    /// - Returns: well-formed XML without a declaration, ending in a line break.
    public func svg(on canvas: Canvas) -> String { page(on: canvas).svg }

    func page(on canvas: Canvas) -> Page {
        var page = Page(canvas: canvas, heading: heading)
        let blocks = blocks.filter { block in
            stages.indices.contains(block.stage) && block.start.isFinite && block.length.isFinite
                && block.length > 0
        }
        let kinds = Set(blocks.map(\.work))
        page.legend(
            Work.allCases.filter(kinds.contains).map { work in
                LegendEntry(sign: .area(.hue(work.hue)), label: work.name)
            } + [LegendEntry(sign: .area(.grid), label: "idle")])
        let small = page.typography.small
        let pitch = pitch(page.typography)
        let labels = stages.map { TextWidth.estimate($0, size: small) }.max() ?? 0
        let start = page.left + min(labels, page.width * 0.3) + small * 0.6
        let area = Rectangle(
            x: start, y: page.y, width: page.right - start, height: pitch * Double(stages.count))
        let ends = blocks.flatMap { [$0.start, $0.start + $0.length] }
        let scale = time.resolved(for: [0] + ends, padding: .none)
        let columns = TickLayout.horizontal(
            scale, format: time.format, size: small, span: area.x...area.maxX,
            room: 4...(canvas.width - 4))
        let plot = Plot(
            area: area, horizontal: scale, vertical: Scale(.linear, over: 0...1), columns: columns, rows: [])
        stageRows(on: &page, area, pitch: pitch)
        let tooltips: Tooltips = blocks.count > 1000 ? .none : .all
        for block in blocks { draw(block, on: &page, plot, pitch: pitch, tooltips: tooltips) }
        page.axes(plot, grid: .none)
        page.y = area.maxY + small * 2.3
        page.drawing.text(
            PlacedText(
                content: time.label, place: Position(x: area.midX, y: page.y + small), size: small,
                anchor: .middle, paint: .muted))
        page.y += page.typography.leading(small)
        page.summary = "Timeline of \(stages.count) stages with \(blocks.count) pieces of work."
        page.finish()
        return page
    }

    /// Whether blocks carry tooltips; thousands of them would only make the file large.
    private enum Tooltips {
        case none
        case all
    }

    private func draw(
        _ block: Block, on page: inout Page, _ plot: Plot, pitch: Double, tooltips: Tooltips
    ) {
        guard let left = plot.x(block.start), let right = plot.x(block.start + block.length),
            right > plot.area.x, left < plot.area.maxX
        else { return }
        let isWhole = block.lane == 0...1
        let gap = isWhole && right - left > 4 ? 0.75 : 0
        let rowHeight = pitch - 3
        let shape = Rectangle(
            x: max(left, plot.area.x),
            y: plot.area.y + pitch * Double(block.stage) + 1.5 + rowHeight * (1 - block.lane.upperBound),
            width: min(right, plot.area.maxX) - max(left, plot.area.x) - gap,
            height: rowHeight * (block.lane.upperBound - block.lane.lowerBound))
        let words = "\(stages[block.stage]), \(block.work.name) \(block.label)"
        page.drawing.rectangle(
            shape, fill: .hue(block.work.hue), radius: isWhole && shape.width > 8 ? 1.5 : 0,
            tooltip: tooltips == .none ? "" : "\(words): \(time.format.text(block.length))")
        if !block.chunk.isMultiple(of: 2), shape.width > 3 {
            page.drawing.rectangle(
                Rectangle(
                    x: shape.x + shape.width * 0.2, y: shape.maxY - 3.5, width: shape.width * 0.6, height: 1.5
                ),
                fill: .onHue(block.work.hue))
        }
        // Smaller words where the usual ones would touch those of the next block; none where even they would.
        let small = page.typography.small
        let size = [0.95, 0.8].map { min(small * $0, shape.height * 0.7) }
            .first { $0 >= 8 && TextWidth.estimate(block.label, size: $0) + 5 <= shape.width }
        guard let size else { return }
        page.drawing.text(
            PlacedText(
                content: block.label, place: Position(x: shape.midX, y: shape.midY + size * 0.36), size: size,
                anchor: .middle, paint: .onHue(block.work.hue)))
    }

    private func stageRows(on page: inout Page, _ area: Rectangle, pitch: Double) {
        let small = page.typography.small
        let step = max(1, Int((small * 1.25 / pitch).rounded(.up)))
        for (index, stage) in stages.enumerated() {
            let top = area.y + pitch * Double(index)
            page.drawing.rectangle(
                Rectangle(x: area.x, y: top + 1.5, width: area.width, height: pitch - 3), fill: .grid)
            guard index.isMultiple(of: step) else { continue }
            let room = area.x - page.left - small * 0.5
            page.drawing.text(
                PlacedText(
                    content: TextWidth.shortened(stage, width: room, size: small),
                    place: Position(x: area.x - small * 0.6, y: top + pitch / 2 + small * 0.35), size: small,
                    anchor: .end, paint: .muted))
        }
    }

    private func pitch(_ typography: Typography) -> Double {
        let roomy = typography.density == .compact ? 22.0 : typography.density == .regular ? 28 : 34
        return max(6, min(roomy, 640 / Double(max(1, stages.count))))
    }
}
