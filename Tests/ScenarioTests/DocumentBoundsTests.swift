import Files
import Testing

@Suite struct DocumentBoundsTests {
    static func message(_ text: String) -> String {
        do {
            _ = try HardwareFile.read(text: text, place: "file.yaml")
            return "read"
        } catch { return error.description }
    }

    /// Levels of lists, each naming the one before several times.
    static func aliases(levels: Int, each: Int) -> String {
        var lines = ["a0: &a0 [x, x, x]"]
        for level in 1...levels {
            let items = Array(repeating: "*a\(level - 1)", count: each).joined(separator: ",")
            lines.append("a\(level): &a\(level) [\(items)]")
        }
        return lines.joined(separator: "\n")
    }

    @Test(
        "A short text that stands for a long one is refused before it is taken apart", .timeLimit(.minutes(1))
    )
    func bomb() {
        // Nine levels of ten: 522 bytes for 10^9 values.
        #expect(Self.message(Self.aliases(levels: 9, each: 10)).contains("aliases"))
        // Few aliases, still 3^10 copies.
        #expect(Self.message(Self.aliases(levels: 10, each: 3)).contains("100000 values"))
        // Keys are compared, so that a bomb of keys must not be built either.
        #expect(Self.message(Self.aliases(levels: 9, each: 10) + "\n? *a9\n: 1").contains("aliases"))
    }

    @Test("A few aliases are read, and stars in a text are none")
    func harmless() throws {
        let file = try HardwareCatalogue.entry("h100-sxm")
        let text = HardwareText.yaml(
            of: file, replacing: [], provenance: Provenance(keys: ["power"], kind: .assumed, source: "2 * 3"))
        let rest = text.split(separator: "\n").filter { !$0.hasPrefix("vendor:") && !$0.hasPrefix("unit:") }
        let named = rest.joined(separator: "\n") + "\nvendor: &v some*where\nunit: *v\n"
        #expect(Self.message(named) == "read")
    }

    @Test("Nesting is bounded", arguments: ["[", "- ", "{a: ", "? "])
    func depth(opening: String) {
        let message = Self.message(String(repeating: opening, count: 50_000))
        #expect(message.contains("not well-formed"), "\(message)")
        #expect(message.count < 300)
    }

    @Test("A key given twice is named with its line, and the file is not shown")
    func duplicates() {
        let notes = String(repeating: "long text ", count: 200)
        #expect(
            Self.message("notes: \(notes)\nname: x\nname: y\n")
                == "file.yaml, line 2: 'name' is given twice; keep one")
    }

    @Test("An escape that yields a control character is refused by its key")
    func controls() {
        #expect(Self.message(#"name: "x\e[31m""#).contains(#"'name' holds the character \u{1b}"#))
        #expect(Self.message(#""a\0b": 1"#).contains(#"\u{0}"#))
    }

    @Test("A mapping with numbers for keys is no list, and no index makes a list longer than it is")
    func indices() {
        #expect(Self.message("network: {9223372036854775807: {name: x}}").contains("is not a key"))
        #expect(throws: ScenarioError.self) {
            try HardwareCatalogue.entry("h100-sxm", overrides: ["network.9223372036854775807.latency=1us"])
        }
        #expect {
            _ = try HardwareCatalogue.entry("h100-sxm", overrides: ["network.99.latency=1us"])
        } throws: { "\($0)".contains("0 to 1") }
    }

    @Test(
        "Numbers of a machine that would overflow later are out of range where they enter",
        arguments: [
            "compute.word_bytes=1e300", "compute.kernel_latency=1e300", "hbm.capacity=1e-12",
            "network.*.bandwidth_one_way=1e-300", "network.*.latency=1e300", "compute.peak=1e400",
            "hbm.usable_fraction=inf", "compute.units=1e15", "power=1e300", "network.0.size=1e15",
        ])
    func ranges(override: String) {
        do {
            _ = try HardwareCatalogue.entry("h100-sxm", overrides: [override])
            Issue.record("\(override) was read")
        } catch {
            let key = override.prefix { $0 != "=" && $0 != "*" }.split(separator: ".").first ?? ""
            #expect(error.description.contains(key), "\(error)")
            #expect(
                error.description.contains("needed") || error.description.contains("out of range")
                    || error.description.contains("not a number"), "\(error)")
        }
    }
}
