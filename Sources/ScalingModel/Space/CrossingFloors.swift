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
    private var interleave = 1
    private var grain = Grain.sets

    /// What the second of three kinds leaves outside.
    private struct Share {
        /// What it leaves at most.
        var below: Double
        var traffic: TrafficTime
    }

    /// Room for the shares of the second kind.
    private var seconds: [Share] = []

    /// How closely the sets are looked at.
    enum Grain {
        case sets
        case octaves
        case values(Values)
    }

    /// What the tensor degrees together, and the pipeline and the expert degree together, can leave outside a
    /// level, ascending; values that cannot be may be among them.
    struct Values {
        var tensor: [Double]
        var hop: [Double]
    }

    /// Turns to other degrees.
    /// - Parameters:
    ///   - degrees: all five.
    ///   - interleave: v; 1 bounds all.
    ///   - grain: how closely.
    mutating func begin(_ degrees: Degrees, interleave: Int, grain: Grain) {
        (self.degrees, self.interleave, self.grain) = (degrees, interleave, grain)
        sets.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        unlisted = nil
    }

    /// A step that no plan of the degrees undercuts.
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
                listSets(of: level, least: parts, floors: floors)
                unlisted = level - 1
                guard sets.count > start else { continue }
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
    private mutating func listSets(of level: Int, least: StepParts, floors: TrafficFloors) {
        let (degrees, interleave, grain) = (degrees, interleave, grain)
        let gpus = degrees.gpus
        let wholes = SIMD3(degrees.tensor, degrees.pipeline * degrees.expert, degrees.data)
        let apart = gpus / floors.domains[level] * (1 - 1e-9)
        guard apart > 1 else { return }
        let own = SIMD3(
            degrees.outsideTensor[level], degrees.outsidePipeline[level] * degrees.outsideExpert[level],
            degrees.outsideData[level])
        func raise(_ parts: inout StepParts, _ kind: Int, to share: Double) {
            Self.raise(
                &parts, kind, to: share, degrees, floors: floors, level: level, interleave: interleave)
        }
        // Those that must cross are in each set, and those of one accelerator in none.
        var (must, may) = (0, 0)
        for kind in 0..<3 {
            if own[kind] > 1 { must |= 1 << kind }
            if wholes[kind] > 1 { may |= 1 << kind }
        }
        for kinds in 1..<8 where kinds & must == must && kinds | may == may {
            func isIn(_ kind: Int) -> Bool { kinds >> kind & 1 == 1 }
            let most = SIMD3(
                isIn(0) ? wholes[0] : 1, isIn(1) ? wholes[1] : 1, isIn(2) ? wholes[2] : 1)
            let scale = apart / (most[0] * most[1] * most[2])
            guard scale <= 1 else { continue }
            func share(_ kind: Int) -> Double { isIn(kind) ? max(most[kind] * scale, 2) : 1 }
            let fewest = SIMD3(share(0), share(1), share(2))
            if case .sets = grain {
                var set = least
                for kind in 0..<3 { raise(&set, kind, to: fewest[kind]) }
                sets.append(set)
                continue
            }
            // The last kind makes up for what one or two others, whose shares are walked, do not leave.
            let last = isIn(2) ? 2 : isIn(1) ? 1 : 0
            let first = isIn(0) ? 0 : isIn(1) ? 1 : 2
            let second = first == 0 && last == 2 && isIn(1) ? 1 : -1
            guard first != last else {
                var set = least
                raise(&set, last, to: fewest[last])
                sets.append(set)
                continue
            }
            func walk(_ kind: Int, _ body: (_ least: Double, _ below: Double) -> Void) {
                guard kind >= 0 else { return body(1, 1) }
                switch grain {
                case .sets: break
                case .octaves:
                    var share = fewest[kind]
                    while share <= most[kind] {
                        body(share, 2 * share)
                        share *= 2
                    }
                case .values(let values):
                    for share in kind == 0 ? values.tensor : values.hop
                    where share >= fewest[kind] && share <= most[kind] {
                        body(share, share)
                    }
                }
            }
            seconds.removeAll(keepingCapacity: true)
            walk(second) { share, below in
                var set = least
                if second >= 0 { raise(&set, second, to: share) }
                seconds.append(Share(below: below, traffic: set.pipelineExpert))
            }
            walk(first) { share, below in
                var set = least
                raise(&set, first, to: share)
                for other in seconds {
                    let rest = apart / below / other.below
                    guard rest <= most[last] else { continue }
                    var whole = set
                    if second >= 0 { whole.pipelineExpert = other.traffic }
                    raise(&whole, last, to: max(fewest[last], rest))
                    sets.append(whole)
                    // Those that follow leave more of the second kind outside and no less of the last.
                    if rest <= fewest[last] { break }
                }
            }
        }
    }

    /// Raises one kind of traffic to what each accelerator has at least when the kind leaves a share outside a level.
    ///
    /// Kinds are 0 for tensor, 1 for pipeline and expert, 2 for data; a share of 1 is nothing.
    @inline(__always)
    private static func raise(
        _ parts: inout StepParts, _ kind: Int, to share: Double, _ degrees: Degrees, floors: TrafficFloors,
        level: Int, interleave: Int
    ) {
        let share = share * (1 - 1e-9)
        guard share > 1 else { return }
        let gpus = degrees.gpus
        switch kind {
        case 0: parts.tensor.raise(to: floors.tensor(outside: level, atLeast: share).shared(by: gpus))
        case 1:
            var (stages, ranks) = (degrees.outsidePipeline, degrees.outsideExpert)
            stages[level] = max(stages[level], share / degrees.expert)
            ranks[level] = max(ranks[level], share / degrees.pipeline)
            parts.pipelineExpert.raise(
                to: floors.hop(pipeline: stages, expert: ranks, interleave: interleave).shared(by: gpus))
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
    /// Position of the tensor degrees.
    var pair: Int32 = -1
    var floors = CrossingFloors()
}
