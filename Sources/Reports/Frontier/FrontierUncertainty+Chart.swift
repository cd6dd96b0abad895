import Charts
import Optimization
import Planning
import ScalingModel

extension FrontierUncertainty {
    /// Utilization in 80 of 100 samples, for the plot of a curve.
    /// - Parameter frontier: of the same points; those without a plan are left out.
    var ribbon: Ribbon {
        Ribbon(
            "80 % of \(request.samples) drawn machines",
            edges: points.filter { $0.anyPlan > 0 }.map {
                Ribbon.Edge(x: $0.cell.flop, low: $0.utilization.low, high: $0.utilization.high)
            }, hue: .blue)
    }

    /// What the shaded area and the bars mean.
    var caption: String {
        "Shaded: the best plans for machines drawn with \(request.drawn), 10th to 90th of a hundred. "
            + "Bars at the foot: the same of the places marked."
    }

    /// The range of a landmark, within the points.
    func range(_ landmark: Planning.Band?) -> ClosedRange<Double>? {
        guard let landmark, let first = points.first?.cell.flop, let last = points.last?.cell.flop else {
            return nil
        }
        func within(_ flop: Double) -> Double { min(max(flop, first), last) }
        return within(landmark.low)...within(landmark.high)
    }
}
