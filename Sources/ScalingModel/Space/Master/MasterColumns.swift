import Optimization
import Quantities
import Training

/// The columns of a region's master: complete local decisions with their least cost, useless ones dropped.
///
/// Costs are in the units of the region's objective: seconds of a step for the questions of time and of
/// accelerators, accelerator-seconds for that of utilization. See `docs/mixed-integer.md`, "Columns".
struct MasterColumns {
    /// Shards and microbatch size together decide the arithmetic.
    struct Shape {
        var tensorModel: Int
        var tensorFeedForward: Int
        /// Index of DP·M.
        var cut: Int
        /// Arithmetic of the step.
        var arithmetic: Double
    }

    /// Stages, replicas, microbatches and interleaving together decide bubble and memory.
    struct Pass {
        var pipeline: Int
        var data: Int
        /// Index of DP·M.
        var cut: Int
        var interleave: Int
        /// 1/(1 − bubble).
        var stretch: Double
        /// Least arithmetic at this DP·M.
        var arithmetic: Double
    }

    /// Legal degrees of each axis, as indices, ascending.
    var degrees: [[Int]]
    var shapes: [Shape]
    var passes: [Pass]
    var schedule: PipelineSchedule
    /// What accelerator-seconds are multiplied by.
    var bandwidthFactor: Double
    /// What seconds of latency are multiplied by.
    var latencyFactor: Double
    /// Objective above which nothing matters, infinite for none.
    var limit: Double
    /// For one number of accelerators, what a legal placement uses of each bounded level.
    var usedUnits: [ClosedRange<Int>]?
}

extension DataMovementSpace {
    /// The columns of a region; nil where nothing in it can matter.
    mutating func columns(of region: Region, schedule: PipelineSchedule, limit: Rank) -> MasterColumns? {
        let (least, most) = (Double(region.range.lowerBound), Double(region.range.upperBound))
        var columns = MasterColumns(
            degrees: [], shapes: [], passes: [], schedule: schedule,
            bandwidthFactor: objective == .utilization ? 1 : 1 / most,
            latencyFactor: objective == .utilization ? least : 1,
            limit: objectiveLimit(region, limit))
        guard columns.limit >= 0 else { return nil }
        let products = region.products
        if products.count == 1 {
            guard let used = usedUnits(gpus: region.range.lowerBound, limit: limit) else { return nil }
            columns.usedUnits = used
        }
        columns.degrees = (0..<5).map { index in
            let degrees = axis(index).degrees
            return degrees.indices.filter { degree in
                products.contains { $0.isMultiple(of: degrees[degree]) }
            }
        }
        let ceiling = columns.limit * (1 + 1e-5)
        fillShapes(&columns, region, ceiling)
        fillPasses(&columns, region, ceiling)
        // Degrees and cuts that occur on both sides of every link.
        var before = -1
        while columns.shapes.count + columns.passes.count != before {
            before = columns.shapes.count + columns.passes.count
            let cuts = Set(columns.shapes.map(\.cut)).intersection(columns.passes.map(\.cut))
            columns.shapes.removeAll { !cuts.contains($0.cut) }
            columns.passes.removeAll { !cuts.contains($0.cut) }
        }
        let used = [
            Set(columns.shapes.map(\.tensorModel)), Set(columns.shapes.map(\.tensorFeedForward)),
            Set(columns.passes.map(\.pipeline)), Set(columns.degrees[3]), Set(columns.passes.map(\.data)),
        ]
        for axis in 0..<5 { columns.degrees[axis].removeAll { !used[axis].contains($0) } }
        return columns.degrees.contains(where: \.isEmpty) ? nil : columns
    }

    /// The objective above which no leaf of a region is below the limit; negative where none is.
    private func objectiveLimit(_ region: Region, _ limit: Rank) -> Double {
        let (least, most) = (Double(region.range.lowerBound), Double(region.range.upperBound))
        let late = deadline / steps * (1 + 1e-9)
        switch objective {
        case .time: return min(limit.primary, late)
        case .utilization: return min(limit.primary, late * most)
        case .gpus:
            if limit.primary < least { return -1 }
            return limit.primary == least && least == most ? min(late, limit.secondary) : late
        }
    }

    /// The fewest and most units that placements which may matter use of each bounded level; nil where there
    /// is none.
    private func usedUnits(gpus: Int, limit: Rank) -> [ClosedRange<Int>]? {
        let sizes = model.machine.domainSizes
        let most = objective == .gpus ? limit.primary : .infinity
        var room: [Double] = []
        for size in sizes { room.append((room.last ?? 1) * Double(size)) }
        // Too many to list, or with a level that holds more than the plan uses: no more than that is known.
        guard room.last ?? 1 <= 65536 else {
            return room.map { 1...max(1, Int(min($0, Double(gpus)))) }
        }
        var legal: [SplitTable.Factors] = [SplitTable.Factors(repeating: 1)]
        for level in sizes.indices {
            var longer: [SplitTable.Factors] = []
            for units in legal {
                let rest = (0..<level).reduce(gpus) { $0 / Int(units[$1]) }
                let blocks = DomainCapacity.blocks(sizes: sizes, level: level - 1) { Int(units[$0]) }
                for used in 1...min(rest, sizes[level] * blocks) where rest.isMultiple(of: used) {
                    var next = units
                    next[level] = Double(used)
                    longer.append(next)
                }
            }
            legal = longer
        }
        legal.removeAll { units in
            !tables.placements.isLegal(units, gpus: gpus)
                || Double(tables.placements.leastCluster(units, gpus: gpus)) > most
        }
        guard !legal.isEmpty else { return nil }
        return sizes.indices.map { level in
            let used = legal.map { Int($0[level]) }
            return (used.min() ?? 1)...(used.max() ?? 1)
        }
    }

    // MARK: Arithmetic

    private mutating func fillShapes(_ columns: inout MasterColumns, _ region: Region, _ ceiling: Double) {
        var reached: Set<Int32> = []
        for replicas in columns.degrees[4] { reached.formUnion(tables.cuts(ofData: Int32(replicas))) }
        let cuts = reached.sorted()
        let (first, second) = (tables.tensorModel.degrees, tables.tensorFeedForward.degrees)
        for one in columns.degrees[0] {
            for other in columns.degrees[1] {
                let (tensor, overflow) = first[one].multipliedReportingOverflow(by: second[other])
                guard !overflow, let pair = tables.tensors.position(one, other),
                    region.products.contains(where: { $0.isMultiple(of: tensor) })
                else { continue }
                let traffic = tables.tensors.pairs[pair].floor
                for cut in cuts {
                    let layer = tables.layer(pair: pair, cut: Int(cut))
                    // Accelerator-seconds: the layer's time, times its shards, over all layers and experts.
                    let work =
                        layer * Double(tensor) * Double(tables.cuts[Int(cut)]) * Double(model.shape.layers)
                        * Double(model.shape.experts) * (1 - 1e-12)
                    let parts = StepParts(
                        arithmetic: work * columns.bandwidthFactor,
                        tensor: scaled(traffic, columns), pipelineExpert: .zero, data: .zero)
                    let least = model.step(parts: parts, idleRatio: 0, schedule: columns.schedule)
                    guard least <= ceiling else { continue }
                    columns.shapes.append(
                        .init(
                            tensorModel: one, tensorFeedForward: other, cut: Int(cut),
                            arithmetic: parts.arithmetic))
                }
            }
        }
    }

    // MARK: Bubble and memory

    private mutating func fillPasses(_ columns: inout MasterColumns, _ region: Region, _ ceiling: Double) {
        var least: [Int: Double] = [:]
        for shape in columns.shapes {
            least[shape.cut] = min(least[shape.cut] ?? .infinity, shape.arithmetic)
        }
        let capacity = model.machine.memory.capacity.value * Double(region.range.upperBound)
        var excluded = false
        for stages in columns.degrees[2] {
            let depth = tables.pipeline.degrees[stages]
            let interleaves =
                columns.schedule == .zeroBubble ? [0] : tables.interleavesOfPipeline[stages].map { Int($0) }
            let hops = interleaves.map { hopFloor(stages, $0, columns) }
            for replicas in columns.degrees[4] {
                let degree = tables.data.degrees[replicas]
                let (pair, overflow) = depth.multipliedReportingOverflow(by: degree)
                guard !overflow, region.products.contains(where: { $0.isMultiple(of: pair) }) else {
                    continue
                }
                let window = tables.scheduleWindow(pipeline: Int32(stages), data: Int32(replicas))
                let positions =
                    columns.schedule == .zeroBubble ? window.zeroBubble : window.oneForwardOneBackward
                for cut in tables.cuts(ofData: Int32(replicas))[positions] {
                    guard let arithmetic = least[Int(cut)] else { continue }
                    let microbatches = tables.cuts[Int(cut)] / degree
                    for (hop, interleave) in zip(hops, interleaves) {
                        let chunks = tables.interleaves[interleave]
                        let idle = model.idleRatio(
                            pipeline: depth, microbatches: microbatches, interleave: chunks,
                            schedule: columns.schedule)
                        let parts = StepParts(
                            arithmetic: arithmetic, tensor: .zero, pipelineExpert: hop,
                            data: scaled(tables.dataFloors[replicas], columns))
                        guard
                            model.step(parts: parts, idleRatio: idle, schedule: columns.schedule) <= ceiling
                        else { continue }
                        let bytes = model.memoryBytes(
                            pipeline: depth, data: degree, microbatches: microbatches, interleave: chunks,
                            schedule: columns.schedule)
                        if memoryRule == .checked, bytes > capacity {
                            excluded = true
                            continue
                        }
                        columns.passes.append(
                            .init(
                                pipeline: stages, data: replicas, cut: Int(cut), interleave: interleave,
                                stretch: (1 + idle) * (1 - 1e-12), arithmetic: arithmetic))
                    }
                }
            }
        }
        if excluded { noteExcludedByMemory(region.range.upperBound) }
    }

    /// Least traffic of (PP, v) over all expert degrees.
    private mutating func hopFloor(_ stages: Int, _ interleave: Int, _ columns: MasterColumns) -> TrafficTime
    {
        var least = TrafficTime(bandwidth: .infinity, latency: .infinity)
        for ranks in columns.degrees[3] {
            let floor = tables.hopFloor(
                pipeline: Int32(stages), expert: Int32(ranks), interleave: Int32(interleave))
            least.bandwidth = min(least.bandwidth, floor.bandwidth)
            least.latency = min(least.latency, floor.latency)
        }
        return scaled(least, columns)
    }

    /// Traffic for one accelerator in the units of the objective.
    func scaled(_ traffic: TrafficTime, _ columns: MasterColumns) -> TrafficTime {
        TrafficTime(
            bandwidth: traffic.bandwidth * columns.bandwidthFactor * (1 - 1e-12),
            latency: traffic.latency * columns.latencyFactor * (1 - 1e-12))
    }
}
