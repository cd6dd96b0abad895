import Foundation
import Quantities

/// Where the hours of a long run go: shares of its time that add up to 1.
///
/// A factor apart from the step's prediction, which knows no failures. With M the mean time between failures of
/// all accelerators, τ the work between checkpoints, δ a checkpoint and R a restart, a segment of L = τ + δ
/// takes M·e^(R/M)·(e^(L/M) − 1) on average (Daly 2006, doi:10.1016/j.future.2004.11.016; exact for Poisson
/// failures). Of the time
///
///     restarts     1 − a                 a = e^(−R/M)
///     lost work    a·(1 − b)             b = (L/M) / (e^(L/M) − 1)
///     checkpoints  a·b·δ/L
///     training     a·b·τ/L, of which s/(1 + s) waits for stragglers
///
/// Spares take the place of what fails, so that R holds no repair; they are counted with the accelerators and
/// compute nothing. Not modelled: failures that come in bursts, runs shorter than a few intervals.
public struct Goodput: Hashable, Sendable {
    /// Share of the time that advances the run as its step time says.
    public let useful: Double
    /// Share spent waiting for stragglers beyond what the step time holds.
    public let stragglers: Double
    /// Share spent writing checkpoints.
    public let checkpoints: Double
    /// Share spent on work that a failure undid, and checkpoints it cut short.
    public let lostWork: Double
    /// Share spent restarting.
    public let restarts: Double
    /// Mean time between failures of the run; infinite for none.
    public let meanTime: Seconds
    /// Work between checkpoints; infinite for none.
    public let interval: Seconds

    /// Takes the shares of a run.
    /// - Parameters:
    ///   - factors: failures, stragglers, spares.
    ///   - accelerators: that train, at least 1; spares come on top and cannot stop the run.
    ///   - step: time of a step, above zero: checkpoints lie at least that far apart.
    public init(_ factors: ReliabilityFactors, accelerators: Int, step: Seconds) {
        self.init(RunPace(factors, accelerators: accelerators), step: step)
    }

    /// Takes the shares of a run whose pace is known.
    init(_ pace: RunPace, step: Seconds) {
        var (training, checkpoints, lost, restarts) = (1.0, 0.0, 0.0, 0.0)
        meanTime = pace.meanTime
        interval = max(step, pace.interval)
        if let failures = pace.factors.failures, interval.value.isFinite {
            let segment = interval + failures.write
            let failing = segment / meanTime
            let up = exp(-(failures.restart / meanTime))
            let kept = failing > 0 ? failing / expm1(failing) : 1
            restarts = 1 - up
            lost = up * (1 - kept)
            checkpoints = up * kept * (failures.write / segment)
            training = up * kept * (interval / segment)
        }
        useful = training / (1 + pace.growth)
        stragglers = training - useful
        self.checkpoints = checkpoints
        lostWork = lost
        self.restarts = restarts
    }

    /// The shares by name, in the order they are reported.
    public static var parts: [(name: String, part: KeyPath<Goodput, Double> & Sendable)] {
        [
            ("useful", \.useful), ("stragglers", \.stragglers), ("checkpoints", \.checkpoints),
            ("lost_work", \.lostWork), ("restarts", \.restarts),
        ]
    }
}

/// What keeps a run from training all the time; nothing unless said.
public struct ReliabilityFactors: Hashable, Sendable {
    /// Failures; nil for none.
    public var failures: FailureModel?
    /// Waiting for the slowest accelerator, beyond what the step model holds.
    public var stragglers: Stragglers
    /// Accelerators kept aside to take the place of those that fail, counted in the accelerators used.
    public var spares: Int

    /// Takes the factors.
    public init(
        failures: FailureModel? = nil, stragglers: Stragglers = Stragglers(deviation: 0), spares: Int = 0
    ) {
        self.failures = failures
        self.stragglers = stragglers
        self.spares = spares
    }
}
