import Optimization
import Quantities
import ScalingModel
import Training

/// How a frontier fares when some numbers of the machine are only known roughly.
///
/// Every sample draws each uncertain number by itself and answers the whole frontier for the drawn machine: a
/// best plan at every point, and the places where scaling ends. The plan that is best for the stated numbers
/// is held and priced beside it.
public struct FrontierUncertainty: Sendable {
    /// What was asked.
    public let request: UncertaintyRequest
    /// The points, in the order of the frontier's.
    public let points: [Point]
    /// As ``SweepFrontier/endOfLinearScaling``; 0 before the first point, infinite past the last; nil for a
    /// grid.
    public let endOfLinearScaling: Band?
    /// As ``SweepFrontier/largestRun``; 0 before the first point, infinite past the last; nil for a grid.
    public let largestRun: Band?

    /// One point on all machines.
    public struct Point: Hashable, Sendable {
        /// The question.
        public let cell: SweepCell
        /// Share of the peak that the best plan of each sample uses, as scaling is judged; 0 without a plan.
        public let utilization: Band
        /// Accelerators of the best plan of each sample; infinite without a plan.
        public let gpus: Band
        /// Seconds of the best plan of each sample; infinite without a plan.
        public let seconds: Band
        /// Share of samples with any plan.
        public let anyPlan: Double
        /// The plan for the stated numbers; nil where there is none.
        public let held: Held?

        /// How the plan for the stated numbers fares.
        public struct Held: Hashable, Sendable {
            /// Share of samples in which it fits and finishes in time.
            public let feasible: Double
            /// Share of samples in which it is feasible and within the tolerance of the best plan, in what
            /// was asked.
            public let nearBest: Double
        }
    }

    /// Draws machines and answers the frontier for each.
    ///
    /// A landmark past the last point counts as infinite, one before the first as 0. A sample that the time limit
    /// cuts off does not count; nil where it cuts off all.
    /// - Parameters:
    ///   - frontier: for the stated numbers.
    ///   - request: what is drawn.
    ///   - threads: samples answered at once; they do not change the result.
    public init?<Question: SweepQuestion>(
        _ frontier: SweepFrontier<Question>, request: UncertaintyRequest, threads: Int
    ) {
        let sweep = frontier.sweep
        var request = request
        let samples = request.settled(from: sweep.template.machine, threads: threads) { machine, clock in
            Sample(machine, sweep: sweep, clock: clock)
        }
        guard !samples.isEmpty else { return nil }
        let made = request
        points = frontier.points.map { Self.point($0, samples, sweep, made) }
        if frontier.landmarks == nil {
            endOfLinearScaling = nil
            largestRun = nil
        } else {
            endOfLinearScaling = Band(samples.map(\.endOfLinearScaling))
            largestRun = Band(samples.map(\.largestRun))
        }
        self.request = request
    }

    private static func point<Question: SweepQuestion>(
        _ point: SweepPoint<Question>, _ samples: [Sample], _ sweep: Sweep<Question>,
        _ request: UncertaintyRequest
    ) -> Point {
        let best = samples.map { $0.plans[point.cell.index] }
        let rules = PlanTrial.Rules(
            deadline: sweep.time(of: point.cell).value, measure: sweep.question(point.cell).measure,
            tolerance: request.tolerance)
        let count = Double(samples.count)
        let held = point.plan.map { plan in
            let trials = zip(samples, best).map { sample, best in
                PlanTrial(
                    sweep.template.held(plan, on: sample.machine), given: plan.gpusGiven, best: best,
                    rules: rules)
            }
            return Point.Held(
                feasible: Double(trials.count(where: \.isFeasible)) / count,
                nearBest: Double(trials.count(where: \.isNearBest)) / count)
        }
        return Point(
            cell: point.cell, utilization: Band(best.map { $0?.judged ?? 0 }),
            gpus: Band(best.map { $0?.gpus ?? .infinity }),
            seconds: Band(best.map { $0?.seconds ?? .infinity }),
            anyPlan: Double(best.count { $0 != nil }) / count, held: held)
    }

    /// The frontier of one drawn machine.
    private struct Sample: Sendable {
        let machine: Accelerator
        /// The best plan of each cell that has one, by the cell's index.
        let plans: [Int: PlanFigures]
        /// FLOP.
        let endOfLinearScaling: Double
        /// FLOP.
        let largestRun: Double

        init?(_ machine: Accelerator, sweep: Sweep<some SweepQuestion>, clock: SearchClock) {
            self.machine = machine
            var template = sweep.template
            template.machine = machine
            let frontier = try? Self.frontier(sweep, template: template, clock)
            guard !clock.isOver else { return nil }
            plans = Dictionary(
                (frontier?.points ?? []).compactMap { point in
                    point.plan.map {
                        (point.cell.index, PlanFigures($0, judged: template.utilization(of: $0)))
                    }
                },
                uniquingKeysWith: { first, _ in first })
            largestRun = Self.flop(frontier?.landmarks?.feasible)
            endOfLinearScaling = Self.flop(frontier?.landmarks?.linear)
        }

        private static func frontier<Question>(
            _ sweep: Sweep<Question>, template: Question, _ clock: SearchClock
        ) throws(PlanningError) -> SweepFrontier<Question> {
            let drawn = try Sweep(
                template: template, points: sweep.points, time: sweep.time, thresholds: sweep.thresholds)
            return try SweepFrontier(
                sweep: drawn, points: try drawn.answers(clock: clock), looking: .endsAlone,
                threads: 1, clock: clock)
        }

        private static func flop<Priced>(_ extent: LandmarkExtent<Priced>?) -> Double {
            switch extent {
            case .until(let landmark): landmark.flop
            case .throughout: .infinity
            case .nowhere, nil: 0
            }
        }
    }
}
