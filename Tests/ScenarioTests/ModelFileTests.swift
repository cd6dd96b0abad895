import Files
import Testing
import Training

@Suite struct ModelFileTests {
    static let text = """
        name: mine
        layers: 4
        d_model: 512
        vocabulary: 1000
        sequence_length: 128
        attention: {heads: 8}
        feed_forward: {d_ff: 2048}
        """

    @Test("A file of seven values is enough; the rest is that of a Llama")
    func small() throws {
        let model = try ModelFile.read(text: Self.text, place: "mine.yaml").model
        #expect(model.attention.form == .grouped(GroupedAttention(heads: 8, keyValueHeads: 8, headSize: 64)))
        #expect(model.feedForward.gating == .gated)
        #expect(model.embeddings == .untied)
        #expect(model.norms == Norms())
        #expect(model.defaultGlobalBatch == nil)
    }

    @Test("An unknown key is an error with its line and the nearest key")
    func unknownKey() {
        #expect(
            throws: ScenarioError(
                place: "mine.yaml", line: 8,
                reason: "vocabulry is not a key of model files, did you mean 'vocabulary'?")
        ) { try ModelFile.read(text: Self.text + "\nvocabulry: 3\n", place: "mine.yaml") }
    }

    @Test("A missing key is named")
    func missing() {
        let text = Self.text.replacing("layers: 4\n", with: "")
        #expect(throws: ScenarioError(place: "mine.yaml", reason: "layers is missing")) {
            try ModelFile.read(text: text, place: "mine.yaml")
        }
    }

    @Test("A number out of range is an error with its line")
    func range() {
        let text = Self.text + "\nmoe: {experts: 4, top_k: 5, d_ff: 64}\n"
        #expect(
            throws: ScenarioError(
                place: "mine.yaml", line: 8, reason: "moe.top_k is 5; 1 to 4 is accepted")
        ) { try ModelFile.read(text: text, place: "mine.yaml") }
    }

    @Test("An override replaces one value, and an unknown one suggests the nearest")
    func overrides() throws {
        let entry = try ModelFile.read(text: Self.text, place: "mine.yaml", overrides: ["layers=2"])
        #expect(entry.model.layers == 2)
        #expect(throws: ScenarioError.self) {
            try ModelFile.read(text: Self.text, place: "mine.yaml", overrides: ["layer=2"])
        }
    }

    @Test("JSON is read as YAML is")
    func json() throws {
        let json = """
            {"name": "mine", "layers": 4, "d_model": 512, "vocabulary": 1000, "sequence_length": 128,
             "attention": {"heads": 8}, "feed_forward": {"d_ff": 2048}}
            """
        #expect(
            try ModelFile.read(text: json, place: "m.json").model
                == ModelFile.read(text: Self.text, place: "m.yaml").model)
    }
}
