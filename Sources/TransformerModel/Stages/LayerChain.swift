/// So many layers of one kind in a row.
public struct LayerRun: Hashable, Sendable, Codable {
    /// Place of the kind in `LayerChain.kinds`.
    public let kind: Int
    /// How many layers, at least 1.
    public let count: Int

    /// Makes a run of layers.
    /// - Parameters:
    ///   - kind: place in `LayerChain.kinds`.
    ///   - count: how many layers, at least 1.
    public init(kind: Int, count: Int) {
        self.kind = kind
        self.count = count
    }
}

/// The layers of a model in the order in which data passes them.
public struct LayerChain: Hashable, Sendable, Codable {
    /// The kinds that occur.
    public let kinds: [StageLayer]
    /// The layers, as runs of one kind each.
    public let runs: [LayerRun]

    /// Makes a chain.
    /// - Parameters:
    ///   - kinds: the kinds that occur, with names of their own.
    ///   - runs: the layers in order.
    public init(kinds: [StageLayer], runs: [LayerRun]) {
        self.kinds = kinds
        self.runs = runs
    }

    /// How many layers there are.
    public var layerCount: Int { runs.reduce(0) { $0 + $1.count } }

    /// The kind of every layer, in order.
    public var layers: [Int] { runs.flatMap { Array(repeating: $0.kind, count: $0.count) } }
}
