/// What carries information from token to token in a layer.
public enum TokenMixer: String, Hashable, Sendable, Codable, CaseIterable {
    /// Attention to every token that the mask lets through.
    case attention
    /// Attention within the model's window.
    case windowed
    /// A state carried along the sequence: the model's ``Recurrence``.
    case recurrent
    /// Nothing: the layer is a feed-forward part alone.
    case absent

    /// Its letter in a pattern, as in Megatron-LM's `--hybrid-layer-pattern`, with `W` for a window; empty for none.
    var letter: String {
        switch self {
        case .attention: "*"
        case .windowed: "W"
        case .recurrent: "M"
        case .absent: ""
        }
    }
}

/// What a layer does with each token by itself.
public enum TokenPart: String, Hashable, Sendable, Codable, CaseIterable {
    /// The feed-forward part.
    case dense
    /// Experts.
    case experts
    /// Nothing: the layer mixes tokens and no more.
    case absent

    /// Its letter in a pattern; empty for none.
    var letter: String {
        switch self {
        case .dense: "-"
        case .experts: "E"
        case .absent: ""
        }
    }
}

/// What one numbered layer is made of.
public struct LayerForm: Hashable, Sendable, Codable {
    /// What mixes tokens.
    public var mixer: TokenMixer
    /// What follows it.
    public var part: TokenPart

    /// Makes a form.
    public init(mixer: TokenMixer, part: TokenPart) {
        self.mixer = mixer
        self.part = part
    }

    /// Its letters in a pattern: `*-`, `WE`, `M`.
    public var letters: String { mixer.letter + part.letter }

    /// Reads ``letters``; nil for none, or for letters that are not known or in another order.
    /// - Parameter letters: at most one of `*WM`, then at most one of `-E`.
    public init?(letters: some StringProtocol) {
        guard !letters.isEmpty else { return nil }
        var rest = letters[...]
        func take<Value: CaseIterable>(_ letter: (Value) -> String, _ none: Value) -> Value {
            for value in Value.allCases {
                let text = letter(value)
                if !text.isEmpty, rest.hasPrefix(text) {
                    rest = rest.dropFirst()
                    return value
                }
            }
            return none
        }
        mixer = take(\.letter, TokenMixer.absent)
        part = take(\.letter, TokenPart.absent)
        guard rest.isEmpty else { return nil }
    }
}

/// What every layer of a model is made of, where no simple rule says it: a period that is repeated over the layers.
public struct LayerPattern: Hashable, Sendable, Codable {
    /// The layers of one period, at least one; layer i has the form i modulo their number.
    public var period: [LayerForm]

    /// Takes the forms of all layers of a model.
    /// - Parameter forms: at least one; kept is the shortest period that makes them, which may be cut at their end.
    public init(_ forms: [LayerForm]) { period = Array(forms.prefix(Self.shortestPeriod(of: forms))) }

    /// Takes a period.
    /// - Parameter forms: at least one; kept is the shortest of which they are a whole number.
    public init(repeating forms: [LayerForm]) {
        let length = Self.shortestPeriod(of: forms)
        period = length > 0 && forms.count.isMultiple(of: length) ? Array(forms.prefix(length)) : forms
    }

    private static func shortestPeriod(of forms: [LayerForm]) -> Int {
        // Lengths of the longest proper beginning that is also an end (Knuth, Morris and Pratt 1977).
        var borders = [Int](repeating: 0, count: forms.count)
        for index in forms.indices.dropFirst() {
            var length = borders[index - 1]
            while length > 0, forms[length] != forms[index] { length = borders[length - 1] }
            borders[index] = forms[length] == forms[index] ? length + 1 : 0
        }
        return forms.count - (borders.last ?? 0)
    }

    /// The form of a layer.
    /// - Parameter layer: index from 0.
    /// - Returns: its form.
    public func form(atLayer layer: Int) -> LayerForm {
        period.isEmpty ? LayerForm(mixer: .attention, part: .dense) : period[layer % period.count]
    }

    /// The period as in model files: ``LayerForm/letters`` with blanks between layers.
    public var text: String { period.map(\.letters).joined(separator: " ") }

    /// Reads the ``text`` of a period; nil where a word is no layer or none is there.
    /// - Parameter text: words with blanks between them.
    public init?(text: String) {
        var forms: [LayerForm] = []
        for word in text.split(separator: " ") {
            guard let form = LayerForm(letters: word) else { return nil }
            forms.append(form)
        }
        guard !forms.isEmpty else { return nil }
        self.init(repeating: forms)
    }
}
