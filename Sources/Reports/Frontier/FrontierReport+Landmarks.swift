import Optimization
import Planning
import Quantities
import ScalingModel
import Training

extension FrontierReport {
    /// The places where scaling ends, a line each, with the thresholds that they stand for; empty for a grid.
    public var landmarkText: String {
        guard let landmarks = frontier.landmarks else { return "" }
        let thresholds = frontier.sweep.thresholds
        let sustained = frontier.sweep.template.sustainedFraction
        var lines = [
            line(
                "end of linear scaling", landmarks.linear,
                "linear: at least \(Readable.percent(thresholds.linearShare)) of the "
                    + "\(Readable.percent(sustained)) sustained")
        ]
        if let back = landmarks.lastReturn { lines.append("linear again up to: " + place(back)) }
        lines.append(
            line(
                "largest feasible run", landmarks.feasible,
                "at least \(Readable.percent(thresholds.leastUtilization)) \(asked)"))
        lines.append("latency wall: " + wall(landmarks.latencyWall))
        return lines.joined(separator: "\n")
    }

    private func line(_ name: String, _ extent: LandmarkExtent<Question.Priced>, _ threshold: String)
        -> String
    {
        switch extent {
        case .until(let landmark): "\(name): \(place(landmark)) (\(threshold))"
        case .nowhere: "\(name): before the first point (\(threshold))"
        case .throughout: "\(name): past the last point (\(threshold))"
        }
    }

    private func place(_ landmark: Landmark<Question.Priced>) -> String {
        "\(Readable.scientific(landmark.flop)) \(frontier.sweep.kind.unit) on \(landmark.plan.accelerators) "
            + "\(frontier.sweep.template.machine.unit)s at "
            + "\(Readable.percent(frontier.sweep.utilization(landmark.plan))) \(asked)"
    }

    private var asked: String { frontier.sweep.template.utilizationWords }

    private func wall(_ flop: Double?) -> String {
        if let absence = frontier.sweep.template.wallAbsence { return absence }
        guard let flop else { return "none up to \(Readable.scientific(ComputeRange.most)) FLOP" }
        return "\(Readable.scientific(flop)) FLOP, even with infinite bandwidths"
    }
}
