import Reports
import Testing

@Suite struct CSVTextTests {
    @Test("Cells are quoted where they need it")
    func quoting() {
        #expect(CSVText.line(["a", "b,c", "say \"x\"", ""]) == "a,\"b,c\",\"say \"\"x\"\"\",")
    }

    @Test("Numbers read back to the same double; whole ones have no point; JSON has no infinities")
    func numbers() {
        for value in [0.1, 1e27, 1.0 / 3, 123_456_789, -2.5] {
            #expect(Double(Field.Value.number(value).cell) == value)
        }
        #expect(Field.Value.number(4096).cell == "4096")
        #expect(
            JSONValue.array([.number(.infinity), .number(1), .null]).text(.line) == "[\"infinite\",1,null]")
    }

    @Test("The digest tells texts apart and has sixteen digits")
    func digest() {
        // FNV-1a of the empty text is its offset basis.
        #expect(Digest.of("") == "fnv1a64:cbf29ce484222325")
        #expect(Digest.of("a") == "fnv1a64:af63dc4c8601ec8c")
        #expect(Digest.of("a") != Digest.of("b"))
    }
}
