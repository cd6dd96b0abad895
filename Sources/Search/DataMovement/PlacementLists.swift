import CostModel
import Strategy

/// The splits of five degrees over the network levels with their exact traffic, by kind of traffic: what a
/// walk over placements multiplies out.
///
/// Lists are kept for the tuples that share degrees, each in the order of its bandwidth seconds, so that a
/// walk may end at the first one that is too slow whatever its latency.
struct PlacementLists {
    /// Splits of one or two degrees.
    struct Part {
        /// Factors of both on the bounded levels, multiplied.
        var factors: SplitTable.Factors
        /// Traffic, of all accelerators by one.
        var traffic: TrafficTime
        /// The split of the first degree, as an index into its list; −1 where it is another's part.
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

    /// Pipeline and expert degree, as indices, and v.
    private struct HopKey: Hashable {
        var pipeline: Int32
        var expert: Int32
        var interleave: Int
    }

    private var narrows: [Int32: [Part]] = [:]
    private var wides: [Int32: [Part]] = [:]
    private var hops: [HopKey: [Part]] = [:]
    private var datas: [Int32: [Part]] = [:]

    /// Splits of the tensor degree along the model width, with the traffic that it has by itself.
    mutating func narrow(
        _ tuple: DegreeTuple, tables: inout SpaceTables, model: borrowing StepModel
    ) -> [Part] {
        if let known = narrows[tuple.tensorModel] { return known }
        let none = Split(factors: Array(repeating: 1, count: model.levels))
        var parts: [Part] = []
        for (index, one) in tables.tensorModel.splits(of: Int(tuple.tensorModel)).enumerated() {
            let traffic = model.tensorTraffic(model: one.split, feedForward: none, gpus: 1)
            parts.append(Part(factors: one.factors, traffic: traffic, first: Int32(index), second: -1))
        }
        Self.sort(&parts)
        narrows[tuple.tensorModel] = parts
        return parts
    }

    /// Splits of the tensor degree along the feed-forward width, with the traffic that it has by itself.
    mutating func wide(
        _ tuple: DegreeTuple, tables: inout SpaceTables, model: borrowing StepModel
    ) -> [Part] {
        if let known = wides[tuple.tensorFeedForward] { return known }
        let none = Split(factors: Array(repeating: 1, count: model.levels))
        var parts: [Part] = []
        for (index, one) in tables.tensorFeedForward.splits(of: Int(tuple.tensorFeedForward)).enumerated() {
            let traffic = model.tensorTraffic(model: none, feedForward: one.split, gpus: 1)
            parts.append(Part(factors: one.factors, traffic: traffic, first: -1, second: Int32(index)))
        }
        Self.sort(&parts)
        wides[tuple.tensorFeedForward] = parts
        return parts
    }

    /// Splits of the pipeline and the expert degree at one interleaving.
    mutating func pipelineExpert(
        _ tuple: DegreeTuple, interleave: Int, tables: inout SpaceTables, model: borrowing StepModel
    ) -> [Part] {
        let key = HopKey(pipeline: tuple.pipeline, expert: tuple.expert, interleave: interleave)
        if let known = hops[key] { return known }
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
                parts.append(
                    Part(factors: factors, traffic: traffic, first: Int32(first), second: Int32(second)))
            }
        }
        Self.sort(&parts)
        hops[key] = parts
        return parts
    }

    /// Splits of the data degree.
    mutating func data(
        _ tuple: DegreeTuple, tables: inout SpaceTables, model: borrowing StepModel
    ) -> [Part] {
        if let known = datas[tuple.data] { return known }
        var parts = tables.data.splits(of: Int(tuple.data)).enumerated().map { index, one in
            Part(
                factors: one.factors, traffic: model.dataTraffic(one.split, gpus: 1), first: Int32(index),
                second: -1)
        }
        Self.sort(&parts)
        datas[tuple.data] = parts
        return parts
    }

    private static func sort(_ parts: inout [Part]) {
        parts.sort {
            ($0.traffic.bandwidth, $0.first, $0.second) < ($1.traffic.bandwidth, $1.first, $1.second)
        }
    }
}

extension PlacementLists.Splits {
    init(tensor: PlacementLists.Part, pipelineExpert: PlacementLists.Part, data: PlacementLists.Part) {
        self.init(
            tensorModel: tensor.first, tensorFeedForward: tensor.second, pipeline: pipelineExpert.first,
            expert: pipelineExpert.second, data: data.first)
    }
}
