import Quantities
import Testing

@Suite struct ShownTests {
    @Test("What a terminal obeys, breaks lines or turns text around is escaped")
    func escapes() {
        #expect(
            Shown.line("a\u{1B}[31mb\nc\td\u{0}\u{202E}e\u{7F}\u{9B}")
                == #"a\u{1b}[31mb\nc\td\u{0}\u{202e}e\u{7f}\u{9b}"#)
        #expect(Shown.value("µs, ±10 %, 中") == "'µs, ±10 %, 中'")
    }

    @Test("Long text loses its middle, not its end")
    func cuts() {
        let text = "start " + String(repeating: "x", count: 100_000) + " end"
        let value = Shown.value(text)
        #expect(value.count < 130 && value.hasPrefix("'start x") && value.hasSuffix("x end'"))
        #expect(Shown.line(text).count < 1300 && Shown.line(text).hasSuffix(" end"))
        // One character of ten thousand marks is long, too.
        #expect(Shown.value("e" + String(repeating: "\u{301}", count: 10_000)).unicodeScalars.count < 130)
    }

    @Test("The first control character is found with its line; tabs and line ends are none")
    func finds() throws {
        #expect(Shown.firstControl(in: "a\tb\r\nc\n") == nil)
        let found = try #require(Shown.firstControl(in: "a\nb\u{1B}c"))
        #expect(found.escaped == #"\u{1b}"# && found.line == 2)
    }
}
