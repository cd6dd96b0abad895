extension Transformer {
    /// Says what each numbered layer is made of: by the rules of window and experts where they can, else by a pattern.
    ///
    /// The window's tokens and form, the experts and the recurrence stay as they are, but one that no layer has is
    /// dropped.
    /// - Parameter forms: one for each layer.
    public mutating func setLayers(_ forms: [LayerForm]) {
        if !forms.contains(where: { $0.mixer == .windowed }) { attention.window = nil }
        if !forms.contains(where: { $0.mixer == .recurrent }) { recurrence = nil }
        if !forms.contains(where: { $0.part == .experts }) { experts = nil }
        let window = Self.fullEvery(forms.map(\.mixer))
        let dense = DenseLayers(forms.map(\.part))
        let isByRule = window != nil && dense != nil
        pattern = isByRule ? nil : LayerPattern(forms)
        attention.window?.fullEvery = isByRule ? window ?? 0 : 0
        experts?.denseLayers = isByRule ? dense ?? DenseLayers() : DenseLayers()
    }

    /// ``SlidingWindow/fullEvery`` of some layers; nil where they have no such rule.
    private static func fullEvery(_ mixers: [TokenMixer]) -> Int? {
        guard mixers.allSatisfy({ $0 == .attention || $0 == .windowed }) else { return nil }
        guard mixers.contains(.windowed) else { return 0 }
        let every = mixers.firstIndex(of: .attention).map { $0 + 1 } ?? 0
        let window = SlidingWindow(tokens: 1, fullEvery: every)
        let holds = mixers.indices.allSatisfy {
            (window.tokens(atLayer: $0) != nil) == (mixers[$0] == .windowed)
        }
        return holds ? every : nil
    }
}

extension DenseLayers {
    /// The rule of some layers; nil where they have none.
    /// - Parameter parts: what follows the mixer, by layer.
    public init?(_ parts: [TokenPart]) {
        guard !parts.contains(.absent) else { return nil }
        let experts = parts.indices.filter { parts[$0] == .experts }
        guard !experts.isEmpty else {
            self.init()
            return
        }
        let every = experts.count > 1 ? experts[1] - experts[0] : 1
        let rule = DenseLayers(first: max(0, experts[0] - every + 1), expertsEvery: every)
        guard parts.indices.allSatisfy({ (rule.kind(atLayer: $0) == .expert) == (parts[$0] == .experts) })
        else { return nil }
        self = rule
    }
}
