/// How the chunks of the stages of a pipeline follow each other along the model.
public enum ChunkPlacement: Hashable, Sendable, Codable {
    /// From the last stage back to the first: chunk c of the model lies on stage c mod p.
    case loop
    /// Down the stages with chunk 0 and up with chunk 1, a V: chunk c of 2 p lies on stage min(c, 2 p - 1 - c).
    case turn
    /// Two whole models: chunk 0 runs down the stages, chunk 1 up. Stage s holds chunks s and p - 1 - s of p.
    case opposed

    /// Chunks that a model is cut into.
    /// - Parameters:
    ///   - stages: p.
    ///   - chunks: chunks a stage holds.
    /// - Returns: half of what the stages hold where each chunk is held twice.
    public func cuts(stages: Int, chunks: Int) -> Int { self == .opposed ? stages : stages * chunks }

    /// Stages that hold a chunk of the model.
    /// - Parameters:
    ///   - position: the chunk's place in the order of the model, from 0.
    ///   - count: chunks of the model.
    ///   - stages: p, at least 1.
    /// - Returns: one stage, or the two of the two directions.
    public func holders(of position: Int, count: Int, stages: Int) -> [Int] {
        let (holder, other) = holderPair(of: position, count: count, stages: stages)
        return other.map { [holder, $0] } ?? [holder]
    }

    /// The same without a list.
    package func holderPair(
        of position: Int, count: Int, stages: Int
    ) -> (stage: Int, other: Int?) {
        let mirrored = count - 1 - position
        switch self {
        case .loop: return (position % stages, nil)
        case .turn: return (min(position, mirrored), nil)
        case .opposed: return (position, position == mirrored ? nil : mirrored)
        }
    }

    /// Share of a step's microbatches that pass a chunk: half of them in each direction where there are two.
    public var passingShare: Double { self == .opposed ? 0.5 : 1 }

    /// Whether the first stage holds both ends of the model, and no other any.
    public var hasEndsTogether: Bool { self == .turn }

    /// The place after each, chunk x devices + device; nil at the end of the model.
    func successors(devices: Int, chunks: Int) -> [Int?] {
        (0..<(devices * chunks)).map { place in
            let (chunk, device) = place.quotientAndRemainder(dividingBy: devices)
            switch (self, chunk) {
            case (.loop, _): return place + 1 < devices * chunks ? place + 1 : nil
            case (.turn, 0): return device + 1 < devices ? place + 1 : place + devices
            case (.opposed, 0): return device + 1 < devices ? place + 1 : nil
            case (.turn, _), (.opposed, _): return device > 0 ? place - 1 : nil
            }
        }
    }

    /// The microbatches that pass a chunk of a stage.
    func microbatches(of chunk: Int, in all: Int) -> Range<Int> {
        guard self == .opposed else { return 0..<all }
        return chunk == 0 ? 0..<(all / 2) : (all / 2)..<all
    }
}
