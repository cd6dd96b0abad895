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

/// The text of `--moe-layer-freq`: a list of 0 (dense) and 1 (experts), or one layer in every n.
enum MegatronLayerPattern {
    /// A list of 1 for each layer that something holds of, and 0 for others.
    static func list(_ model: Transformer, where holds: (ChainElement) -> Bool) -> String {
        let kinds = (0..<model.layers).map { holds(model.element(atLayer: $0)) ? "1" : "0" }
        return "[" + kinds.joined(separator: ",") + "]"
    }

    static func text(_ dense: DenseLayers, layers: Int) -> String {
        if dense.expertsEvery == 1 { return "([0]*\(dense.first)+[1]*\(layers - dense.first))" }
        let kinds = (0..<layers).map { dense.kind(atLayer: $0) == .expert ? "1" : "0" }
        return "[" + kinds.joined(separator: ",") + "]"
    }

    /// The rule of a text; nil where no rule of first layers and one in every n gives it.
    ///
    /// A bare n means layers 0, n, 2n, …, which is the rule here only for n = 1.
    static func rule(_ text: String, layers: Int) -> DenseLayers? {
        let plain = text.filter { $0 != " " && $0 != "(" && $0 != ")" && $0 != "'" && $0 != "\"" }
        if let every = Int(plain) { return every == 1 ? DenseLayers() : nil }
        guard layers <= 100_000 else { return nil }
        var kinds: [Bool] = []
        for part in plain.split(separator: "+") {
            let pieces = part.split(separator: "*")
            guard let list = pieces.first, list.hasPrefix("["), list.hasSuffix("]") else { return nil }
            let items = list.dropFirst().dropLast().split(separator: ",").map { $0 == "1" }
            guard let times = pieces.count > 1 ? Int(pieces[1]) : 1, times >= 0, times <= layers else {
                return nil
            }
            guard kinds.count + times * items.count <= layers else { return nil }
            for _ in 0..<times { kinds += items }
        }
        guard kinds.count == layers else { return nil }
        guard kinds.contains(true) else { return DenseLayers(first: layers) }
        return DenseLayers(kinds.map { $0 ? .experts : .dense })
    }
}
