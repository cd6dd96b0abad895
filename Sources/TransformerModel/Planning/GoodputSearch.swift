import Optimization
import Quantities
import Training

/// Searches for layouts by what their steps take on the wall clock, failures and all, from searches that know only steps.
///
/// w(s, n) is what a step of s seconds on n accelerators takes, S(n) the longest step with which w is at most some W; w rises
/// in both, so S never rises with n (``RunPace`` has the argument). A search on m accelerators looks at all layouts that use
/// n ≤ m of them. So for a range l...m of accelerators used
/// - where no layout on m has a step of at most S(l), none that uses l to m is within W: its step would be at most S(n) ≤ S(l);
/// - a layout that is found with a step of at most S(m) is within W, whatever n ≤ m it uses;
/// - the least step s of all layouts on m is that of none that uses n ≤ m, so those with w(s, n) ≥ W are no better than W.
///
/// **What is monotone.** Whether some layout *on* N accelerators is within W is, as layouts may leave accelerators idle,
/// which then do not fail: failures of those that are used count. Whether one that uses N *all* is, is not: beyond some
/// number more accelerators lose more than they add. So where a range is found to have none, that is proved for each number
/// of it, halves of a range being searched apart where the first two rules leave it open. A range of one number they settle.
struct GoodputSearch {
    /// What keeps the run from training all the time.
    let factors: ReliabilityFactors
    /// Layouts on at most so many accelerators, of at most so many seconds a step; nil where there are none without a search.
    let find: (_ gpus: Int, _ deadline: Double, _ goal: BranchAndBound.Goal) -> SearchResult<PricedLayout>?
    let clock: SearchClock

    /// Where leaves went, and how many searches there were.
    private(set) var account = LeafAccount.empty
    private(set) var count = 0
    /// Whether every search came to its end.
    private(set) var isComplete = true
    /// Seconds of the wall clock that no step of an unfinished search is below.
    private(set) var open = Double.infinity
    private var paces: [Int: RunPace] = [:]

    /// Prepares to search.
    init(
        _ factors: ReliabilityFactors, clock: SearchClock,
        find: @escaping (Int, Double, BranchAndBound.Goal) -> SearchResult<PricedLayout>?
    ) {
        self.factors = factors
        self.clock = clock
        self.find = find
    }

    private mutating func pace(_ gpus: Int) -> RunPace {
        if let pace = paces[gpus] { return pace }
        let pace = RunPace(factors, accelerators: gpus)
        paces[gpus] = pace
        return pace
    }

    /// Seconds of the wall clock that a layout's step takes.
    mutating func wall(_ layout: PricedLayout) -> Double {
        pace(layout.layout.gpus).wallSeconds(step: layout.step.total.value)
    }

    private mutating func layout(
        gpus: Int, deadline: Double, least: Int, goal: BranchAndBound.Goal
    ) -> PricedLayout? {
        guard deadline > 0, let result = find(gpus, deadline, goal) else { return nil }
        count += 1
        account.add(result.account)
        if !result.isComplete, goal == .best || result.best.isEmpty {
            isComplete = false
            let step = max(0, result.openBound?.primary ?? 0)
            open = min(open, step > 0 ? pace(least).wallSeconds(step: step) : 0)
        }
        return result.best.first?.candidate
    }

    // MARK: The fewest accelerators

    /// A layout that uses as few accelerators as any of some range within W.
    /// - Parameters:
    ///   - range: where to look; no layout that uses fewer is within W.
    ///   - wall: W, seconds of the wall clock that a step may take.
    ///   - isLikely: whether most numbers of the range are; else it is asked first whether any is.
    /// - Returns: the layout; nil where there is none, or the clock ended first.
    mutating func fewest(in range: ClosedRange<Int>, wall: Double, isLikely: Bool) -> PricedLayout? {
        var low = range.lowerBound - 1
        var best: PricedLayout?
        if !isLikely {
            best = any(in: range, wall: wall)
            guard best != nil else { return nil }
        }
        // Up from what may do, an eighth of it further, then twice as far each time.
        var step = max(1, range.lowerBound / 8)
        var failures = 0
        while best == nil, low < range.upperBound, !clock.isOver {
            let next = min(range.upperBound, low + step)
            best = any(in: (low + 1)...next, wall: wall)
            guard best == nil else { break }
            low = next
            step *= 2
            failures += 1
            if failures == Self.failuresBeforeRest, low < range.upperBound {
                guard !isEmpty((low + 1)...range.upperBound, wall: wall) else { return nil }
            }
        }
        while let found = best, found.layout.gpus - low > 1, !clock.isOver {
            let middle = low + (found.layout.gpus - low) / 2
            if let fewer = any(in: (low + 1)...middle, wall: wall) { best = fewer } else { low = middle }
        }
        return best
    }

    /// Of the layouts that use no fewer than so many accelerators, as none that uses fewer is within W, the quickest.
    mutating func quickest(gpus: Int, wall: Double) -> PricedLayout? {
        let longest = pace(gpus).longestStep(wall: wall)
        return layout(gpus: gpus, deadline: longest, least: gpus, goal: .best)
    }

    /// Ranges that are searched in vain before it is asked whether there is anything at all.
    private static let failuresBeforeRest = 8

    /// Whether one search tells that no layout of a range is within W.
    private mutating func isEmpty(_ range: ClosedRange<Int>, wall: Double) -> Bool {
        let longest = pace(range.lowerBound).longestStep(wall: wall)
        let wasComplete = isComplete
        let found = layout(
            gpus: range.upperBound, deadline: longest, least: range.lowerBound, goal: .any)
        return found == nil && isComplete == wasComplete
    }

    /// Some layout of a range within W, as none that uses fewer accelerators is.
    ///
    /// Nil where there is none, or the clock ended first.
    private mutating func any(in range: ClosedRange<Int>, wall: Double) -> PricedLayout? {
        guard !clock.isOver else {
            (isComplete, open) = (false, 0)
            return nil
        }
        let (least, most) = (range.lowerBound, range.upperBound)
        let longest = pace(least).longestStep(wall: wall)
        guard let loose = layout(gpus: most, deadline: longest, least: least, goal: .any) else { return nil }
        if self.wall(loose) <= wall { return loose }
        let shortest = pace(most).longestStep(wall: wall)
        if let found = layout(gpus: most, deadline: shortest, least: least, goal: .any) { return found }
        guard least < most else { return nil }
        let middle = least + (most - least) / 2
        return any(in: least...middle, wall: wall) ?? any(in: (middle + 1)...most, wall: wall)
    }

    // MARK: The least time

    /// The layout whose step takes least of the wall clock.
    /// - Parameters:
    ///   - gpus: accelerators given.
    ///   - limit: seconds of the wall clock that its step may take.
    /// - Returns: the layout; nil where there is none, or the clock ended first.
    mutating func fastest(gpus: Int, limit: Double = .infinity) -> PricedLayout? {
        var best = Best(layout: nil, wall: limit)
        var most = gpus
        guard limit == .infinity else {
            // Most of what has a limit is too slow for it, and says so in ranges of the limit's own longest steps.
            while most > 0 {
                refine((most / 2 + 1)...most, step: 0, &best)
                most /= 2
            }
            return best.layout
        }
        // Down in halves, until even what never fails is too slow: the optimum may lie far below what is given.
        var probes: [(range: ClosedRange<Int>, step: Double)] = []
        while most > 0 {
            let longest = pace(1).longestStep(wall: best.wall)
            guard let found = layout(gpus: most, deadline: longest, least: 1, goal: .best) else { break }
            take(found, into: &best)
            probes.append(((most / 2 + 1)...most, found.step.total.value))
            most /= 2
        }
        for (range, step) in probes { refine(range, step: step, &best) }
        return best.layout
    }

    private struct Best {
        var layout: PricedLayout?
        var wall: Double
    }

    private mutating func take(_ layout: PricedLayout, into best: inout Best) {
        let wall = wall(layout)
        if let known = best.layout {
            guard wall < best.wall || wall == best.wall && TransformerSpace.precedes(layout, known) else {
                return
            }
        } else if wall > best.wall || !wall.isFinite {
            return
        }
        best = Best(layout: layout, wall: wall)
    }

    /// Looks for a better layout that uses a number of accelerators of a range, of which none has a shorter step than some.
    private mutating func refine(_ range: ClosedRange<Int>, step: Double, _ best: inout Best) {
        guard let most = most(in: range, step: step, below: best.wall) else { return }
        guard !clock.isOver else {
            isComplete = false
            open = min(open, pace(range.lowerBound).wallSeconds(step: step))
            return
        }
        let least = range.lowerBound
        let longest = pace(least).longestStep(wall: best.wall)
        guard let found = layout(gpus: most, deadline: longest, least: least, goal: .best) else { return }
        take(found, into: &best)
        let shortest = found.step.total.value
        guard let rest = self.most(in: least...most, step: shortest, below: best.wall) else { return }
        let middle = least + (rest - least) / 2
        if middle < rest { refine((middle + 1)...rest, step: shortest, &best) }
        refine(least...middle, step: shortest, &best)
    }

    /// The most accelerators of a range on which a step takes less than W; nil where it does on none.
    private mutating func most(in range: ClosedRange<Int>, step: Double, below wall: Double) -> Int? {
        func isBelow(_ gpus: Int) -> Bool {
            RunPace(factors, accelerators: gpus).wallSeconds(step: step) < wall
        }
        guard isBelow(range.lowerBound) else { return nil }
        var (low, high) = (range.lowerBound, range.upperBound + 1)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if isBelow(middle) { low = middle } else { high = middle }
        }
        return low
    }
}
