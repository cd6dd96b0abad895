import Optimization
import Training

/// Passes of one choice of degrees of which no placement came within the limit.
///
/// The placements of a schedule with v chunks are those of every number of microbatches, with the same traffic.
/// A step grows with arithmetic and with idle time, in floating point too, and the limit only falls. So where all
/// placements of a pass were too slow, those of a pass with no less of either are too slow as well.
struct FutilePasses {
    /// What of a pass decides over its placements.
    struct Pass {
        /// Position of v.
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
    /// The positions of v whose passes were sifted.
    private var sifted: [Int32] = []

    /// Forgets what belongs to other degrees.
    /// - Parameters:
    ///   - triple: position of pipeline, expert and data degree.
    ///   - pair: position of the tensor degrees.
    @inline(__always)
    mutating func turn(to triple: Int32, _ pair: Int32) {
        guard triple != self.triple || pair != self.pair else { return }
        (self.triple, self.pair) = (triple, pair)
        passes.removeAll(keepingCapacity: true)
        sifted.removeAll(keepingCapacity: true)
    }

    /// Notes a pass of which no placement came within the limit.
    mutating func note(_ pass: Pass) { passes.append(pass) }

    /// Whether no placement of a pass can come within the limit, by what was noted.
    func rulesOut(_ pass: Pass) -> Bool {
        passes.contains {
            $0.interleave == pass.interleave && $0.schedule == pass.schedule
                && $0.arithmetic <= pass.arithmetic && $0.idle <= pass.idle
        }
    }

    /// Whether it is the first time that the passes with v chunks are to be sifted.
    fileprivate mutating func begins(_ interleave: Int32) -> Bool {
        guard !sifted.contains(interleave) else { return false }
        sifted.append(interleave)
        return true
    }
}

extension DataMovementSpace {
    /// Rules out passes of one choice of degrees and v together, once, before any is placed by itself.
    ///
    /// More microbatches idle less and compute longer, so of 1F1B no pass rules out another. A pass that has the
    /// least of both is no slower at any placement than each of them: where even that is too slow at all, so are
    /// they; else their halves are looked at.
    /// - Parameters:
    ///   - first: the pass that asks.
    ///   - tuple: the degrees.
    ///   - floor: their least traffic.
    mutating func sift(
        _ first: FutilePasses.Pass, _ tuple: DegreeTuple, floor: StepParts, in frontier: inout Frontier<Self>
    ) {
        // On two levels placing is quick.
        guard model.levels > 2, first.schedule == .oneForwardOneBackward, futile.begins(first.interleave)
        else { return }
        let stages = tables.pipeline.degrees[Int(tuple.pipeline)]
        let ranks = tables.expert.degrees[Int(tuple.expert)]
        let replicas = tables.data.degrees[Int(tuple.data)]
        let chunks = tables.interleaves[Int(first.interleave)]
        let limits = limits(frontier.limit)
        let cuts = tables.cuts(ofData: tuple.data)
        var passes: [FutilePasses.Pass] = []
        for position in tables.scheduleWindow(pipeline: tuple.pipeline, data: tuple.data).oneForwardOneBackward
        {
            let cut = Int(cuts[position])
            let microbatches = tables.cuts[cut] / replicas
            let layer = tables.layer(pair: Int(tuple.pair), cut: cut)
            var (pass, parts) = (first, floor)
            pass.arithmetic = model.arithmetic(
                layer: layer, pipeline: stages, expert: ranks, microbatches: microbatches)
            pass.idle = model.idleRatio(
                pipeline: stages, microbatches: microbatches, interleave: chunks, schedule: pass.schedule)
            parts.arithmetic = pass.arithmetic
            let step = model.step(parts: parts, idleRatio: pass.idle, schedule: pass.schedule)
            guard limits.allow(step, traffic: parts.traffic, gpus: Double(tuple.gpus)) else { continue }
            passes.append(pass)
        }
        sift(passes[...], tuple, floor: floor, chunks: chunks, in: &frontier)
    }

    private mutating func sift(
        _ passes: ArraySlice<FutilePasses.Pass>, _ tuple: DegreeTuple, floor: StepParts, chunks: Int,
        in frontier: inout Frontier<Self>
    ) {
        guard passes.count > 1, var least = passes.first else { return }
        for pass in passes {
            least.arithmetic = min(least.arithmetic, pass.arithmetic)
            least.idle = min(least.idle, pass.idle)
        }
        guard !futile.rulesOut(least) else { return }
        guard hasPlacement(least, tuple, floor: floor, chunks: chunks, within: &frontier) else {
            return futile.note(least)
        }
        let middle = (passes.startIndex + passes.endIndex) / 2
        sift(passes[..<middle], tuple, floor: floor, chunks: chunks, in: &frontier)
        sift(passes[middle...], tuple, floor: floor, chunks: chunks, in: &frontier)
    }
}
