import CostModel
import Strategy

/// The splits of five degrees over the network levels with their exact traffic, by kind of traffic: what a
/// walk over placements multiplies out.
///
/// The arrays keep their room from one filling to the next.
struct PlacementLists {
    /// Splits of one or two degrees.
    struct Part {
        /// Factors of both on the bounded levels, multiplied.
        var factors: SplitTable.Factors
        /// Traffic of one accelerator.
        var traffic: TrafficTime
        /// The split of the first degree, as an index into its table.
        var first: Int32
        /// The split of the second degree; −1 where there is one degree.
        var second: Int32
    }

    /// One split of each degree, as indices into their tables.
    struct Splits {
        var tensorModel: Int32
        var tensorFeedForward: Int32
        var pipeline: Int32
        var expert: Int32
        var data: Int32
    }

    /// Splits of the tensor degrees along the model width and the feed-forward width.
    private(set) var tensor: [Part] = []
    /// Splits of the pipeline and the expert degree.
    private(set) var pipelineExpert: [Part] = []
    /// Splits of the data degree.
    private(set) var data: [Part] = []

    private var tuple: DegreeTuple?
    private var interleave = 0

    /// Lists the splits of a tuple of degrees; what the last tuple and interleaving left is kept where it is
    /// the same.
    /// - Parameters:
    ///   - tuple: the degrees.
    ///   - interleave: v.
    ///   - tables: of the space.
    ///   - model: prices the traffic.
    mutating func fill(
        _ tuple: DegreeTuple, interleave: Int, tables: borrowing SpaceTables, model: borrowing StepModel
    ) {
        let gpus = Double(tuple.gpus)
        if tuple != self.tuple || interleave != self.interleave {
            pipelineExpert.removeAll(keepingCapacity: true)
            for first in tables.pipeline.ranges[Int(tuple.pipeline)] {
                for second in tables.expert.ranges[Int(tuple.expert)] {
                    let factors = tables.pipeline.factors[first] &* tables.expert.factors[second]
                    guard tables.placements.fits(factors) else { continue }
                    let traffic = model.pipelineTraffic(
                        pipeline: tables.pipeline.splits[first], expert: tables.expert.splits[second],
                        interleave: interleave, gpus: gpus)
                    pipelineExpert.append(
                        Part(factors: factors, traffic: traffic, first: Int32(first), second: Int32(second)))
                }
            }
            self.interleave = interleave
        }
        guard tuple != self.tuple else { return }
        self.tuple = tuple
        tensor.removeAll(keepingCapacity: true)
        for first in tables.tensorModel.ranges[Int(tuple.tensorModel)] {
            for second in tables.tensorFeedForward.ranges[Int(tuple.tensorFeedForward)] {
                let factors = tables.tensorModel.factors[first] &* tables.tensorFeedForward.factors[second]
                guard tables.placements.fits(factors) else { continue }
                let traffic = model.tensorTraffic(
                    model: tables.tensorModel.splits[first],
                    feedForward: tables.tensorFeedForward.splits[second], gpus: gpus)
                tensor.append(
                    Part(factors: factors, traffic: traffic, first: Int32(first), second: Int32(second)))
            }
        }
        data.removeAll(keepingCapacity: true)
        for index in tables.data.ranges[Int(tuple.data)] {
            let traffic = model.dataTraffic(tables.data.splits[index], gpus: gpus)
            data.append(
                Part(factors: tables.data.factors[index], traffic: traffic, first: Int32(index), second: -1))
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
