internal import CGLPKBridge
import Optimization

/// Follows one solve from within GLPK's callback: limits, cancellation, gap and progress.
///
/// Lives on the thread that solves and nowhere else.
final class SolveWatch {
    /// Why the watch asked to stop; nil if it did not.
    private(set) var stopped: Termination?
    private(set) var nodes = 0
    private(set) var cuts = 0

    /// Best bound proved so far, in GLPK's objective and before the tolerance is taken off.
    private(set) var bound: Double?

    private let options: SolveOptions
    private let map: ObjectiveMap
    private let start: ContinuousClock.Instant
    private var incumbent: Double?
    private var lastReport: ContinuousClock.Instant?

    init(options: SolveOptions, map: ObjectiveMap, start: ContinuousClock.Instant = .now) {
        self.options = options
        self.map = map
        self.start = start
    }

    /// A watch with the same limits and the same start that reports to nobody and asks for no gap.
    func successor() -> SolveWatch {
        var quiet = options
        quiet.progress = nil
        quiet.relativeGap = 0
        quiet.absoluteGap = 0
        return SolveWatch(options: quiet, map: map, start: start)
    }

    var elapsed: Duration { ContinuousClock.now - start }

    /// Milliseconds left, at least 1 and at most what GLPK can count.
    var millisecondsLeft: Int32 {
        guard let limit = options.timeLimit else { return .max }
        let left = (limit - elapsed) / .milliseconds(1)
        return Int32(min(max(left.rounded(.up), 1), Double(Int32.max)))
    }

    /// Whether a limit is already reached, before or between calls of GLPK.
    func isOver() -> Bool {
        if stopped != nil { return true }
        if options.cancellation?.isCancelled == true || Task.isCancelled {
            stopped = .cancelled
        } else if let limit = options.timeLimit, elapsed >= limit {
            stopped = .timeLimit
        }
        return stopped != nil
    }

    /// Takes note of what GLPK knows and says whether to stop.
    func shouldStop(_ progress: glpkbridge_progress) -> Bool {
        nodes = Int(progress.nodes)
        cuts = Int(progress.cuts)
        let found = progress.has_incumbent != 0 ? progress.incumbent : nil
        if progress.has_bound != 0 {
            // Nodes given up because of the incumbent are no better than it, so it bounds them.
            let proved = min(progress.bound, found ?? .infinity)
            bound = max(bound ?? -.infinity, proved)
        }
        let improved = found != nil && found != incumbent
        incumbent = found
        report(improved: improved)
        if isOver() { return true }
        if isGapReached() { stopped = .gapReached }
        return stopped != nil
    }

    private func isGapReached() -> Bool {
        guard options.relativeGap > 0 || options.absoluteGap > 0, let incumbent, let bound else {
            return false
        }
        let gap = OptimalityGap(objective: map.outer(incumbent), bound: map.deflatedBound(bound))
        return gap.relative <= options.relativeGap || gap.absolute <= options.absoluteGap
    }

    private func report(improved: Bool) {
        guard let handler = options.progress else { return }
        let now = ContinuousClock.now
        if !improved, let lastReport, now - lastReport < options.progressInterval { return }
        lastReport = now
        handler(
            SolveProgress(
                bound: bound.map(map.deflatedBound), incumbent: incumbent.map(map.outer), nodes: nodes,
                elapsed: now - start))
    }
}
