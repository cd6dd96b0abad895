import Training

/// What no cut of a model into stages takes the pipeline below, memory included.
///
/// A stage that takes at most x seconds for a microbatch holds at most n(x) layers: each takes the time of the
/// cheapest kind, and where so many do not fit, enough of them are recomputed. Of each kind alone it holds at most
/// n_k(x), since layers of other kinds only take time and room. The least x for which all stages together hold all
/// layers, and all layers of each kind, bounds the slowest stage of every cut that fits.
struct StageFloor {
    let chain: ChainCosts
    /// Bytes of a rank that elements may fill.
    var room: Double
    /// Chunks in flight by stage, and chunks a stage.
    let inFlight: [Int]
    let chunks: Double
    /// Whether both ends are on the first stage.
    let hasEndsTogether: Bool
    /// Whether layers may be recomputed.
    let recomputes: Bool
    /// Layers of each kind.
    let counts: [Int]

    /// What rounding may take off a number, many times over, and yet less than what one cut is better than another.
    private static let rounding = 1e-12

    /// Takes what the elements cost, what there is room for, and what is in flight.
    init(
        chain: ChainCosts, room: Double, inFlight: [Int], chunks: Double, hasEndsTogether: Bool,
        recomputes: Bool
    ) {
        self.chain = chain
        self.room = room
        self.inFlight = inFlight
        self.chunks = chunks
        self.hasEndsTogether = hasEndsTogether
        self.recomputes = recomputes
        counts = chain.order.reduce(into: chain.layers.map { _ in 0 }) { $0[$1] += 1 }
    }

    /// Layers that the first stage holds at least where no stage takes more than so many seconds.
    func leastOnFirst(seconds: Double) -> Int {
        let others = inFlight.indices.dropFirst().reduce(0) { $0 + most(on: $1, seconds: seconds) }
        return max(0, Int(Double(chain.order.count) - min(others, Double(chain.order.count))))
    }

    /// The least seconds within which stages of one kind of layers may hold all of them: those of some number of layers,
    /// by themselves or beside an end.
    /// - Parameters:
    ///   - least: seconds that the slowest stage is not below.
    ///   - most: seconds above which none is looked for.
    /// - Returns: seconds; `most` where there are none below it.
    func leastSlowest(from least: Double, upTo most: Double) -> Double {
        let layer = chain.layers[0].seconds
        let ends =
            hasEndsTogether ? [0, chain.bothEnds.seconds] : [0, chain.embedding.seconds, chain.head.seconds]
        guard layer > 0 else { return least }
        var counts = ends.map { max(0, ((least - $0) / layer).rounded(.up)) }
        while true {
            var (place, seconds) = (0, Double.infinity)
            for index in ends.indices where ends[index] + counts[index] * layer < seconds {
                (place, seconds) = (index, ends[index] + counts[index] * layer)
            }
            guard seconds < most else { return most }
            if holds(seconds) { return seconds }
            counts[place] += 1
        }
    }

    /// Whether stages of at most so many seconds for one microbatch, transfers left out, may hold all layers.
    ///
    /// True for all seconds from the least on that it is true for, which the slowest stage of no cut is below. Infinite
    /// seconds leave what fits alone.
    func holds(_ seconds: Double) -> Bool {
        guard holds(Double(chain.order.count), { most(on: $0, seconds: seconds) }) else { return false }
        guard chain.layers.count > 1 else { return true }
        return chain.layers.indices.allSatisfy { kind in
            holds(Double(counts[kind])) { most(on: $0, seconds: seconds, only: kind) }
        }
    }

    /// Whether stages that hold at most so many layers each hold some number of them together.
    private func holds(_ number: Double, _ most: (_ stage: Int) -> Double) -> Bool {
        var layers = 0.0
        for stage in inFlight.indices {
            layers += most(stage)
            if layers >= number { return true }
        }
        return false
    }

    /// Layers that a stage holds at most, of one kind or of the cheapest.
    private func most(on stage: Int, seconds: Double, only kind: Int? = nil) -> Double {
        var seconds = seconds
        var room = room
        if stage == 0 {
            let end = hasEndsTogether ? chain.bothEnds : chain.embedding
            seconds -= end.seconds
            room -= end.stateBytes
        } else if stage == inFlight.count - 1, !hasEndsTogether {
            seconds -= chain.head.seconds
            room -= chain.head.stateBytes
        }
        guard seconds > 0, room > 0 else { return 0 }
        let held = Double(inFlight[stage]) / chunks
        func most(of layer: ChainCosts.Element) -> Double {
            layer.most(inFlight: held, within: seconds, room: room, recomputes: recomputes)
        }
        var layers = 0.0
        if let kind {
            layers = most(of: chain.layers[kind])
        } else {
            for layer in chain.layers { layers = max(layers, most(of: layer)) }
        }
        // Whole layers, with room for rounding.
        return layers.advanced(by: Self.rounding * max(1, layers)).rounded(.down)
    }
}

extension ChainCosts.Element {
    /// Layers that fit and are done in time, with as few of them recomputed as that takes.
    /// - Parameters:
    ///   - inFlight: microbatches of which a stage keeps activations.
    ///   - limit: seconds of the stage for one microbatch.
    ///   - room: bytes for the layers.
    ///   - recomputes: whether they may be recomputed.
    /// - Returns: a number, not a whole one.
    func most(inFlight: Double, within limit: Double, room: Double, recomputes: Bool) -> Double {
        let whole = stateBytes + inFlight * keptBytes
        let saved = recomputes ? inFlight * (keptBytes - recomputedBytes) : 0
        let kept = room / whole
        guard kept * seconds < limit else { return limit / seconds }
        guard saved > 0 else { return kept }
        // n·t + r·e = x, where the r recomputed layers free what n layers lack: n·whole − r·saved = room.
        let rate = extraSeconds / saved
        let inTime = limit.isFinite ? (limit + rate * room) / (seconds + rate * whole) : Double.infinity
        return min(inTime, room / (whole - saved))
    }
}
