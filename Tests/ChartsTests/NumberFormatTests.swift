import Quantities
import Testing

@testable import Charts

@Suite struct NumberFormatTests {
    @Test(
        arguments: [
            (NumberFormat.plain, 0.25, "0.25"), (.plain, 1234, "1230"), (.plain, 0, "0"),
            (.plain, 2.5e7, "2.5×10⁷"), (.plain, 1e-9, "10⁻⁹"), (.plain, -3, "−3"),
            (.power, 1e27, "10²⁷"), (.power, 3e24, "3×10²⁴"), (.power, 9.999e5, "10⁶"),
            (.power, 46.2, "46.2"), (.power, 100, "10²"),
            (.power, -2e5, "−2×10⁵"),
            (.compact, 16_400, "16.4k"), (.compact, 999_999, "1M"), (.compact, 7e10, "70B"),
            (.compact, 1.2e12, "1.2T"), (.compact, 12, "12"),
            (.percent, 0.38, "38\u{00A0}%"), (.percent, -0.005, "−0.5\u{00A0}%"),
            (.prefixed(unit: "B"), 16.4e9, "16.4\u{00A0}GB"), (.prefixed(unit: "B"), 0, "0\u{00A0}B"),
            (.prefixed(unit: "FLOP/s"), 9.89e14, "989\u{00A0}TFLOP/s"),
            (.binary(unit: "B"), 65_536, "64\u{00A0}KiB"), (.binary(unit: "B"), 0x1.8p30, "1.5\u{00A0}GiB"),
            (.duration, 3e-6, "3\u{00A0}µs"), (.duration, 0.42, "420\u{00A0}ms"),
            (.duration, 7200, "2\u{00A0}h"), (.duration, 2_592_000, "30\u{00A0}d"),
            (.plain, .nan, "n/a"), (.power, .infinity, "n/a"),
        ] as [(NumberFormat, Double, String)])
    func numbersAreWrittenForEngineers(_ format: NumberFormat, _ value: Double, _ text: String) {
        #expect(format.text(value) == text)
    }

    @Test("A year is the same year on axes, in options and in text")
    func year() {
        #expect(NumberFormat.duration.text(Calendar.year.value) == "1\u{00A0}y")
        #expect(NumberFormat.duration.text(Calendar.year.value * 0.999) == "365\u{00A0}d")
    }

    @Test("What axes print is read by options, with the same value")
    func roundTrip() throws {
        for exponent in -9..<15 {
            for digits in [1, 2.5, 16.4] {
                let value = digits * Elementary.power(10, Double(exponent))
                func isSame(_ read: Double) -> Bool { abs(read / value - 1) < 6e-3 }
                if value >= 1, value < 1e15 {
                    let text = NumberFormat.compact.text(value)
                    #expect(isSame(try CountParsing.number(text)), "\(text)")
                    #expect(isSame(try Dollars(parsing: text).value), "\(text)")
                }
                let time = NumberFormat.duration.text(value)
                #expect(isSame(try Seconds(parsing: time).value), "\(time)")
                guard value >= 1 else { continue }
                let bytes = NumberFormat.prefixed(unit: "B").text(value)
                #expect(isSame(try Bytes(parsing: bytes).value), "\(bytes)")
            }
        }
    }

    @Test func ticksOfOneLinearAxisShareDecimalsAndPrefix() {
        #expect(NumberFormat.plain.labels(for: [0, 0.5, 1], on: .linear) == ["0.0", "0.5", "1.0"])
        let times = NumberFormat.prefixed(unit: "s").labels(for: [0, 0.5, 1], on: .linear)
        let steps = NumberFormat.duration.labels(for: [25, 50, 75], on: .linear)
        #expect(steps == ["25\u{00A0}s", "50\u{00A0}s", "75\u{00A0}s"])
        #expect(times == ["0", "0.5\u{00A0}s", "1.0\u{00A0}s"])
    }

    @Test(arguments: [
        (0.0, "0"), (-0.001, "0"), (1.005, "1"), (-12.5, "-12.5"), (.nan, "0"), (1e300, "10000000"),
    ])
    func coordinatesAreShortAndFinite(_ value: Double, _ text: String) {
        #expect(DecimalText.coordinate(value) == text)
    }
}
