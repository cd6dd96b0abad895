import Optimization
import Quantities
import Training

/// Bounds and searches of members whose times are those of the wall clock, with failures.
struct MemberGoodput {
    let factors: ReliabilityFactors
    let engines: EngineContext
    let clock: SearchClock
    let cuts: KnownCuts

    /// Prepares for members of a family.
    init(_ factors: ReliabilityFactors, engines: EngineContext, clock: SearchClock, cuts: KnownCuts) {
        self.factors = factors
        self.engines = engines
        self.clock = clock
        self.cuts = cuts
    }

    /// The search of a member's layouts; what its least step rules out is not searched.
    func search(_ run: MemberRun) -> GoodputSearch {
        let searches = TransformerRun(
            planner: TransformerPlanner(unchecked: run.question, model: run.model), engines: engines,
            clock: clock, cuts: cuts)
        return GoodputSearch(factors, clock: clock) { gpus, deadline, goal in
            guard run.leastStep(gpus: gpus) <= deadline else { return nil }
            var listed: MemberSearch.Listed?
            return searches.timely(gpus: gpus, deadline: deadline, goal: goal, listed: &listed)
        }
    }

    // MARK: Bounds

    /// Ranges of accelerators used, from those given down, each with the pace of its least.
    ///
    /// In a range the least step is that of its most accelerators, and the wall clock's time for it that of its least.
    func ranges(gpus: Int) -> [(most: Int, pace: RunPace)] {
        var ranges: [(most: Int, pace: RunPace)] = []
        var most = gpus
        while most > 0 {
            let least = most - most / 16
            ranges.append((most, RunPace(factors, accelerators: least)))
            most = least - 1
        }
        return ranges
    }

    /// Seconds of the wall clock that a member's step takes at the least, on any number of the accelerators of ranges.
    func leastWallStep(_ run: MemberRun, _ ranges: [(most: Int, pace: RunPace)]) -> Double {
        var best = Double.infinity
        for (most, pace) in ranges {
            // Fewer accelerators are slower, even where they never fail.
            let step = run.leastStep(gpus: most)
            guard step < best else { break }
            best = min(best, pace.wallSeconds(step: step))
        }
        return best * (1 - 1e-12)
    }

    /// Accelerators below which no step of a member is within W on the wall clock; nil where none of up to `most` is enough.
    ///
    /// None below n₁ is, where nothing ever fails; of those from n₁ on none has a longer step than S(n₁), so that none below
    /// n₂ is, and so on.
    func fewestGPUs(_ run: MemberRun, wall: Double, most: Int) -> Int? {
        guard var gpus = run.fewestGPUs(deadline: wall, most: most) else { return nil }
        for _ in 0..<Self.rounds {
            let longest = RunPace(factors, accelerators: gpus).longestStep(wall: wall)
            guard let next = run.fewestGPUs(deadline: longest, most: most) else { return nil }
            guard next > gpus else { break }
            gpus = next
        }
        return gpus
    }

    /// Steps of a bound that never falls; the last is as valid as any.
    private static let rounds = 30
}
