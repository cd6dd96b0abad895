import TestSupport
import Testing

@testable import Charts

@Suite struct PartsTests {
    @Test func reservedCharactersAreEscapedAndForbiddenOnesRemoved() {
        #expect(TextMarkup.escaped("a<b>&\"'\u{1}c") == "a&lt;b&gt;&amp;&quot;&#39;c")
    }

    @Test func superscriptsBecomeRaisedSpans() {
        #expect(
            TextMarkup.spans("10²⁷ FLOP")
                == "10"
                + "<tspan dy=\"-0.5em\" font-size=\"72%\">27</tspan>"
                + "<tspan dy=\"0.36em\">\u{00A0}FLOP</tspan>"
        )
    }

    @Test(arguments: [
        ("a b", "a-b"), ("1", "chart-1"), ("", "chart-"), ("ok_1-x", "ok_1-x"), ("é", "chart--"),
    ])
    func identifiersAreSafe(_ text: String, _ identifier: String) {
        #expect(TextMarkup.identifier(text) == identifier)
    }

    @Test func textsOnColoursAndInColoursAreReadable() {
        for hue in Hue.allCases {
            for (surface, text) in [(hue.light, hue.light.textColour), (hue.dark, hue.dark.textColour)] {
                #expect(Self.contrast(surface, text) >= 3.5, "\(hue)")
            }
            #expect(Self.contrast(Paint.words(hue).light, Paint.surface.light) >= 4.5)
            #expect(Self.contrast(Paint.words(hue).dark, Paint.surface.dark) >= 4.5)
        }
    }

    @Test func viridisGrowsLighterAllAlong() {
        let luminances = (0...100).map { ColourRamp.viridis.colour(at: Double($0) / 100).luminance }
        #expect(zip(luminances, luminances.dropFirst()).allSatisfy(<))
        #expect(ColourRamp.viridisReversed.colour(at: 0) == ColourRamp.viridis.colour(at: 1))
    }

    @Test func bordersLieHalfWayOnTheAxis() {
        #expect(Intervals(around: [1, 3, 5], on: .linear).edges == [0, 2, 4, 6])
        #expect(Intervals(around: [1, 4, 16], on: .log2).edges == [0.5, 2, 8, 32])
        #expect(Intervals(around: [-1, .nan, 4, 4, 16], on: .log2).indices == [2, 4])
    }

    @Test func crowdedEndLabelsMoveApart() {
        let heights = EndLabels.spread([50, 51, 52, 10], gap: 10, within: 0...60)
        #expect(heights == [40, 50, 60, 10])
    }

    @Test func frontierEqualsThatOfBruteForce() {
        var randomness = SplitMix64(seed: 4)
        for _ in 0..<200 {
            let points = (0..<20).map { index in
                LabelledPoint(
                    x: Double(Int.random(in: 0...9, using: &randomness)),
                    y: Double(Int.random(in: 0...9, using: &randomness)), label: "\(index)")
            }
            let axis = Axis("x", unit: "")
            let chart = ParetoChart(
                Heading("t"), horizontal: axis, vertical: axis, points: points, verticalGoal: .maximum)
            let brute = points.filter { point in
                !points.contains { other in
                    other.x <= point.x && other.y >= point.y && (other.x < point.x || other.y > point.y)
                }
            }
            let expected = Set(brute.map { DataPoint(x: $0.x, y: $0.y) })
            #expect(Set(chart.frontier.map(\.point)) == expected)
            #expect(chart.frontier.count == expected.count)
        }
    }

    @Test("No label of a Pareto frontier lies across its steps", arguments: [280.0, 376, 600, 900])
    func labelsStandBesideTheSteps(_ width: Double) throws {
        let sizes: [Double] = [1024, 512, 256, 128, 64]
        let points = zip([2.51, 4.43, 8.66, 17.1, 33.8], sizes).map { days, size in
            LabelledPoint(x: days * 86_400, y: size, label: "\(Int(size)) GPUs")
        }
        let chart = ParetoChart(
            Heading("t"), horizontal: Axis("Time", unit: "s", scale: .log10, format: .duration),
            vertical: Axis("GPUs", unit: "count", scale: .log10, format: .compact), points: points)
        let canvas = Canvas(identifier: "a", width: width)
        let path = try #require(chart.svg(on: canvas).firstMatch(of: #/<path d="M([^"]*)" fill="none"/#))
        let corners = path.1.split(separator: "L").map { $0.split(separator: ",").compactMap { Double($0) } }
        let steps = zip(corners, corners.dropFirst()).map { start, end in
            Rectangle(
                x: min(start[0], end[0]), y: min(start[1], end[1]), width: abs(end[0] - start[0]),
                height: abs(end[1] - start[1]))
        }
        #expect(steps.count == 10)
        let labels = chart.page(on: canvas).drawing.texts.filter {
            $0.content.hasSuffix("GPUs") && $0.content != "GPUs"
        }
        #expect(labels.count >= 4)
        for label in labels {
            for step in steps { #expect(!label.outline.overlaps(step), "\(label.content)") }
        }
    }

    @Test func effectsAreSortedByReachThenByName() {
        let chart = TornadoChart(
            Heading("t"), axis: Axis("x", unit: ""), baseline: 0,
            effects: [
                .init("b", low: -1, high: 1), .init("a", low: 1, high: 0), .init("c", low: -3, high: 1),
            ])
        #expect(chart.sorted.map(\.label) == ["c", "a", "b"])
    }

    private static func contrast(_ first: Colour, _ second: Colour) -> Double {
        let high = max(first.luminance, second.luminance)
        let low = min(first.luminance, second.luminance)
        return (high + 0.05) / (low + 0.05)
    }
}
