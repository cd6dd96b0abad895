import Optimization
import Training

/// Passes of one choice of degrees of which no placement came within the limit.
///
/// The placements of a schedule are those of every number of microbatches, with the same traffic, and of every v,
/// with no less traffic where v is larger. A step grows with traffic, arithmetic and idle time, in floating point
/// too, and the limit only falls. So where all placements of a pass were too slow, those of a pass with no less of
/// any are too slow as well.
struct FutilePasses {
    /// What of a pass decides over its placements.
    struct Pass {
        /// Position of v, which ascends with it.
        var interleave: Int32
        var schedule: PipelineSchedule
        /// Seconds.
        var arithmetic: Double
        /// Ratio of idle to busy time.
        var idle: Double
    }

    private var triple: Int32 = -1
    private var pair: Int32 = -1
    private var passes: [Pass] = []
    private var areSifted = false

    /// Forgets what belongs to other degrees.
    /// - Parameters:
    ///   - triple: position of pipeline, expert and data degree.
    ///   - pair: position of the tensor degrees.
    @inline(__always)
    mutating func turn(to triple: Int32, _ pair: Int32) {
        guard triple != self.triple || pair != self.pair else { return }
        (self.triple, self.pair) = (triple, pair)
        passes.removeAll(keepingCapacity: true)
        areSifted = false
    }

    /// Notes a pass of which no placement came within the limit.
    mutating func note(_ pass: Pass) { passes.append(pass) }

    /// Whether no placement of a pass can come within the limit, by what was noted.
    func rulesOut(_ pass: Pass) -> Bool {
        passes.contains {
            $0.interleave <= pass.interleave && $0.schedule == pass.schedule
                && $0.arithmetic <= pass.arithmetic && $0.idle <= pass.idle
        }
    }

    /// Whether it is the first time that the passes of the degrees are to be sifted.
    fileprivate mutating func begins() -> Bool {
        defer { areSifted = true }
        return !areSifted
    }
}

extension DataMovementSpace {
    /// What decides over the placements of a pass.
    @inline(__always)
    mutating func pass(
        _ tuple: DegreeTuple, cut: Int, interleave: Int32, schedule: PipelineSchedule
    ) -> FutilePasses.Pass {
        let stages = tables.pipeline.degrees[Int(tuple.pipeline)]
        let microbatches = tables.cuts[cut] / tables.data.degrees[Int(tuple.data)]
        // Named first: a call on the model whose arguments change the tables would copy the model.
        let layer = tables.layer(pair: Int(tuple.pair), cut: cut)
        return FutilePasses.Pass(
            interleave: interleave, schedule: schedule,
            arithmetic: model.arithmetic(
                layer: layer, pipeline: stages, expert: tables.expert.degrees[Int(tuple.expert)],
                microbatches: microbatches),
            idle: model.idleRatio(
                pipeline: stages, microbatches: microbatches,
                interleave: tables.interleaves[Int(interleave)], schedule: schedule))
    }

    /// Rules out passes of one choice of degrees together, once, before any is placed by itself.
    ///
    /// More microbatches and more chunks idle less, but compute longer and move more, so of 1F1B few passes rule
    /// out others. A pass that has the least of each is no slower at any placement than each of them: where even
    /// that is too slow at all, so are they; else their halves are looked at.
    /// - Parameters:
    ///   - tuple: the degrees.
    ///   - floor: their least traffic.
    ///   - frontier: knows the limit.
    mutating func sift(_ tuple: DegreeTuple, floor: StepParts, in frontier: inout Frontier<Self>) {
        // On two levels placing is quick.
        guard model.levels > 2, futile.begins() else { return }
        let gpus = Double(tuple.gpus)
        let limits = limits(frontier.limit)
        let cuts = tables.cuts(ofData: tuple.data)
        let window = tables.scheduleWindow(pipeline: tuple.pipeline, data: tuple.data)
        var parts = floor
        var passes: [FutilePasses.Pass] = []
        for interleave in tables.interleavesOfPipeline[Int(tuple.pipeline)] {
            parts.pipelineExpert = tables.hopFloor(
                pipeline: tuple.pipeline, expert: tuple.expert, interleave: interleave
            ).shared(by: gpus)
            for position in window.oneForwardOneBackward {
                let pass = pass(
                    tuple, cut: Int(cuts[position]), interleave: interleave, schedule: .oneForwardOneBackward)
                parts.arithmetic = pass.arithmetic
                let step = model.step(parts: parts, idleRatio: pass.idle, schedule: pass.schedule)
                if limits.allow(step, traffic: parts.traffic, gpus: gpus) { passes.append(pass) }
            }
        }
        sift(passes[...], tuple, floor: floor, in: &frontier)
    }

    private mutating func sift(
        _ passes: ArraySlice<FutilePasses.Pass>, _ tuple: DegreeTuple, floor: StepParts,
        in frontier: inout Frontier<Self>
    ) {
        guard passes.count > 1, var least = passes.first else { return }
        for pass in passes {
            least.interleave = min(least.interleave, pass.interleave)
            least.arithmetic = min(least.arithmetic, pass.arithmetic)
            least.idle = min(least.idle, pass.idle)
        }
        guard !futile.rulesOut(least) else { return }
        guard hasPlacement(least, tuple, floor: floor, within: &frontier) else { return futile.note(least) }
        let middle = (passes.startIndex + passes.endIndex) / 2
        sift(passes[..<middle], tuple, floor: floor, in: &frontier)
        sift(passes[middle...], tuple, floor: floor, in: &frontier)
    }
}
