import Optimization
import Quantities
import ScalingModel
import Training

/// A plan as someone writes it down: some degrees, perhaps by network level; the rest is filled in.
public struct PartialPlan: Hashable, GivenPlan {
    /// Both tensor degrees together; nil where they are given apart, or as in the reference plan.
    var tensor: Int?
    /// Degrees in the order of ``names``: nil as in the reference plan.
    var totals: [Int?] = Array(repeating: nil, count: 5)
    /// Factors by level in the order of ``names``.
    var factors: [[Int]?] = Array(repeating: nil, count: 5)
    var microbatches: Int?
    var interleave: Int?
    var schedule: PipelineSchedule?

    /// Names of the degrees.
    public static let names = ["tp_model", "tp_ff", "pp", "ep", "dp"]
    /// Every name that ``init(fields:)`` reads, whatever else it is called (``PlanLimits/Decision``).
    public static let keys =
        ["tp"] + names + names.map { "\($0)_by_level" } + ["microbatches", "interleave", "zero_bubble"]

    /// Reads names and values.
    /// - Parameter fields: names of ``keys`` with numbers, or factors like 8/4.
    /// - Throws: ``ExplainError`` naming the value that cannot be read, or an unknown name.
    public init(fields: [(name: String, value: String)]) throws(ExplainError) {
        var seen: Set<String> = []
        for (word, value) in fields {
            let name = PlanLimits.Decision.canonical(word)
            guard seen.insert(name).inserted else {
                throw ExplainError("\(Shown.value(word)) is given twice")
            }
            if let index = Self.names.firstIndex(of: name) {
                totals[index] = try Self.count(name, value)
            } else if let index = Self.names.firstIndex(where: { "\($0)_by_level" == name }) {
                var list: [Int] = []
                for part in value.split(separator: "/", omittingEmptySubsequences: false) {
                    list.append(try Self.count(name, String(part)))
                }
                factors[index] = list
            } else if name == "tp" {
                tensor = try Self.count(name, value)
            } else if name == "microbatches" {
                microbatches = try Self.count(name, value)
            } else if name == "interleave" {
                interleave = try Self.count(name, value)
            } else if name == "zero_bubble" {
                guard let known = PlanLimits.schedule(zeroBubble: value) else {
                    throw ExplainError("zero_bubble is \(Shown.value(value)); yes or no is needed")
                }
                schedule = known
            } else {
                throw ExplainError(
                    "\(Shown.value(word)) is no part of a plan; write \(Self.keys.joined(separator: ", "))")
            }
        }
        for (index, list) in factors.enumerated() {
            guard let list, let total = totals[index], list.product != total else { continue }
            throw ExplainError(
                "\(Self.names[index]) is \(total), but its factors by level multiply to \(list.product)")
        }
    }

    private static func count(_ name: String, _ text: String) throws(ExplainError) -> Int {
        do { return try CountParsing.count(text) } catch { throw ExplainError("\(name): \(error)") }
    }

    /// The whole plan: what is left out is as in a reference, and degrees without factors by level are laid
    /// on the network in the fastest way.
    /// - Parameters:
    ///   - reference: the best plan.
    ///   - machine: the network.
    ///   - price: of a plan; lower is better.
    /// - Returns: the plan; where no placement of the degrees exists, everything on the outermost level.
    /// - Throws: ``ExplainError`` where there are too many placements to try.
    public func completed(
        by reference: Plan, on machine: Accelerator, price: (Plan) -> Double
    ) throws(ExplainError) -> Plan {
        let placement = reference.placement
        let known = Self.lists(of: placement)
        var plan = Plan(
            placement: placement, microbatches: microbatches ?? reference.microbatches,
            interleave: interleave ?? reference.interleave, schedule: schedule ?? reference.schedule)
        guard tensor != nil || known.indices.contains(where: { totals[$0] != nil && factors[$0] == nil })
        else {
            plan.placement = Self.placement(known.indices.map { factors[$0] ?? known[$0] })
            return plan
        }
        let degrees = known.indices.map { factors[$0]?.product ?? totals[$0] ?? known[$0].product }
        let splits = try tensorSplits(degrees)
        var best: (seconds: Double, placement: Placement)?
        for degrees in splits {
            var search = PlacementSearch(
                sizes: machine.network.map(\.size), degrees: degrees, fixed: factors)
            try search.visit { lists in
                plan.placement = Self.placement(lists)
                let seconds = price(plan)
                if seconds < best?.seconds ?? .infinity { best = (seconds, plan.placement) }
            }
        }
        let inner = Array(repeating: 1, count: machine.network.count - 1)
        plan.placement = best?.placement ?? Self.placement(splits[0].map { inner + [$0] })
        return plan
    }

    /// The degrees with every way to make ``tensor`` of its two parts that those given allow.
    private func tensorSplits(_ degrees: [Int]) throws(ExplainError) -> [[Int]] {
        guard let tensor else { return [degrees] }
        let splits = Divisors.all(of: tensor).map { [$0, tensor / $0] + degrees[2...] }.filter { split in
            (0..<2).allSatisfy { (totals[$0] ?? factors[$0]?.product ?? split[$0]) == split[$0] }
        }
        guard !splits.isEmpty else {
            throw ExplainError("tp is \(tensor), which tp_model and tp_ff as given do not multiply to")
        }
        return splits
    }

    private static func placement(_ lists: [[Int]]) -> Placement {
        Placement(
            tensorModel: lists[0], tensorFeedForward: lists[1], pipeline: lists[2], expert: lists[3],
            data: lists[4])
    }
}

/// Every way to lay five degrees on the network levels, from the innermost level outwards.
struct PlacementSearch {
    let sizes: [Int?]
    let degrees: [Int]
    let fixed: [[Int]?]
    private var lists: [[Int]]
    private var visited = 0

    /// Placements after which the search gives up.
    static let most = 5_000_000

    init(sizes: [Int?], degrees: [Int], fixed: [[Int]?]) {
        self.sizes = sizes
        self.degrees = degrees
        self.fixed = fixed
        lists = Array(repeating: [], count: degrees.count)
    }

    /// Calls back with the factors of each degree, by level.
    /// - Throws: ``ExplainError`` after too many.
    mutating func visit(_ receive: ([[Int]]) -> Void) throws(ExplainError) {
        try visit(level: 0, index: 0, left: degrees, room: sizes.first.flatMap { $0 } ?? .max, receive)
    }

    private mutating func visit(
        level: Int, index: Int, left: [Int], room: Int, _ receive: ([[Int]]) -> Void
    ) throws(ExplainError) {
        visited += 1
        guard visited <= Self.most else {
            throw ExplainError(
                "the degrees can be placed in too many ways; give them by level, as in pp_by_level=1/4")
        }
        if index == degrees.count {
            guard level + 1 < sizes.count else {
                if left.allSatisfy({ $0 == 1 }) { receive(lists) }
                return
            }
            return try visit(level: level + 1, index: 0, left: left, room: sizes[level + 1] ?? .max, receive)
        }
        let isLast = level + 1 == sizes.count
        let choices: [Int] =
            if let list = fixed[index] { list.indices.contains(level) ? [list[level]] : [] } else if isLast {
                [left[index]]
            } else {
                Divisors.all(of: left[index])
            }
        for factor in choices where factor <= room && left[index].isMultiple(of: factor) {
            var rest = left
            rest[index] /= factor
            lists[index].append(factor)
            try visit(
                level: level, index: index + 1, left: rest, room: room == .max ? .max : room / factor, receive
            )
            lists[index].removeLast()
        }
    }
}
