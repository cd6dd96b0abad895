import Testing

@testable import Reports

@Suite struct HTMLNodeTests {
    @Test("Words and attribute values cannot end their element")
    func escaping() {
        let node = HTMLNode.words(.p, "x < y & z > \"w\"", [.id: "a\"b"])
        #expect(node.html == "<p id=\"a&quot;b\">x &lt; y &amp; z &gt; &quot;w&quot;</p>\n")
    }

    @Test("Attributes are written in the order of their names, void elements without an end")
    func attributes() {
        let node = HTMLNode.element(.meta, [.name: "n", .content: "c"], [])
        #expect(node.html == "<meta content=\"c\" name=\"n\">\n")
    }

    @Test("Data cannot end the script that holds them")
    func data() {
        let html = HTMLNode.data("{\"a\":\"</script><!--\"}", name: "data").html
        #expect(html.components("<") == 2)
        #expect(html.contains("\\u003c/script>"))
    }
}

extension String {
    /// How often a character occurs.
    fileprivate func components(_ character: Character) -> Int { filter { $0 == character }.count }
}
