import Foundation
import Optimization
import Quantities
import Training

/// Many questions at once: the fewest accelerators for each amount of compute, or the fastest run for each
/// pair of accelerators and compute; or the fewest accelerators for each longest run.
public struct FrontierSweep: Sendable {
    /// Where the questions come from.
    public enum Points: Hashable, Sendable {
        /// Amounts of compute, evenly spaced in the logarithm, ends included.
        case compute(from: Double, to: Double, count: Int)
        /// The law compute of every published width.
        case publishedWidths
        /// Every pair of a number of accelerators and an amount of compute.
        case grid(gpus: [Int], from: Double, to: Double, count: Int)
        /// One amount of compute with longest runs, evenly spaced in the logarithm, ends included.
        case times(flop: Double, from: Seconds, to: Seconds, count: Int)
    }

    /// Machine, laws, settings, space and objective; its `given` is replaced point by point.
    public let template: PlanningQuestion
    /// Where the questions come from.
    public let points: Points
    /// The longest run.
    ///
    /// In a grid it only filters; where times are swept it is the longest of them.
    public let time: Seconds
    /// When scaling counts as linear, and a run as feasible; no point depends on them.
    public let thresholds: ScalingThresholds

    /// Makes a sweep.
    /// - Parameters:
    ///   - template: a question whose `given` is ignored.
    ///   - points: where the questions come from.
    ///   - time: the longest run.
    ///   - thresholds: when scaling counts as linear, and a run as feasible; nil takes the usual ones.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public init(
        template: PlanningQuestion, points: Points, time: Seconds, thresholds: ScalingThresholds? = nil
    ) throws(PlanningError) {
        guard time.value > 0, time.value.isFinite else {
            throw PlanningError("the time is \(time.value) s; a finite time above zero is needed")
        }
        self.template = template
        self.points = points
        self.time = time
        self.thresholds = thresholds ?? .standard(for: points)
        if case .compute(let from, let to, let count) = points { try Self.check(from, to, count) }
        if case .grid(let gpus, let from, let to, let count) = points {
            try Self.check(from, to, count)
            guard !gpus.isEmpty else { throw PlanningError("the list of GPU counts is empty") }
        }
        if case .times(let flop, let from, let to, let count) = points {
            try Self.check(flop, flop, count)
            guard from.value > 0, to.value.isFinite, from <= to else {
                throw PlanningError(
                    "the range of times is \(Readable.time(from)) to \(Readable.time(to)); it must rise, above "
                        + "zero and finite")
            }
        }
        // A first question checks machine and laws before any point is asked.
        for cell in cells.prefix(1) { _ = try Planner(question(cell)) }
    }

    private static func check(_ from: Double, _ to: Double, _ count: Int) throws(PlanningError) {
        guard from >= ComputeRange.least, to <= ComputeRange.most, from <= to else {
            throw PlanningError(
                "the range of compute is \(Readable.significant(from)) to \(Readable.significant(to)) FLOP; it "
                    + "must rise and lie between \(ComputeRange.least) and \(ComputeRange.most)")
        }
        guard count >= 1, count <= 1_000_000 else {
            throw PlanningError("\(count) points are asked for; 1 to 1000000 are possible")
        }
    }

    /// One question of the sweep.
    public struct Cell: Hashable, Sendable {
        /// Its place in the answers.
        public let index: Int
        /// Accelerators given; nil asks for the fewest.
        public let gpus: Int?
        /// Training compute in FLOP.
        public let flop: Double
        /// The published width, where the points are those.
        public let width: Int?
        /// The longest run, where the points differ in it; nil takes the sweep's.
        public var time: Seconds?
    }

    /// The longest run of a cell: its own, or the sweep's.
    public func time(of cell: Cell) -> Seconds { cell.time ?? time }

    /// All questions, in the order of the answers: by compute, then by accelerators.
    public var cells: [Cell] {
        switch points {
        case .compute(let from, let to, let count):
            return Self.spaced(from, to, count).enumerated().map {
                Cell(index: $0, gpus: nil, flop: $1, width: nil)
            }
        case .publishedWidths:
            return PublishedWidths.all.enumerated().compactMap { index, width in
                guard let shape = try? template.laws.shape(width: width) else { return nil }
                return Cell(index: index, gpus: nil, flop: template.laws.lawFlop(of: shape), width: width)
            }
        case .grid(let gpus, let from, let to, let count):
            return Self.spaced(from, to, count).flatMap { flop in gpus.map { (flop, $0) } }.enumerated().map {
                Cell(index: $0, gpus: $1.1, flop: $1.0, width: nil)
            }
        case .times(let flop, let from, let to, let count):
            return Self.spaced(from.value, to.value, count).enumerated().map {
                Cell(index: $0, gpus: nil, flop: flop, width: nil, time: Seconds($1))
            }
        }
    }

    /// Points evenly spaced in the logarithm, rounded to 12 significant digits so that a decade is a decade;
    /// both ends exact.
    private static func spaced(_ from: Double, _ to: Double, _ count: Int) -> [Double] {
        if count == 1 { return [from] }
        return (0..<count).map { index in
            if index == 0 { return from }
            if index == count - 1 { return to }
            let point = from * pow(to / from, Double(index) / Double(count - 1))
            return Double(String(format: "%.12g", point)) ?? point
        }
    }

    /// The utilization by which scaling is judged: of all accelerators that must be given.
    ///
    /// Of a free shape it is the share of the peak that became effective compute, because a shape that keeps
    /// the accelerators busy and learns little does not scale.
    /// - Parameter plan: of one of the cells.
    /// - Returns: a share, above the sustained one only where a shape learns more than the law's.
    public func utilization(_ plan: PricedPlan) -> Double {
        guard template.shape != .law else { return plan.utilization }
        let reducible = template.value(of: plan.run.shape).reducible(flop: plan.run.flop)
        return plan.utilization
            * (template.effectiveCompute.flop(reducible: reducible) / plan.run.flop)
    }

    /// The question of a cell.
    public func question(_ cell: Cell) -> PlanningQuestion {
        var question = template
        question.given =
            cell.gpus.map { .gpusAndFlop(gpus: $0, flop: cell.flop) }
            ?? .flopAndTime(flop: cell.flop, time: time(of: cell))
        if let width = cell.width { question.laws.fixedWidth = width }
        // Where accelerators are asked the template, which gives some, may have none of these goals.
        question.objective =
            cell.gpus != nil ? .time : template.objective == .utilization ? .utilization : .gpus
        question.wanted = 1
        question.engine = .auto
        question.reasons = .brief
        return question
    }
}

/// One answered point of a sweep.
public struct FrontierPoint: Sendable {
    /// The question.
    public let cell: FrontierSweep.Cell
    /// The plan, or nil where there is none.
    public let plan: PricedPlan?
    /// Why there is no plan; empty where there is one.
    public let reason: String
    /// What was proved.
    ///
    /// Its counts depend on where the search started.
    public let certificate: Certificate
    /// What it cost; nil where that was not measured.
    public let effort: SearchEffort?
    /// The best plan where the time of a grid filtered it out.
    public let tooLate: PricedPlan?
    /// Whether the time limit left time to begin it.
    public let isReached: Bool

    /// Makes a point.
    /// - Parameters:
    ///   - cell: the question.
    ///   - plan: the plan, or nil where there is none.
    ///   - reason: why there is no plan.
    ///   - certificate: what was proved.
    ///   - effort: what it cost.
    ///   - tooLate: the best plan where time filtered it out.
    ///   - isReached: whether it was begun.
    public init(
        cell: FrontierSweep.Cell, plan: PricedPlan?, reason: String, certificate: Certificate,
        effort: SearchEffort? = nil, tooLate: PricedPlan? = nil, isReached: Bool = true
    ) {
        self.cell = cell
        self.plan = plan
        self.reason = reason
        self.certificate = certificate
        self.effort = effort
        self.tooLate = tooLate
        self.isReached = isReached
    }

    func with(effort: SearchEffort) -> FrontierPoint {
        FrontierPoint(
            cell: cell, plan: plan, reason: reason, certificate: certificate, effort: effort, tooLate: tooLate
        )
    }
}
