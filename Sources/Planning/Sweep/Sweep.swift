import Foundation
import Optimization
import Quantities
import ScalingModel

/// Many questions at once: the fewest accelerators for each amount of compute, or the fastest run for each
/// pair of accelerators and compute; or the fewest accelerators for each longest run.
public struct Sweep<Question: SweepQuestion>: Sendable {
    /// Everything but what differs from point to point; what it gives itself is replaced.
    public let template: Question
    /// Where the questions come from.
    public let points: SweepPoints
    /// The longest run.
    ///
    /// In a grid it only filters; where times are swept it is the longest of them.
    public let time: Seconds
    /// When scaling counts as linear, and a run as feasible; no point depends on them.
    public let thresholds: ScalingThresholds
    /// What the searches of its points have in common.
    let tables = Question.tables()

    /// Makes a sweep.
    /// - Parameters:
    ///   - template: a question whose `given` is ignored.
    ///   - points: where the questions come from.
    ///   - time: the longest run.
    ///   - thresholds: when scaling counts as linear, and a run as feasible; nil takes the usual ones.
    /// - Throws: ``PlanningError`` when a number cannot be used.
    public init(
        template: Question, points: SweepPoints, time: Seconds, thresholds: ScalingThresholds? = nil
    ) throws(PlanningError) {
        guard time.value > 0, time.value.isFinite else {
            throw PlanningError("the time is \(time.value) s; a finite time above zero is needed")
        }
        self.template = template
        self.points = points
        self.time = time
        self.thresholds = thresholds ?? .standard(for: points)
        if points == .publishedWidths, template.publishedRuns.isEmpty {
            throw PlanningError("published widths are those of the laws; a given model has none")
        }
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
        for cell in cells.prefix(1) { try question(cell).checkNumbers() }
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

    /// The longest run of a cell: its own, or the sweep's.
    public func time(of cell: SweepCell) -> Seconds { cell.time ?? time }

    /// All questions, in the order of the answers: by compute, then by accelerators.
    public var cells: [SweepCell] {
        switch points {
        case .compute(let from, let to, let count):
            return Self.spaced(from, to, count).enumerated().map {
                SweepCell(index: $0, gpus: nil, flop: $1, width: nil)
            }
        case .publishedWidths:
            return template.publishedRuns.map { SweepCell(index: $0, gpus: nil, flop: $2, width: $1) }
        case .grid(let gpus, let from, let to, let count):
            return Self.spaced(from, to, count).flatMap { flop in gpus.map { (flop, $0) } }.enumerated().map {
                SweepCell(index: $0, gpus: $1.1, flop: $1.0, width: nil)
            }
        case .times(let flop, let from, let to, let count):
            return Self.spaced(from.value, to.value, count).enumerated().map {
                SweepCell(index: $0, gpus: nil, flop: flop, width: nil, time: Seconds($1))
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
    /// - Parameter plan: of one of the cells.
    /// - Returns: a share; see ``SweepQuestion/utilization(of:)``.
    public func utilization(_ plan: Question.Priced) -> Double { template.utilization(of: plan) }

    /// The question of a cell.
    public func question(_ cell: SweepCell) -> Question { template.at(cell, time: time(of: cell)) }
}
