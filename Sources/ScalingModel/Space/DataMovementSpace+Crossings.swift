import Optimization
import Training

extension DataMovementSpace {
    /// Lists what the degrees of a tuple pay for sharing the network's domains.
    @inline(__always)
    mutating func listCrossings(
        _ tuple: DegreeTuple, tensor: TensorPairs.Pair, least: StepParts, interleave: Int
    ) {
        crossings.list(
            crossingDegrees(tuple, tensor: tensor), least: least, floors: tables.floors,
            interleave: interleave, grain: .sets)
    }

    /// A closer bound on a step, by octaves and then by values, each only where what is known leaves a chance.
    /// - Parameters:
    ///   - step: a bound that is known.
    ///   - triple: position of pipeline, expert and data degree.
    ///   - pair: position of the tensor degrees.
    ///   - parts: exact arithmetic and the least traffic of each kind.
    ///   - interleave: position of v.
    ///   - idle: ratio of idle to busy time.
    ///   - schedule: of the plans.
    ///   - limit: that bounds must not exceed.
    /// - Returns: at least `step`.
    mutating func crossed(
        _ step: Double, _ triple: Int32, _ pair: Int32, _ parts: StepParts, interleave: Int32, idle: Double,
        schedule: PipelineSchedule, limit: Rank
    ) -> Double {
        let gpus = Double(tables.tensors.pairs[Int(pair)].product * tables.triples[Int(triple)].product)
        var step = step
        // On two levels the placements are fewer than the values.
        for grain in 0..<(model.levels > 2 ? 2 : 1) {
            let isClosest = grain == 1
            guard step * steps <= deadline,
                !(limit < rank(step: step, traffic: parts.traffic, gpus: gpus))
            else { break }
            listClosely(triple, pair, least: parts, interleave: interleave, isClosest: isClosest)
            step = closeCrossings[Int(interleave)][isClosest ? 1 : 0].floors.step(step, parts) {
                model.step(parts: $0, idleRatio: idle, schedule: schedule)
            }
        }
        return step
    }

    /// Lists crossings by octaves or by values, kept for all microbatches of a tuple.
    private mutating func listClosely(
        _ triple: Int32, _ pair: Int32, least: StepParts, interleave: Int32, isClosest: Bool
    ) {
        let position = Int(interleave)
        while closeCrossings.count <= position { closeCrossings.append([KeptCrossings(), KeptCrossings()]) }
        let kept = closeCrossings[position][isClosest ? 1 : 0]
        guard kept.triple != triple || kept.pair != pair else { return }
        let tensor = tables.tensors.pairs[Int(pair)]
        let tuple = tables.tuple(tables.triples[Int(triple)], pair: Int(pair))
        let grain: CrossingFloors.Grain =
            isClosest
            ? .values(
                CrossingFloors.Values(
                    tensor: tables.tensorModel.products(
                        of: Int(tuple.tensorModel), with: tables.tensorFeedForward,
                        of: Int(tuple.tensorFeedForward)),
                    hop: tables.pipeline.products(
                        of: Int(tuple.pipeline), with: tables.expert, of: Int(tuple.expert)))) : .octaves
        closeCrossings[position][isClosest ? 1 : 0].list(
            triple, pair, crossingDegrees(tuple, tensor: tensor), least: least, floors: tables.floors,
            interleave: tables.interleaves[position], grain: grain)
    }

    @inline(__always)
    func crossingDegrees(_ tuple: DegreeTuple, tensor: TensorPairs.Pair) -> CrossingFloors.Degrees {
        CrossingFloors.Degrees(
            tensor: Double(tensor.product), pipeline: Double(tables.pipeline.degrees[Int(tuple.pipeline)]),
            expert: Double(tables.expert.degrees[Int(tuple.expert)]),
            data: Double(tables.data.degrees[Int(tuple.data)]), outsideTensor: tensor.outside,
            outsidePipeline: tables.outsidePipeline[Int(tuple.pipeline)],
            outsideExpert: tables.outsideExpert[Int(tuple.expert)],
            outsideData: tables.outsideData[Int(tuple.data)])
    }
}
