import Optimization
import Training

extension DataMovementSpace {
    // MARK: Accelerators

    /// Triples with the most promising part of a range, and the rest of the range as one node.
    ///
    /// Parts begin small and double, so that a search that goes deep first does not begin far from the answer;
    /// where accelerators are powers of two, an octave holds one of them.
    mutating func expandRange(
        _ lowest: Int, _ highest: Int, leaves: Int, into frontier: inout Frontier<Self>
    ) {
        var least = lowest
        var most = highest
        let fraction = preset == .full ? 32 : 1
        switch objective {
        case .time:
            let part = max(highestGPUs - highest, max(1, highest / fraction))
            least = max(lowest, highest - max(1, min(part, highest / 2)) + 1)
        case .gpus, .utilization:
            let part = max(lowest - lowestGPUs, max(1, lowest / fraction))
            most = min(highest, lowest + min(part, lowest) - 1)
        }
        var visited = 0
        for index in tables.triples.indices where tables.triples[index].product <= most {
            let triple = tables.triples[index]
            let pairs = tables.pairs(of: triple, lowest: least, highest: most)
            let leaves = pairs.isEmpty ? 0 : count(triple, pairs)
            guard leaves > 0 else { continue }
            visited += leaves
            pushTriple(Int32(index), pairs, into: &frontier)
        }
        let rest = objective == .time ? lowest...max(lowest, least - 1) : min(most + 1, highest)...highest
        if leaves > visited { pushRange(rest, leaves: leaves - visited, into: &frontier) }
    }

    private func pushRange(_ range: ClosedRange<Int>, leaves: Int, into frontier: inout Frontier<Self>) {
        let floor = arithmeticFloor / Double(range.upperBound) + latencyFloor
        guard floor * steps <= deadline else { return frontier.discard(leaves, by: Rule.deadline) }
        let bound =
            switch objective {
            case .time: Rank(floor, 0, 0)
            case .gpus: Rank(Double(range.lowerBound), floor, 0)
            case .utilization:
                Rank(arithmeticFloor + latencyFloor * Double(range.lowerBound) * (1 - 1e-9), floor, 0)
            }
        frontier.push(
            .range(lowest: range.lowerBound, highest: range.upperBound, leaves: leaves), bound: bound,
            rule: Rule.range)
    }

    // MARK: Degrees

    /// A triple with those of its pairs that its floors leave.
    ///
    /// The floors only fall with the accelerators used, as every part is shared by them or constant; so what
    /// memory, deadline and limit exclude lies at one end of the list, found by bisection.
    private mutating func pushTriple(
        _ index: Int32, _ pairs: Range<Int>, into frontier: inout Frontier<Self>
    ) {
        let triple = tables.triples[Int(index)]
        let floor = TripleFloor(triple, tables: &tables)
        let tensor = tables.floors.tensor(product: Double(tables.tensors.pairs[pairs.lowerBound].product))
        func gpus(_ pair: Int) -> Double { Double(tables.tensors.pairs[pair].product * triple.product) }
        func step(_ pair: Int) -> Double {
            let traffic = floor.traffic(gpus: gpus(pair), tensor: tensor)
            return floor.step(traffic, flop: arithmeticFloor / gpus(pair), model.settings)
        }
        func first(_ range: Range<Int>, where isGood: (Int) -> Bool) -> Int {
            if range.isEmpty || isGood(range.lowerBound) { return range.lowerBound }
            var (low, high) = (range.lowerBound + 1, range.upperBound)
            while low < high {
                let middle = (low + high) / 2
                if isGood(middle) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        let (capacity, steps, deadline, limit) = (capacity, steps, deadline, frontier.limit)
        var pairs = pairs
        if leastNeed > 0 {
            // More accelerators only have more room.
            let mostBytes = tables.stageFloor(pipeline: triple.pipeline, data: triple.data).mostBytes
            let roomy = first(pairs) { mostBytes <= leastNeed * gpus($0) }
            frontier.discard(count(triple, roomy..<pairs.upperBound), by: Rule.memory)
            pairs = pairs.lowerBound..<roomy
            guard !pairs.isEmpty else { return }
        }
        let holding = first(pairs) { floor.bytes <= capacity * gpus($0) }
        if holding > pairs.lowerBound {
            let timely = first(pairs.lowerBound..<holding) { step($0) * steps <= deadline }
            if timely < holding {
                let excluded = bound(from: gpus(timely), step: step(timely), leastStep: step(holding - 1))
                leastExcludedByMemory = min(leastExcludedByMemory, excluded)
            }
            frontier.discard(count(triple, pairs.lowerBound..<holding), by: Rule.memory)
        }
        let timely = first(holding..<pairs.upperBound) { step($0) * steps <= deadline }
        if timely > holding { frontier.discard(count(triple, holding..<timely), by: Rule.deadline) }
        guard timely < pairs.upperBound else { return }
        var rest = timely..<pairs.upperBound
        switch objective {
        case .time:
            let start = first(rest) { !(limit < Rank(step($0), 0, 0)) }
            rest = start..<rest.upperBound
        case .gpus: rest = rest.lowerBound..<first(rest) { limit.primary < gpus($0) }
        case .utilization:
            rest =
                rest
                .lowerBound..<first(rest) {
                    limit.primary < step($0) * gpus($0) * (1 - 1e-9)
                }
        }
        let cut = pairs.count - (holding - pairs.lowerBound) - (timely - holding) - rest.count
        if cut > 0 {
            let all = count(triple, timely..<pairs.upperBound)
            frontier.discard(all - count(triple, rest), by: Rule.degrees)
        }
        guard let last = rest.last else { return }
        let bound = bound(from: gpus(rest.lowerBound), step: step(rest.lowerBound), leastStep: step(last))
        frontier.push(
            .triple(index, pairs: Int32(rest.lowerBound)..<Int32(rest.upperBound)), bound: bound,
            rule: Rule.degrees)
    }

    /// The rank below which no plan of a range of accelerators is.
    /// - Parameters:
    ///   - fewest: accelerators.
    ///   - step: floor of a step on the fewest; accelerator-seconds only grow from there.
    ///   - leastStep: floor of a step on the most.
    /// - Returns: an admissible bound.
    private func bound(from fewest: Double, step: Double, leastStep: Double) -> Rank {
        switch objective {
        case .time: Rank(leastStep, 0, 0)
        case .gpus: Rank(fewest, leastStep, 0)
        case .utilization: Rank(step * fewest * (1 - 1e-9), leastStep, 0)
        }
    }

    /// One child for each product of tensor degrees.
    mutating func expandTriple(_ index: Int32, _ pairs: Range<Int32>, into frontier: inout Frontier<Self>) {
        let triple = tables.triples[Int(index)]
        let floor = TripleFloor(triple, tables: &tables)
        let leaves = tables.passCount(pipeline: triple.pipeline, data: triple.data)
        // Of the data degree's own number of cuts, which is the least.
        let cut = Int(tables.cuts(ofData: triple.data)[0])
        let layers = layers(triple)
        for group in tables.tensors.groups(of: Int(pairs.lowerBound)..<Int(pairs.upperBound)) {
            let tensor = tables.tensors.groups[group]
            let count = tensor.product * triple.product
            guard tables.placements.admits(gpus: count) else { continue }
            let gpus = Double(count)
            let traffic = floor.traffic(gpus: gpus, tensor: tensor.floor)
            let flop = arithmeticFloor / gpus
            var step = floor.step(traffic, flop: flop, model.settings)
            var bound = rank(step: step, traffic: traffic.traffic, gpus: gpus)
            // What feeds the products and what pads them counts where their FLOP leave a chance.
            var layer = 0.0
            if step * steps <= deadline, !(frontier.limit < bound) {
                layer = tables.leastLayer(group: group, cut: cut) * layers
                step = floor.step(traffic, flop: flop, layers: layer, model.settings)
                bound = rank(step: step, traffic: traffic.traffic, gpus: gpus)
            }
            // And what crosses the network together, where each by itself leaves one.
            if step * steps <= deadline, !(frontier.limit < bound) {
                let degrees = crossingDegrees(triple, product: tensor.product, outside: tensor.outside)
                let (limits, settings) = (limits(frontier.limit), model.settings)
                crossings.begin(degrees, interleave: 1, grain: .sets, floors: tables.floors)
                step = crossings.step(step, traffic, floors: tables.floors) {
                    !limits.allow($0, traffic: traffic.traffic, gpus: gpus)
                } step: {
                    floor.step($0, flop: flop, layers: layer, settings)
                }
                bound = rank(step: step, traffic: traffic.traffic, gpus: gpus)
            }
            if step * steps > deadline {
                frontier.discard(tensor.pairs.count * leaves, by: Rule.deadline)
            } else if frontier.limit < bound {
                frontier.discard(tensor.pairs.count * leaves, by: Rule.degrees)
            } else {
                frontier.push(
                    .product(triple: index, group: Int32(group)), bound: bound, rule: Rule.degrees)
            }
        }
    }

    // MARK: Schedule

    /// One child for each legal schedule and interleaving, with exact bubble and memory.
    mutating func expandCuts(
        _ index: Int32, _ pair: Int32, position: Int32, into frontier: inout Frontier<Self>
    ) {
        let triple = tables.triples[Int(index)]
        let cut = tables.cuts(ofData: triple.data)[Int(position)]
        let window = tables.scheduleWindow(pipeline: triple.pipeline, data: triple.data)
        if window.oneForwardOneBackward.contains(Int(position)) {
            for interleave in tables.interleavesOfPipeline[Int(triple.pipeline)] {
                pushPass(
                    index, pair, cut: cut, interleave: interleave, schedule: .oneForwardOneBackward,
                    into: &frontier)
            }
        }
        if window.zeroBubble.contains(Int(position)) {
            pushPass(index, pair, cut: cut, interleave: 0, schedule: .zeroBubble, into: &frontier)
        }
    }

    private mutating func pushPass(
        _ index: Int32, _ pair: Int32, cut: Int32, interleave: Int32, schedule: PipelineSchedule,
        into frontier: inout Frontier<Self>
    ) {
        let tuple = tables.tuple(tables.triples[Int(index)], pair: Int(pair))
        let stages = tables.pipeline.degrees[Int(tuple.pipeline)]
        let replicas = tables.data.degrees[Int(tuple.data)]
        let microbatches = tables.cuts[Int(cut)] / replicas
        let chunks = tables.interleaves[Int(interleave)]
        let gpus = Double(tuple.gpus)
        var parts = trafficFloor(
            tuple,
            hop: tables.hopFloor(pipeline: tuple.pipeline, expert: tuple.expert, interleave: interleave))
        let bytes = model.memoryBytes(
            pipeline: stages, data: replicas, microbatches: microbatches, interleave: chunks,
            schedule: schedule)
        guard leastNeed == 0 || bytes > leastNeed * gpus else { return frontier.discard(1, by: Rule.memory) }
        let pass = pass(tuple, cut: Int(cut), interleave: interleave, schedule: schedule)
        parts.arithmetic = pass.arithmetic
        futile.turn(to: index, pair)
        if futile.rulesOut(pass) { return frontier.discard(1, by: Rule.schedule) }
        var step = model.step(parts: parts, idleRatio: pass.idle, schedule: schedule)
        step = crossed(
            step, index, pair, parts, interleave: interleave, idle: pass.idle, schedule: schedule,
            limit: frontier.limit)
        let bound = rank(step: step, traffic: parts.traffic, gpus: gpus)
        if bytes > capacity * gpus {
            if step * steps <= deadline { leastExcludedByMemory = min(leastExcludedByMemory, bound) }
            frontier.discard(1, by: Rule.memory)
        } else if step * steps > deadline {
            frontier.discard(1, by: Rule.deadline)
        } else if frontier.limit < bound {
            frontier.discard(1, by: Rule.schedule)
        } else {
            frontier.push(
                .pass(triple: index, pair: pair, cut: cut, interleave: interleave, schedule: schedule),
                bound: bound, rule: Rule.schedule)
        }
    }

    // MARK: Floors

    /// Least traffic of a tuple with the given pipeline and expert traffic, arithmetic left at zero.
    func trafficFloor(_ tuple: DegreeTuple, hop: TrafficTime) -> StepParts {
        let gpus = Double(tuple.gpus)
        return StepParts(
            arithmetic: 0, tensor: tables.tensors.pairs[Int(tuple.pair)].floor.shared(by: gpus),
            pipelineExpert: hop.shared(by: gpus), data: tables.dataFloors[Int(tuple.data)].shared(by: gpus))
    }
}
