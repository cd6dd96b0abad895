import Foundation
import Testing

@testable import Charts

/// Series are told apart, and axes say what their ticks leave open.
@Suite struct DistinctSeriesTests {
    @Test("Lines differ in colour or dash as long as there are combinations, also in the legend")
    func lines() {
        let count = Hue.allCases.count * Dash.allCases.count
        let signs = Set((0..<count).map { "\(Hue.cycled($0)) \(Dash.cycled($0))" })
        #expect(signs.count == count && count >= 40)
        let axis = Axis("x", unit: "")
        let chart = LineChart(
            Heading("many"), horizontal: axis, vertical: axis,
            series: (0..<20).map { index in
                Series("s\(index)", points: [DataPoint(x: 0, y: 0), DataPoint(x: 1, y: Double(index))])
            }, labelling: .legend)
        let svg = chart.svg(on: Canvas(identifier: "a"))
        // Line and sign of each of the eight that have a colour for the second time.
        #expect(svg.components(separatedBy: "stroke-dasharray").count - 1 == 16)
    }

    /// CIE 1976 distance of two colours, as seen with each of three deficiencies and without.
    ///
    /// Source of the matrices: Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113, severity 1.
    private static func distance(_ first: Colour, _ second: Colour) -> Double {
        let sights: [[[Double]]] = [
            [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
            [
                [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ],
            [
                [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ],
            [
                [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ],
        ]
        func lab(_ colour: Colour, _ sight: [[Double]]) -> [Double] {
            let light = [colour.red, colour.green, colour.blue].map { channel -> Double in
                let ratio = channel / 255
                return ratio <= 0.04045 ? ratio / 12.92 : pow((ratio + 0.055) / 1.055, 2.4)
            }
            let seen = sight.map { row in min(1, max(0, zip(row, light).reduce(0) { $0 + $1.0 * $1.1 })) }
            let xyz = [
                [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                [0.0193339, 0.1191920, 0.9503041],
            ].map { row in zip(row, seen).reduce(0) { $0 + $1.0 * $1.1 } }
            let root = zip(xyz, [0.95047, 1, 1.08883]).map { value, white -> Double in
                let share = value / white
                return share > 0.008856 ? pow(share, 1.0 / 3) : 7.787 * share + 16.0 / 116
            }
            return [116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])]
        }
        return sights.map { sight in
            zip(lab(first, sight), lab(second, sight)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                .squareRoot()
        }.min() ?? 0
    }

    @Test("Any two colours are apart for the common deficiencies too, on either surface")
    func colours() {
        for (index, hue) in Hue.allCases.enumerated() {
            for other in Hue.allCases[..<index] {
                #expect(Self.distance(hue.light, other.light) > 9, "\(hue) and \(other)")
                #expect(Self.distance(hue.dark, other.dark) > 8, "\(hue) and \(other), dark")
            }
        }
    }

    @Test(
        "Ticks of times are round in the unit in which they are written",
        arguments: [Scale.Kind.linear, .log10])
    func durations(kind: Scale.Kind) {
        let starts = [1e-6, 0.02, 3, 70, 5000, 1e5, 5e7]
        for (start, ratio) in starts.flatMap({ start in [1.4, 4, 30, 1e4].map { (start, $0) } }) {
            let scale = Scale(kind, over: start...(start * ratio))
            let ticks = TickLayout.horizontal(
                scale, format: .duration, size: 12, span: 0...900, room: -50...950)
            #expect(ticks.count >= 2, "\(start) \(ratio)")
            for tick in ticks {
                let number = tick.label.prefix { $0.isNumber || $0 == "." }
                let unit = NumberFormat.durations.first { tick.label.hasSuffix("\u{00A0}\($0.1)") }
                let digits = number.filter(\.isNumber).drop { $0 == "0" }.reversed().drop { $0 == "0" }
                #expect(digits.count <= 3, "\(tick.label)")
                guard let value = Double(number), let unit else { continue }
                #expect(abs(value * unit.0 / tick.value - 1) < 1e-9, "\(tick.label)")
            }
        }
    }

    @Test(
        "An axis has its unit in its title or at every tick, never in both",
        arguments: [
            NumberFormat.plain, .power, .compact, .percent, .prefixed(unit: "B"), .binary(unit: "B"),
            .duration,
        ])
    func units(format: NumberFormat) {
        let axis = Axis("Time of the run", unit: "unit", scale: .log10, format: format)
        let ticks = format.labels(for: [1, 5e6, 1e8], on: .log10)
        let isAtTicks = ticks.allSatisfy { $0.contains(where: \.isLetter) }
        switch format {
        case .prefixed, .binary, .duration: #expect(isAtTicks && axis.label == "Time of the run")
        default: #expect(axis.label == "Time of the run (unit)")
        }
    }
}
