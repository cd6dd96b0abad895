import Optimization

/// The least traffic of degrees that share the domains of a network.
///
/// Each kind of traffic by itself could have the best place of every domain; together they cannot. A domain of
/// level ℓ − 1 holds G accelerators, so of N at least N/G are apart on level ℓ and outside it: the shares S that
/// the kinds leave outside multiply to that. For each set of kinds that leave anything outside, each of them pays
/// for S ≥ (N/G)/(the degrees of the others of the set), and for at least 2; the set that costs least is a bound
/// at its level, and the dearest level bounds the step.
///
/// *Closer.* What all but the last kind of a set leave outside lies in some octave [s, 2s): they then pay for s and
/// the last for (N/G)/∏ 2s. The octaves of a set together are all that it can be. Closer still are the values
/// themselves, divisors of the degrees: the last then pays for (N/G)/∏ s.
///
/// *Not listed* is what leaves no plan of the degrees a chance, whatever its microbatches, schedule and chunks: a plan
/// within the limit leaves outside what is listed. Traffic grows with what a kind leaves outside, so where one share
/// leaves no chance, neither do the larger ones.
struct CrossingFloors {
    /// What degrees have to be.
    struct Degrees {
        /// TPm·TPf.
        var tensor = 1.0
        var pipeline = 1.0
        var expert = 1.0
        var data = 1.0
        /// What each leaves outside each level at least, when it has every domain for itself.
        var outsideTensor = LevelVector(repeating: 1)
        var outsidePipeline = LevelVector(repeating: 1)
        var outsideExpert = LevelVector(repeating: 1)
        var outsideData = LevelVector(repeating: 1)

        var gpus: Double { tensor * pipeline * expert * data }
    }

    /// Traffic of the sets of each level.
    private var sets: [StepParts] = []
    /// Where the sets of a level end, from the outermost inwards.
    private var ends: [Int] = []
    /// The next level to list; nil for the outermost.
    private var unlisted: Int?
    private var degrees = Degrees()
    private var hops = TrafficFloors.Hops()
    private var grain = Grain.sets
    private var chance: Chance?

    /// What one kind leaves outside.
    private struct Share {
        /// What it leaves at most.
        var below: Double
        var traffic: TrafficTime
    }

    /// Room for the shares of the first kind, and of the second of three.
    private var firsts: [Share] = []
    private var shares: [Share] = []

    /// How closely the sets are looked at.
    enum Grain {
        case sets
        case octaves
        case values(Values)

        /// Whether only whole sets are looked at.
        var isWhole: Bool {
            if case .sets = self { return true }
            return false
        }
    }

    /// What the tensor degrees together, and the pipeline and the expert degree together, can leave outside a
    /// level, ascending; values that cannot be may be among them.
    struct Values {
        var tensor: [Double]
        var hop: [Double]
    }

    /// What bounds every step of the degrees, whatever their microbatches, schedule and chunks, and what a bound must
    /// keep within.
    struct Chance {
        let floor: TripleFloor
        /// Least seconds of FLOP.
        let flop: Double
        /// Least seconds of all layers.
        let layers: Double
        let settings: ModelSettings
        let limits: DataMovementSpace.Limits
        /// Least bandwidth seconds of all kinds.
        let traffic: Double
        let gpus: Double

        /// Whether traffic leaves some plan of the degrees within the limits.
        @inline(__always)
        func isLeft(by parts: StepParts) -> Bool {
            limits.allow(
                floor.step(parts, flop: flop, layers: layers, settings), traffic: traffic, gpus: gpus)
        }
    }

    /// Turns to other degrees.
    /// - Parameters:
    ///   - degrees: all five.
    ///   - interleave: v; 1 bounds all.
    ///   - grain: how closely.
    ///   - floors: of the machine.
    ///   - chance: sets that leave none are not listed; nil to list all.
    mutating func begin(
        _ degrees: Degrees, interleave: Int, grain: Grain, floors: TrafficFloors, chance: Chance? = nil
    ) {
        (self.degrees, self.grain, self.chance) = (degrees, grain, chance)
        hops = floors.hops(
            pipeline: degrees.outsidePipeline, expert: degrees.outsideExpert, interleave: interleave)
        sets.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        unlisted = nil
    }

    /// A step that no plan of the degrees within the limits undercuts.
    ///
    /// Levels are looked at from the outermost inwards, until one makes it hopeless. The sets of a level are listed when
    /// it is first come to, and kept for other arithmetic.
    /// - Parameters:
    ///   - known: a bound that is known.
    ///   - parts: exact or least arithmetic, and the traffic of each accelerator when each kind has the domains for
    ///     itself, which is of the degrees.
    ///   - floors: of the machine.
    ///   - isHopeless: whether a bound on the step leaves no chance.
    ///   - step: of parts; monotone in each.
    /// - Returns: at least `known`.
    @inline(__always)
    mutating func step(
        _ known: Double, _ parts: StepParts, floors: TrafficFloors, isHopeless: (Double) -> Bool,
        step: (StepParts) -> Double
    ) -> Double {
        var bound = known
        var (start, position) = (0, 0)
        while !isHopeless(bound) {
            if position == ends.count {
                let level = unlisted ?? floors.levels - 1
                guard level > 0 else { break }
                let isComplete = listSets(of: level, least: parts, floors: floors)
                unlisted = level - 1
                // Where none leaves a chance, none is listed either.
                guard sets.count > start || !isComplete else { continue }
                ends.append(sets.count)
            }
            var cheapest = Double.infinity
            for index in start..<ends[position] {
                var set = sets[index]
                set.arithmetic = parts.arithmetic
                cheapest = min(cheapest, step(set))
                // A level cannot raise the bound any more.
                if cheapest <= bound { break }
            }
            bound = max(bound, cheapest)
            start = ends[position]
            position += 1
        }
        return bound
    }

    /// Lists the sets of one level; none where it need not be left.
    /// - Returns: whether all are listed, those without a chance too.
    private mutating func listSets(of level: Int, least: StepParts, floors: TrafficFloors) -> Bool {
        let apart = degrees.gpus / floors.domains[level] * (1 - 1e-9)
        guard apart > 1 else { return true }
        let wholes = SIMD3(degrees.tensor, degrees.pipeline * degrees.expert, degrees.data)
        let own = SIMD3(
            degrees.outsideTensor[level], degrees.outsidePipeline[level] * degrees.outsideExpert[level],
            degrees.outsideData[level])
        // Those that must cross are in each set, and those of one accelerator in none.
        var (must, may) = (0, 0)
        for kind in 0..<3 {
            if own[kind] > 1 { must |= 1 << kind }
            if wholes[kind] > 1 { may |= 1 << kind }
        }
        var isComplete = true
        for kinds in 1..<8 where kinds & must == must && kinds | may == may {
            var most = SIMD3(repeating: 1.0)
            for kind in 0..<3 where kinds >> kind & 1 == 1 { most[kind] = wholes[kind] }
            let scale = apart / (most[0] * most[1] * most[2])
            guard scale <= 1 else { continue }
            var fewest = SIMD3(repeating: 1.0)
            for kind in 0..<3 where kinds >> kind & 1 == 1 { fewest[kind] = max(most[kind] * scale, 2) }
            var set = least
            for kind in 0..<3 { raise(&set, kind, to: fewest[kind], at: level, floors) }
            let isSingle = kinds & (kinds - 1) == 0
            if isSingle || grain.isWhole {
                sets.append(set)
            } else if let chance, !chance.isLeft(by: set) {
                isComplete = false
            } else {
                let closest = Sides(kinds: kinds, fewest: fewest, most: most, apart: apart, least: set)
                if !listSides(closest, at: level, floors) { isComplete = false }
            }
        }
        return isComplete
    }

    /// A set of two or three kinds, for a closer look.
    private struct Sides {
        let kinds: Int
        /// What each kind leaves outside at least, and at most.
        let fewest: SIMD3<Double>
        let most: SIMD3<Double>
        /// What all leave outside together.
        let apart: Double
        /// Traffic where each leaves its least.
        let least: StepParts
    }

    /// Lists what the kinds of a set can leave outside, one by one.
    /// - Returns: whether all are listed, those without a chance too.
    private mutating func listSides(_ sides: Sides, at level: Int, _ floors: TrafficFloors) -> Bool {
        // The last kind makes up for what one or two others, whose shares are walked, do not leave.
        let last = sides.kinds >> 2 & 1 == 1 ? 2 : 1
        let first = sides.kinds & 1 == 1 ? 0 : 1
        let hasSecond = sides.kinds == 7
        let (fewest, most) = (sides.fewest, sides.most)
        listShares(of: first, sides, at: level, floors)
        swap(&firsts, &shares)
        if hasSecond { listShares(of: 1, sides, at: level, floors) }
        var isComplete = true
        for one in firsts {
            var set = sides.least
            if first == 0 { set.tensor = one.traffic } else { set.pipelineExpert = one.traffic }
            // Those that follow have no less traffic.
            guard chance?.isLeft(by: set) ?? true else { return false }
            for position in 0..<(hasSecond ? shares.count : 1) {
                let below = hasSecond ? one.below * shares[position].below : one.below
                let rest = sides.apart / below
                guard rest <= most[last] else { continue }
                var whole = set
                if hasSecond { whole.pipelineExpert = shares[position].traffic }
                let walked = whole
                raise(&whole, last, to: max(fewest[last], rest), at: level, floors)
                if chance?.isLeft(by: whole) ?? true {
                    sets.append(whole)
                } else {
                    isComplete = false
                    // Those that follow have no less of the second kind.
                    if let chance, !chance.isLeft(by: walked) { break }
                }
                // Those that follow leave more of the walked kinds outside and no less of the last.
                if rest <= fewest[last] {
                    if position == 0 { return isComplete }
                    break
                }
            }
        }
        return isComplete
    }

    /// Lists what one kind can leave outside, ascending, with its traffic then.
    private mutating func listShares(
        of kind: Int, _ sides: Sides, at level: Int, _ floors: TrafficFloors
    ) {
        shares.removeAll(keepingCapacity: true)
        switch grain {
        case .sets: break
        case .octaves:
            var share = sides.fewest[kind]
            while share <= sides.most[kind] {
                append(share, below: 2 * share, of: kind, sides, at: level, floors)
                share *= 2
            }
        case .values(let values):
            for share in kind == 0 ? values.tensor : values.hop
            where share >= sides.fewest[kind] && share <= sides.most[kind] {
                append(share, below: share, of: kind, sides, at: level, floors)
            }
        }
    }

    @inline(__always)
    private mutating func append(
        _ share: Double, below: Double, of kind: Int, _ sides: Sides, at level: Int, _ floors: TrafficFloors
    ) {
        var set = sides.least
        raise(&set, kind, to: share, at: level, floors)
        shares.append(Share(below: below, traffic: kind == 0 ? set.tensor : set.pipelineExpert))
    }

    /// Raises one kind of traffic to what each accelerator has at least when the kind leaves a share outside a level.
    ///
    /// Kinds are 0 for tensor, 1 for pipeline and expert, 2 for data; a share of 1 is nothing.
    @inline(__always)
    private func raise(
        _ parts: inout StepParts, _ kind: Int, to share: Double, at level: Int, _ floors: TrafficFloors
    ) {
        let share = share * (1 - 1e-9)
        guard share > 1 else { return }
        let gpus = degrees.gpus
        switch kind {
        case 0: parts.tensor.raise(to: floors.tensor(outside: level, atLeast: share).shared(by: gpus))
        case 1:
            parts.pipelineExpert.raise(
                to: floors.hop(
                    hops, outside: level,
                    pipeline: max(degrees.outsidePipeline[level], share / degrees.expert),
                    expert: max(degrees.outsideExpert[level], share / degrees.pipeline)
                ).shared(by: gpus))
        default: parts.data.raise(to: floors.data(outside: level, atLeast: share).shared(by: gpus))
        }
    }
}

extension TrafficTime {
    /// Takes the larger of each.
    @inline(__always)
    fileprivate mutating func raise(to other: TrafficTime) {
        bandwidth = max(bandwidth, other.bandwidth)
        latency = max(latency, other.latency)
    }
}

/// Floors with the positions of the degrees that they belong to.
struct KeptCrossings {
    /// Position of pipeline, expert and data degree.
    var triple: Int32 = -1
    /// Position of the tensor degrees, or of their group.
    var tensor: Int32 = -1
    /// Within which they were listed.
    var limit = Rank.worst
    var floors = CrossingFloors()

    /// Whether they are of some degrees, for all bounds within a limit; if not, they are to be listed anew.
    mutating func turn(to triple: Int32, _ tensor: Int32, limit: Rank) -> Bool {
        if triple == self.triple, tensor == self.tensor, !(self.limit < limit) { return true }
        (self.triple, self.tensor, self.limit) = (triple, tensor, limit)
        return false
    }
}
