import Quantities
import Testing

@Suite struct QuantityParsingTests {
    @Test(
        "Quantities as people write them",
        arguments: [
            ("80GB", 80e9), ("80 GiB", 80 * 1024 * 1024 * 1024), ("1B", 1), ("640 kB", 640_000), ("3", 3),
        ] as [(String, Double)])
    func bytes(text: String, value: Double) throws {
        #expect(try Bytes(parsing: text).value == value)
    }

    @Test("Rates: bits and bytes, SI prefixes, infinite")
    func rates() throws {
        #expect(try BytesPerSecond(parsing: "400Gbps").value == 50e9)
        #expect(try BytesPerSecond(parsing: "4.8TB/s").value == 4.8e12)
        #expect(try BytesPerSecond(parsing: "infinite").value == .infinity)
        #expect(try FlopPerSecond(parsing: "989.42976 TFLOP/s").value == 989_429_760_000_000)
        #expect(try Hertz(parsing: "1.83 GHz").value == 1.83e9)
    }

    @Test("Times: a month is a twelfth of 3.154e7 s; microseconds are the nearest double")
    func times() throws {
        #expect(try Seconds(parsing: "3months").value == 3 * (3.154e7 / 12))
        #expect(try Seconds(parsing: "90d").value == 90 * 86_400)
        #expect(try Seconds(parsing: "4.5 us").value == 4.5e-6)
        #expect(try Seconds(parsing: "0.1125us").value == 1.125e-7)
    }

    @Test("Counts: suffixes are powers of a thousand")
    func counts() throws {
        #expect(try CountParsing.count("16k") == 16_000)
        #expect(try CountParsing.count("2.5M") == 2_500_000)
        #expect(try CountParsing.count("1e6") == 1_000_000)
        #expect(try CountParsing.number("1e27") == 1e27)
    }

    @Test(
        "What is no number is named, with what would be read",
        arguments: ["", "abc", "3 parsecs", "--", "1e", "e5", "GB"])
    func rejected(text: String) {
        #expect {
            _ = try Bytes(parsing: text)
        } throws: { error in
            "\(error)".contains("'\(text)'") && "\(error)".contains("80GB")
        }
    }

    @Test("Counts out of range or broken are refused", arguments: ["0", "-4", "1.5", "nan", "inf", "1e40"])
    func badCounts(text: String) {
        #expect(throws: QuantityError.self) { _ = try CountParsing.count(text) }
    }
}
