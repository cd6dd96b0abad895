import Quantities
import Testing

@Suite struct NumberRangeTests {
    @Test("Edges and infinity are as stated, and what is not a number lies in no range")
    func edges() {
        let open = NumberRange.aboveZero(upTo: 10)
        #expect(!open.contains(0) && open.contains(1e-300) && open.contains(10) && !open.contains(10.1))
        let closed = NumberRange(0, 1)
        #expect(closed.contains(0) && closed.contains(1) && !closed.contains(-1e-300))
        #expect(!closed.contains(.infinity) && !closed.contains(.nan) && !open.contains(.nan))
        #expect(NumberRange(1, 2, infinity: .accepted).contains(.infinity))
    }

    @Test("What is accepted is said in words")
    func words() {
        #expect(NumberRange(0, 1).description == "from 0 to 1")
        #expect(NumberRange.aboveZero(upTo: 1e12).description == "above zero and at most 1e12")
        #expect(NumberRange(1, 1e30, infinity: .accepted).description == "from 1 to 1e30, or infinite")
        #expect(NumberRange(0.125, 86_400).description == "from 0.125 to 86400")
    }

    @Test(
        "Digits that are read as infinite are out of range, for numbers, quantities and counts",
        arguments: ["1e400", "-1e999", "1e305G", "1e308TB"])
    func infiniteDigits(text: String) {
        #expect(throws: QuantityError.self) { try CountParsing.number(text) }
        #expect(throws: QuantityError.self) { try CountParsing.count(text) }
        #expect(throws: QuantityError.self) { try Bytes(parsing: text) }
    }

    @Test("A number out of its range is refused with the text and the range")
    func message() {
        #expect {
            _ = try Seconds(parsing: "1e300", in: .duration)
        } throws: { error in
            "\(error)" == "'1e300' is out of range; write a number of s above zero and at most 1e12"
        }
        #expect {
            _ = try CountParsing.count("1e12", in: 1...10_000)
        } throws: { error in
            "\(error)" == "'1e12' is out of range; write a whole number from 1 to 10000"
        }
    }

    @Test("A number of a million digits is refused at once")
    func longNumber() {
        let text = String(repeating: "9", count: 1_000_000)
        #expect {
            _ = try Bytes(parsing: text)
        } throws: { "\($0)".count < 300 }
    }
}
