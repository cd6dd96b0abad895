import Training

/// The text of `--pipeline-model-parallel-layout`: `E` embedding, `t` layer, `m` multi-token prediction,
/// `L` loss, `|` between chunks, `*` repetition.
enum MegatronPipelineText {
    static func text(of counts: [Int], multiTokenDepth: Int) -> String {
        counts.enumerated().map { index, count in
            var parts: [String] = []
            if index == 0 { parts.append("E") }
            if count > 0 { parts.append(count == 1 ? "t" : "t*\(count)") }
            if index == counts.count - 1 {
                parts += Array(repeating: "m", count: multiTokenDepth) + ["L"]
            }
            return parts.joined(separator: ",")
        }.joined(separator: "|")
    }

    /// Layers of each chunk; nil where the text has a form that is not read, such as repeated brackets.
    static func counts(of text: String) -> [Int]? {
        var counts: [Int] = []
        for chunk in text.split(separator: "|", omittingEmptySubsequences: false) {
            var count = 0
            var rest = chunk.filter { $0 != "," && $0 != " " }[...]
            while let letter = rest.popFirst() {
                var times = 1
                if rest.first == "*" {
                    rest = rest.dropFirst()
                    let digits = rest.prefix { $0.isNumber }
                    guard let given = Int(digits), given <= 100_000 else { return nil }
                    times = given
                    rest = rest.dropFirst(digits.count)
                }
                switch letter {
                case "t": count += times
                case "E", "m", "L": break
                default: return nil
                }
            }
            counts.append(count)
        }
        return counts
    }
}
