import Training

/// Passes of one choice of degrees of which no placement came within the limit.
///
/// The placements of a schedule with v chunks are those of every number of microbatches, with the same traffic.
/// A step grows with arithmetic and with idle time, in floating point too, and the limit only falls. So where all
/// placements of a pass were too slow, those of a pass with no less of either are too slow as well.
struct FutilePasses {
    private struct Pass {
        var interleave: Int32
        var schedule: PipelineSchedule
        var arithmetic: Double
        var idle: Double
    }

    private var triple: Int32 = -1
    private var pair: Int32 = -1
    private var passes: [Pass] = []

    /// Forgets what belongs to other degrees.
    @inline(__always)
    private mutating func turn(to tuple: DegreeTuple, triple: Int32) {
        guard triple != self.triple || tuple.pair != pair else { return }
        (self.triple, pair) = (triple, tuple.pair)
        passes.removeAll(keepingCapacity: true)
    }

    /// Notes a pass of which no placement came within the limit.
    /// - Parameters:
    ///   - triple: position of pipeline, expert and data degree.
    ///   - tuple: all degrees.
    ///   - interleave: position of v.
    ///   - schedule: of the pass.
    ///   - arithmetic: seconds.
    ///   - idle: ratio of idle to busy time.
    mutating func note(
        triple: Int32, _ tuple: DegreeTuple, interleave: Int32, schedule: PipelineSchedule,
        arithmetic: Double, idle: Double
    ) {
        turn(to: tuple, triple: triple)
        passes.append(Pass(interleave: interleave, schedule: schedule, arithmetic: arithmetic, idle: idle))
    }

    /// Whether no placement of a pass can come within the limit, by what was noted; arguments as in ``note``.
    mutating func rulesOut(
        triple: Int32, _ tuple: DegreeTuple, interleave: Int32, schedule: PipelineSchedule,
        arithmetic: Double, idle: Double
    ) -> Bool {
        turn(to: tuple, triple: triple)
        return passes.contains {
            $0.interleave == interleave && $0.schedule == schedule && $0.arithmetic <= arithmetic
                && $0.idle <= idle
        }
    }
}
