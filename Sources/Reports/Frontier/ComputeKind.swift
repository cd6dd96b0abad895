import Charts
import Planning

/// Which compute the places of a curve count: a shape that is free spends other compute than it is worth.
///
/// Landmarks are judged by the kind that a question is asked in, and no chart or column has both.
public enum ComputeKind: Hashable, Sendable {
    /// Model FLOP that the run spends.
    case spent
    /// Compute at which the laws' own shape, or the family's curve, reaches the same loss.
    case effective

    /// What it is called on axes.
    var title: String { self == .effective ? "Effective compute" : "Training compute" }

    /// The axis of compute.
    func axis(extent: Axis.Extent = .automatic) -> Axis {
        Axis(title, unit: "FLOP", scale: .log10, format: .power, extent: extent)
    }

    /// Column of an amount of it.
    var flopField: String { self == .effective ? "effective_flop" : "flop" }

    /// Column of the share of the peak.
    var utilizationField: String { self == .effective ? "effective_utilization" : "utilization" }

    /// What the share of the peak is called.
    var utilizationTitle: String {
        self == .effective ? "Effective utilization" : "Model FLOP utilization"
    }

    /// The axis of the share of the peak.
    var utilizationAxis: Axis { Axis(utilizationTitle, unit: "% of peak", format: .percent) }

    /// The share of the peak, at the beginning of a title.
    var words: String { self == .effective ? "Effective utilization" : "Utilization" }

    /// An amount of it, after the number.
    var unit: String { self == .effective ? "FLOP of effective compute" : "FLOP" }
}

extension Sweep where Question: ReportedQuestion {
    /// Which compute the places count.
    var kind: ComputeKind { template.computeKind }

    /// Compute of a point with a plan, in the kind of the sweep.
    func flop(_ point: SweepPoint<Question>, _ plan: Question.Priced) -> Double {
        kind == .effective ? point.cell.flop : plan.flop
    }
}
