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
            turnCrossings(to: triple, pair, interleave: interleave, isClosest: isClosest, limit: limit)
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
        to triple: Int32, _ pair: Int32, interleave: Int32, isClosest: Bool, limit: Rank
    ) {
        let position = Int(interleave)
        while closeCrossings.count <= position { closeCrossings.append([KeptCrossings(), KeptCrossings()]) }
        let grain = isClosest ? 1 : 0
        guard !closeCrossings[position][grain].turn(to: triple, pair, limit: limit) else { return }
        let tensor = tables.tensors.pairs[Int(pair)]
        let degrees = tables.triples[Int(triple)]
        let group = tables.tensors.group(of: Int(pair))
        let chance = chance(degrees, group: group, limit)
        closeCrossings[position][grain].floors.begin(
            crossingDegrees(degrees, product: tensor.product, outside: tensor.outside),
            interleave: tables.interleaves[position],
            grain: isClosest ? .values(crossingValues(degrees, group: group)) : .octaves,
            floors: tables.floors, chance: chance)
    }

    /// Turns the crossings of degrees whose microbatches are at work to a group of tensor degrees.
    /// - Parameters:
    ///   - triple: position of pipeline, expert and data degree.
    ///   - group: of the tensor degrees.
    ///   - grain: 0 for octaves, 1 for values.
    ///   - limit: that bounds must not exceed.
    mutating func turnCrossings(to triple: Int32, group: Int32, grain: Int, limit: Rank) {
        guard !groupCrossings[grain].turn(to: triple, group, limit: limit) else { return }
        let tensor = tables.tensors.groups[Int(group)]
        let degrees = tables.triples[Int(triple)]
        let chance = chance(degrees, group: Int(group), limit)
        groupCrossings[grain].floors.begin(
            crossingDegrees(degrees, product: tensor.product, outside: tensor.outside), interleave: 1,
            grain: grain == 0 ? .octaves : .values(crossingValues(degrees, group: Int(group))),
            floors: tables.floors, chance: chance)
    }

    /// What bounds every step of a group of tensor degrees, and what a bound must keep within.
    private mutating func chance(
        _ triple: SpaceTables.Triple, group: Int, _ limit: Rank
    ) -> CrossingFloors.Chance {
        let floor = TripleFloor(triple, tables: &tables)
        let tensor = tables.tensors.groups[group]
        let gpus = Double(tensor.product * triple.product)
        let layer = tables.leastLayer(group: group, cut: Int(tables.cuts(ofData: triple.data)[0]))
        return CrossingFloors.Chance(
            floor: floor, flop: arithmeticFloor / gpus, layers: layer * layers(triple),
            settings: model.settings, limits: limits(limit),
            traffic: floor.traffic(gpus: gpus, tensor: tensor.floor).traffic, gpus: gpus)
    }

    /// Layers and experts of a stage, for each replica; lowered by more than rounding.
    @inline(__always)
    func layers(_ triple: SpaceTables.Triple) -> Double {
        model.arithmetic(
            layer: 1, pipeline: tables.pipeline.degrees[Int(triple.pipeline)],
            expert: tables.expert.degrees[Int(triple.expert)], microbatches: 1)
            / Double(tables.data.degrees[Int(triple.data)]) * (1 - 1e-12)
    }

    /// What degrees can leave outside a level, kept for all that share two of them.
    private mutating func crossingValues(
        _ triple: SpaceTables.Triple, group: Int
    ) -> CrossingFloors.Values {
        let stages = SIMD2(triple.pipeline, triple.expert)
        // Every pair of a product has the same: its divisors.
        let tensor = tables.tensors.pairs[tables.tensors.groups[group].pairs.lowerBound]
        let values = CrossingFloors.Values(
            tensor: tensorValues[group]
                ?? tables.tensorModel.products(
                    of: Int(tensor.model), with: tables.tensorFeedForward, of: Int(tensor.feedForward)),
            hop: hopValues[stages]
                ?? tables.pipeline.products(
                    of: Int(triple.pipeline), with: tables.expert, of: Int(triple.expert)))
        tensorValues[group] = values.tensor
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
    func crossingDegrees(
        _ triple: SpaceTables.Triple, product: Int, outside: LevelVector
    ) -> CrossingFloors.Degrees {
        CrossingFloors.Degrees(
            tensor: Double(product), pipeline: Double(tables.pipeline.degrees[Int(triple.pipeline)]),
            expert: Double(tables.expert.degrees[Int(triple.expert)]),
            data: Double(tables.data.degrees[Int(triple.data)]), outsideTensor: outside,
            outsidePipeline: tables.outsidePipeline[Int(triple.pipeline)],
            outsideExpert: tables.outsideExpert[Int(triple.expert)],
            outsideData: tables.outsideData[Int(triple.data)])
    }
}
