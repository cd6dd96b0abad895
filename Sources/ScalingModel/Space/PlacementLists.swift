import Training

/// The splits of five degrees over the network levels with their exact traffic, by kind of traffic: what a
/// walk over placements multiplies out.
///
/// Lists are kept for the tuples that share degrees, each in the order of its bandwidth seconds, so that a
/// walk may end at the first one that is too slow whatever its latency.
///
/// *What is left out.* Two parts of one kind with the same factors go with the same parts of the other kinds.
/// If one has no more latency and less bandwidth time, or no more of either and comes first in the order of
/// plans, then each plan of the other is worse than the same plan with the one. So a part with as many such
/// betters as plans are wanted is in none of them. Nor is a part that by itself is too slow for every plan of the
/// search, on however many accelerators.
struct PlacementLists {
    /// Splits of one or two degrees.
    struct Part {
        /// Factors of both on the bounded levels, multiplied.
        var factors: SplitTable.Factors
        /// Traffic, of all accelerators by one.
        var traffic: TrafficTime
        /// The split of the first degree, as an index into its list.
        var first: Int32
        /// The split of the second degree; −1 where there is one degree.
        var second: Int32
    }

    /// One split of each degree, as indices into their lists.
    struct Splits {
        var tensorModel: Int32
        var tensorFeedForward: Int32
        var pipeline: Int32
        var expert: Int32
        var data: Int32
    }

    /// A split of the data degree that fits beside the splits of the tensor degrees.
    struct Beside {
        /// Traffic of the data degree, of all accelerators by one.
        let traffic: TrafficTime
        /// The split, as an index into its list.
        let data: Int32
        /// The number of the factors of tensor and data degrees, multiplied, among all that were met.
        let number: Int32
    }

    /// Splits of one pipeline and one expert degree with v chunks.
    struct HopList {
        /// In the order of bandwidth seconds.
        let parts: [Part]
        /// For all factors that parts have, the least traffic of those parts.
        private let groups: [Group]
        /// Least traffic of the parts that fit beside the numbered factors; not a number where not yet asked for.
        private var least: [TrafficTime] = []

        private struct Group {
            let factors: SplitTable.Factors
            /// The factors from the innermost level to each, multiplied.
            let products: SplitTable.Factors
            var least: TrafficTime
        }

        fileprivate init(parts: [Part]) {
            self.parts = parts
            var groups: [Group] = []
            var positions: [SplitTable.FactorsKey: Int] = [:]
            for part in parts {
                let key = SplitTable.FactorsKey(part.factors)
                if let known = positions[key] {
                    // The first has the least bandwidth seconds.
                    groups[known].least.latency = min(groups[known].least.latency, part.traffic.latency)
                } else {
                    positions[key] = groups.count
                    groups.append(
                        Group(
                            factors: part.factors, products: PlacementRule.products(part.factors),
                            least: part.traffic))
                }
            }
            self.groups = groups
        }

        /// The least traffic of the parts that fit beside other degrees; infinite where none does.
        @inline(__always)
        fileprivate mutating func least(
            beside number: Int, _ factors: [SplitTable.Factors], _ placements: PlacementRule
        ) -> TrafficTime {
            if number < least.count, !least[number].latency.isNaN { return least[number] }
            return found(beside: number, factors[number], placements)
        }

        private mutating func found(
            beside number: Int, _ factors: SplitTable.Factors, _ placements: PlacementRule
        ) -> TrafficTime {
            let unknown = TrafficTime(bandwidth: .nan, latency: .nan)
            while least.count <= number { least.append(unknown) }
            var found = TrafficTime(bandwidth: .infinity, latency: .infinity)
            let room = placements.room(beside: factors)
            for group in groups where group.least.latency < found.latency && all(group.products .<= room) {
                guard placements.fits(factors * group.factors) else { continue }
                found.bandwidth = min(found.bandwidth, group.least.bandwidth)
                found.latency = group.least.latency
            }
            least[number] = found
            return found
        }
    }

    /// The data degree, as an index, and the factors of the tensor degrees.
    private struct BesideKey: Hashable {
        var data: Int32
        var factors: SplitTable.FactorsKey
    }

    /// Pipeline and expert degree, as indices, and v.
    private struct HopKey: Hashable {
        var pipeline: Int32
        var expert: Int32
        var interleave: Int
    }

    private var tensors: [Int32: [Part]] = [:]
    private var groups: [Int32: [Part]] = [:]
    private var hopPositions: [HopKey: Int] = [:]
    /// Splits of the pipeline and the expert degree.
    private(set) var hops: [HopList] = []
    private var datas: [Int32: [Part]] = [:]
    private var besides: [BesideKey: [Beside]] = [:]
    private var numbers: [SplitTable.FactorsKey: Int32] = [:]
    /// The factors of tensor and data degrees that were met, by their number.
    private(set) var factors: [SplitTable.Factors] = []

    /// The least traffic of the splits of a list that fit beside the other degrees.
    @inline(__always)
    mutating func leastHop(_ list: Int, beside other: Beside, _ placements: PlacementRule) -> TrafficTime {
        hops[list].least(beside: Int(other.number), factors, placements)
    }

    /// Splits of the two tensor degrees.
    mutating func tensor(
        _ tuple: DegreeTuple, wanted: Int, tables: inout SpaceTables, model: borrowing StepModel,
        mayMatter: (TrafficTime) -> Bool
    ) -> [Part] {
        if let known = tensors[tuple.pair] { return known }
        let narrow = tables.tensorModel.splits(of: Int(tuple.tensorModel))
        let wide = tables.tensorFeedForward.splits(of: Int(tuple.tensorFeedForward))
        var parts: [Part] = []
        for (first, one) in narrow.enumerated() {
            for (second, other) in wide.enumerated() {
                let factors = one.factors * other.factors
                guard tables.placements.fits(factors) else { continue }
                let traffic = model.tensorTraffic(model: one.split, feedForward: other.split, gpus: 1)
                guard mayMatter(traffic) else { continue }
                parts.append(
                    Part(factors: factors, traffic: traffic, first: Int32(first), second: Int32(second)))
            }
        }
        let kept = Self.mattering(parts, wanted: wanted)
        tensors[tuple.pair] = kept
        return kept
    }

    /// For each factors that splits of tensor degrees of one product have, the least traffic of those splits.
    ///
    /// Enough to see whether any plan has a placement; they name no split.
    /// - Parameters:
    ///   - group: of the tensor degrees.
    ///   - pairs: splits of each of its pairs.
    /// - Returns: in the order of bandwidth seconds.
    mutating func tensor(group: Int32, pairs: (inout Self) -> [[Part]]) -> [Part] {
        if let known = groups[group] { return known }
        // Of equal factors, in the order of bandwidth, only those with less latency than all before.
        var latencies: [SplitTable.FactorsKey: Double] = [:]
        var kept: [Part] = []
        for part in pairs(&self).joined().sorted(by: Self.precedes) {
            let key = SplitTable.FactorsKey(part.factors)
            guard part.traffic.latency < latencies[key] ?? .infinity else { continue }
            latencies[key] = part.traffic.latency
            kept.append(part)
        }
        groups[group] = kept
        return kept
    }

    /// Splits of the pipeline and the expert degree at one interleaving.
    /// - Returns: which of the lists of ``hops`` holds them.
    mutating func pipelineExpert(
        _ tuple: DegreeTuple, interleave: Int, wanted: Int, tables: inout SpaceTables,
        model: borrowing StepModel, mayMatter: (TrafficTime) -> Bool
    ) -> Int {
        let key = HopKey(pipeline: tuple.pipeline, expert: tuple.expert, interleave: interleave)
        if let known = hopPositions[key] { return known }
        let (stages, ranks) = (
            tables.pipeline.splits(of: Int(tuple.pipeline)), tables.expert.splits(of: Int(tuple.expert))
        )
        var parts: [Part] = []
        for (first, one) in stages.enumerated() {
            for (second, other) in ranks.enumerated() {
                let factors = one.factors * other.factors
                guard tables.placements.fits(factors) else { continue }
                let traffic = model.pipelineTraffic(
                    pipeline: one.split, expert: other.split, interleave: interleave, gpus: 1)
                guard mayMatter(traffic) else { continue }
                parts.append(
                    Part(factors: factors, traffic: traffic, first: Int32(first), second: Int32(second)))
            }
        }
        hops.append(HopList(parts: Self.mattering(parts, wanted: wanted)))
        hopPositions[key] = hops.count - 1
        return hops.count - 1
    }

    /// Splits of the data degree that fit beside a split of the tensor degrees, in the order of bandwidth seconds.
    mutating func data(
        _ tuple: DegreeTuple, beside tensor: Part, tables: inout SpaceTables, model: borrowing StepModel
    ) -> [Beside] {
        let key = BesideKey(data: tuple.data, factors: SplitTable.FactorsKey(tensor.factors))
        if let known = besides[key] { return known }
        var found: [Beside] = []
        for part in data(tuple, tables: &tables, model: model) {
            let factors = tensor.factors * part.factors
            guard tables.placements.fits(factors) else { continue }
            found.append(Beside(traffic: part.traffic, data: part.first, number: number(of: factors)))
        }
        besides[key] = found
        return found
    }

    private mutating func number(of product: SplitTable.Factors) -> Int32 {
        let key = SplitTable.FactorsKey(product)
        if let known = numbers[key] { return known }
        let number = Int32(factors.count)
        numbers[key] = number
        factors.append(product)
        return number
    }

    /// Splits of the data degree.
    mutating func data(
        _ tuple: DegreeTuple, tables: inout SpaceTables, model: borrowing StepModel
    ) -> [Part] {
        if let known = datas[tuple.data] { return known }
        // Each has factors of its own, so none is better than another.
        let parts = tables.data.splits(of: Int(tuple.data)).enumerated().map { index, one in
            Part(
                factors: one.factors, traffic: model.dataTraffic(one.split, gpus: 1), first: Int32(index),
                second: -1)
        }
        let sorted = parts.sorted(by: Self.precedes)
        datas[tuple.data] = sorted
        return sorted
    }

    /// Parts without those that have too many betters, in the order of their bandwidth seconds.
    private static func mattering(_ parts: [Part], wanted: Int) -> [Part] {
        // Betters of a better are betters too, so those that are kept are enough to compare with.
        var groups: [SplitTable.FactorsKey: Int] = [:]
        var members: [[Int]] = []
        var kept: [Part] = []
        for index in parts.indices.sorted(by: { precedes(parts[$0], parts[$1]) }) {
            let part = parts[index]
            let key = SplitTable.FactorsKey(part.factors)
            let group = groups[key] ?? members.count
            if group == members.count {
                groups[key] = group
                members.append([])
            }
            guard members[group].count(where: { kept[$0].isBetter(than: part) }) < wanted else { continue }
            members[group].append(kept.count)
            kept.append(part)
        }
        return kept
    }

    private static func precedes(_ one: Part, _ other: Part) -> Bool {
        let (left, right) = (one.traffic.bandwidth, other.traffic.bandwidth)
        if left != right { return left < right }
        return one.first != other.first ? one.first < other.first : one.second < other.second
    }
}

extension PlacementLists.Part {
    /// Whether every plan with this part is better than the same with another that has the same factors.
    ///
    /// Splits are numbered in the order that decides between plans of equal rank.
    fileprivate func isBetter(than other: Self) -> Bool {
        guard traffic.latency <= other.traffic.latency else { return false }
        // By more than the rounding of a sum over the kinds of traffic.
        if traffic.bandwidth < other.traffic.bandwidth * (1 - 1e-9) { return true }
        return traffic.bandwidth <= other.traffic.bandwidth
            && (first, second) < (other.first, other.second)
    }
}

extension PlacementLists.Splits {
    init(tensor: PlacementLists.Part, pipelineExpert: PlacementLists.Part, data: Int32) {
        self.init(
            tensorModel: tensor.first, tensorFeedForward: tensor.second, pipeline: pipelineExpert.first,
            expert: pipelineExpert.second, data: data)
    }
}
