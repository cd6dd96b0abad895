import Optimization
import Training

extension DataMovementSpace {
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
        let (limits, settings) = (limits(limit), model.settings)
        var step = step
        // On two levels the placements are fewer than the values.
        for grain in 0..<(model.levels > 2 ? 2 : 1) {
            let isClosest = grain == 1
            guard limits.allow(step, traffic: parts.traffic, gpus: gpus) else { break }
            turnCrossings(to: triple, pair, interleave: interleave, isClosest: isClosest)
            step = closeCrossings[Int(interleave)][isClosest ? 1 : 0].floors.step(
                step, parts, floors: tables.floors
            ) {
                !limits.allow($0, traffic: parts.traffic, gpus: gpus)
            } step: {
                settings.step(parts: $0, idleRatio: idle, schedule: schedule)
            }
        }
        return step
    }

    /// Turns crossings by octaves or by values, kept for all microbatches of a tuple, to the tuple.
    private mutating func turnCrossings(
        to triple: Int32, _ pair: Int32, interleave: Int32, isClosest: Bool
    ) {
        let position = Int(interleave)
        while closeCrossings.count <= position { closeCrossings.append([KeptCrossings(), KeptCrossings()]) }
        let grain = isClosest ? 1 : 0
        guard
            closeCrossings[position][grain].triple != triple || closeCrossings[position][grain].pair != pair
        else { return }
        let tensor = tables.tensors.pairs[Int(pair)]
        let tuple = tables.tuple(tables.triples[Int(triple)], pair: Int(pair))
        let looks: CrossingFloors.Grain = isClosest ? .values(crossingValues(tuple)) : .octaves
        closeCrossings[position][grain].triple = triple
        closeCrossings[position][grain].pair = pair
        closeCrossings[position][grain].floors.begin(
            crossingDegrees(tuple, tensor: tensor), interleave: tables.interleaves[position], grain: looks)
    }

    /// What degrees can leave outside a level, kept for all that share two of them.
    private mutating func crossingValues(_ tuple: DegreeTuple) -> CrossingFloors.Values {
        let stages = SIMD2(tuple.pipeline, tuple.expert)
        let values = CrossingFloors.Values(
            tensor: tensorValues[tuple.pair]
                ?? tables.tensorModel.products(
                    of: Int(tuple.tensorModel), with: tables.tensorFeedForward,
                    of: Int(tuple.tensorFeedForward)),
            hop: hopValues[stages]
                ?? tables.pipeline.products(
                    of: Int(tuple.pipeline), with: tables.expert, of: Int(tuple.expert)))
        tensorValues[tuple.pair] = values.tensor
        hopValues[stages] = values.hop
        return values
    }

    /// What bounds must keep within.
    struct Limits {
        let rank: Rank
        let steps: Double
        let deadline: Double
        let objective: Objective

        /// Whether a bound on the step leaves a chance.
        @inline(__always)
        func allow(_ step: Double, traffic: Double, gpus: Double) -> Bool {
            step * steps <= deadline && !(rank < objective.rank(step: step, traffic: traffic, gpus: gpus))
        }
    }

    /// What bounds must keep within when ranks must not exceed one.
    @inline(__always)
    func limits(_ rank: Rank) -> Limits {
        Limits(rank: rank, steps: steps, deadline: deadline, objective: objective)
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
