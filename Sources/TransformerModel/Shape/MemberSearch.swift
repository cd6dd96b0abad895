import Optimization
import Quantities
import Training

/// Searches the layouts of one member for one in time, or for the best, as a search over shapes asks.
struct MemberSearch {
    let run: MemberRun
    private let searches: TransformerRun
    private let clock: SearchClock

    /// Where leaves went, and how many searches there were.
    private(set) var account = LeafAccount.empty
    private(set) var count = 0
    /// Whether every search came to its end.
    private(set) var isComplete = true
    /// Blocks that may be in time on so many accelerators, within so many seconds of a step.
    struct Listed {
        var gpus: Int
        var seconds: Double
        var blocks: BlockList
    }

    /// The blocks of the last search, for one on as many accelerators or one fewer.
    var listed: Listed?
    /// The layout on fewest accelerators that any search found.
    private(set) var leanest: PricedLayout?
    /// Seconds that no step of an unfinished search is below.
    private(set) var openStep = Double.infinity

    /// Prepares to search.
    /// - Parameters:
    ///   - run: of the member.
    ///   - engines: which search.
    ///   - clock: when to end.
    ///   - cuts: ways to cut models that searches of other members listed.
    init(_ run: MemberRun, engines: EngineContext, clock: SearchClock, cuts: KnownCuts) {
        self.run = run
        self.clock = clock
        searches = TransformerRun(
            planner: TransformerPlanner(unchecked: run.question, model: run.model), engines: engines,
            clock: clock, cuts: cuts)
    }

    /// Layouts of at most so many seconds a step.
    /// - Parameters:
    ///   - gpus: accelerators given.
    ///   - deadline: seconds of a step.
    ///   - goal: the best of them, or any.
    ///   - usesAll: whether none on fewer accelerators matters.
    ///   - isLoose: whether nothing tells how far the deadline is from the best; then a small part of the space is
    ///     searched first.
    /// - Returns: the layout; nil where there is none, or the clock ended first.
    mutating func layout(
        gpus: Int, deadline: Double, goal: BranchAndBound.Goal, usesAll: Bool = false, isLoose: Bool = false
    ) -> PricedLayout? {
        // Most members are too slow, and their least step says so.
        guard run.leastStep(gpus: gpus) <= deadline else { return nil }
        count += 1
        if let known = listed, !(gpus...gpus + 1 ~= known.gpus && deadline <= known.seconds) { listed = nil }
        let result =
            isLoose
            ? searches.search(gpus: gpus, deadline: deadline, goal: goal)
            : searches.timely(gpus: gpus, deadline: deadline, goal: goal, usesAll: usesAll, listed: &listed)
        account.add(result.account)
        if !result.isComplete, goal == .best || result.best.isEmpty {
            isComplete = false
            openStep = min(openStep, result.openBound?.primary ?? 0)
        }
        let layout = result.best.first?.candidate
        if let layout, layout.layout.gpus < leanest?.layout.gpus ?? .max { leanest = layout }
        return layout
    }

    /// The fewest accelerators on which a layout is in time.
    ///
    /// Layouts may leave accelerators idle, so that what can be done on some can be done on more, and a layout that is
    /// found is one for as many as it uses.
    /// - Parameters:
    ///   - range: where to look; none below it are enough.
    ///   - known: accelerators in the range that are known to be enough; nil where none are.
    ///   - deadline: seconds of a step.
    /// - Returns: accelerators; nil where none in the range are enough, or the clock ended first.
    mutating func fewest(in range: ClosedRange<Int>, known: Int?, deadline: Double) -> Int? {
        var low = range.lowerBound - 1
        var high = known
        // Up from what may do, a 64th of it further, then twice as far each time.
        var step = max(1, range.lowerBound / 64)
        while high == nil {
            let next = min(range.upperBound, low + step)
            if let found = layout(gpus: next, deadline: deadline, goal: .any) {
                high = found.layout.gpus
            } else {
                guard next < range.upperBound, !clock.isOver else { return nil }
                low = next
                step *= 2
            }
        }
        guard var high else { return nil }
        // What is found is often on the fewest there are, and one search says so; so every other one asks.
        var asksNext = true
        while high - low > 1, !clock.isOver {
            let tried = asksNext ? high - 1 : low + (high - low) / 2
            if let found = layout(gpus: tried, deadline: deadline, goal: .any) {
                high = found.layout.gpus
            } else {
                low = tried
            }
            asksNext.toggle()
        }
        return high
    }
}

extension TransformerRun {
    /// Layouts of at most so many seconds a step, from one search of the whole space.
    /// - Parameters:
    ///   - gpus: accelerators given.
    ///   - deadline: seconds of a step; infinite for none.
    ///   - goal: the best of them, or any.
    ///   - usesAll: whether only those that use all accelerators are wanted.
    ///   - listed: blocks that are known to be all that may be in time; if nil, they are listed, for one accelerator more where not all are wanted.
    /// - Returns: at most one layout, with where the others went; those of blocks none of which may be in time are not
    ///   counted.
    func timely(
        gpus: Int, deadline: Double, goal: BranchAndBound.Goal, usesAll: Bool = false,
        listed: inout MemberSearch.Listed?
    ) -> SearchResult<PricedLayout> {
        guard deadline < .infinity || usesAll else { return search(gpus: gpus, goal: goal) }
        guard !clock.isOver else { return .unknown }
        let more = usesAll ? 0 : 1
        var space = TransformerSpace(
            model: planner.model, gpus: gpus, globalBatch: planner.question.globalBatch, deadline: deadline,
            limits: planner.question.limits, limit: deadline, known: cuts, clock: clock, countsLate: false,
            usesAll: usesAll, listed: listed?.blocks, listsMore: more)
        guard space.isWhole else { return .unknown }
        if listed == nil, !usesAll {
            listed = MemberSearch.Listed(gpus: gpus + more, seconds: deadline, blocks: space.blocks)
        }
        guard space.blocks.mayBeInTime else { return SearchResult(best: [], account: .empty, openBound: nil) }
        return engines.result(&space, wanted: 1, goal: goal)
    }
}
