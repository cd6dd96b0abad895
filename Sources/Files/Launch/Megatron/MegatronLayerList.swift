import Training

/// A number for each layer, as `--moe-layer-freq`, `--linear-attention-freq` and `--window-attn-skip-freq` take it: a list of
/// Python such as `([0]*3+[1]*58)`, or one number that each reads in its own way.
enum MegatronLayerList {
    /// The most layers that a list is read of.
    static let most = 100_000

    /// A list of 1 for each layer that something holds of, and 0 for others.
    static func text(_ model: Transformer, where holds: (ChainElement) -> Bool) -> String {
        let kinds = (0..<model.layers).map { holds(model.element(atLayer: $0)) ? "1" : "0" }
        return "[" + kinds.joined(separator: ",") + "]"
    }

    /// The list of a rule: first layers without experts, then one in every n with them.
    static func text(_ dense: DenseLayers, layers: Int) -> String {
        if dense.expertsEvery == 1 { return "([0]*\(dense.first)+[1]*\(layers - dense.first))" }
        let kinds = (0..<layers).map { dense.kind(atLayer: $0) == .expert ? "1" : "0" }
        return "[" + kinds.joined(separator: ",") + "]"
    }

    /// Whether each layer has a 1; nil where a text is no list of so many layers.
    static func values(_ text: String, layers: Int) -> [Bool]? {
        guard layers <= most else { return nil }
        var reader = Reader(
            text: text.filter { $0 != " " && $0 != "'" && $0 != "\"" }.utf8[...], most: layers)
        guard let values = reader.sum(depth: 0), reader.text.isEmpty, values.count == layers else {
            return nil
        }
        return values
    }

    /// Lists joined by `+`, each repeated by `*`, in brackets or not.
    private struct Reader {
        var text: Substring.UTF8View
        let most: Int

        mutating func sum(depth: Int) -> [Bool]? {
            guard depth < 20, var all = product(depth: depth) else { return nil }
            while take("+") {
                guard let next = product(depth: depth), all.count + next.count <= most else { return nil }
                all += next
            }
            return all
        }

        private mutating func product(depth: Int) -> [Bool]? {
            var factor: [Bool]?
            if take("(") {
                factor = sum(depth: depth + 1)
                guard take(")") else { return nil }
            } else {
                factor = list()
            }
            guard var values = factor else { return nil }
            while take("*") {
                guard let times = number() else { return nil }
                guard !values.isEmpty else { continue }
                guard times <= most / values.count else { return nil }
                values = Array(repeatElement(values, count: times).joined())
            }
            return values
        }

        private mutating func list() -> [Bool]? {
            guard take("[") else { return nil }
            var values: [Bool] = []
            while !take("]") {
                guard values.isEmpty || take(","), let item = number(), item <= 1, values.count < most else {
                    return nil
                }
                values.append(item == 1)
            }
            return values
        }

        private mutating func number() -> Int? {
            let digits = text.prefix { (48...57).contains($0) }
            text = text.dropFirst(digits.count)
            return digits.count < 10 ? Int(String(digits) ?? "") : nil
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard let first = text.first, UInt32(first) == character.value else { return false }
            text = text.dropFirst()
            return true
        }
    }
}
