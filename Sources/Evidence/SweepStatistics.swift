import Training
import TransformerModel

/// How well predictions rank the plans of one sweep: rows that differ in the plan alone.
public struct SweepStatistics: Sendable {
    /// One plan of a sweep.
    public struct Plan: Sendable {
        /// Name of its first row.
        public let id: String
        /// Seconds.
        public let measured: Double
        /// Seconds.
        public let predicted: Double
        /// Whether it is predicted to fit into memory.
        public let fits: Bool
    }

    /// Group and model.
    public let name: String
    /// Its plans, in the order of the table.
    public let plans: [Plan]
    /// Spearman's rank correlation; nil below five plans.
    public let rankCorrelation: Double?
    /// Measured time of the plan predicted fastest of those predicted to fit, or of all where none is, over the best
    /// measured time, less 1; nil below three plans.
    public let selectionRegret: Double?

    init(name: String, plans: [Plan]) {
        self.name = name
        self.plans = plans
        rankCorrelation =
            plans.count >= 5
            ? ErrorStatistics.rankCorrelation(plans.map(\.predicted), plans.map(\.measured)) : nil
        let fitting = plans.filter(\.fits)
        let chosen = (fitting.isEmpty ? plans : fitting).min { $0.predicted < $1.predicted }?.measured
        let best = plans.map(\.measured).min()
        if plans.count >= 3, let chosen, let best {
            selectionRegret = chosen / best - 1
        } else {
            selectionRegret = nil
        }
    }

    /// Finds the sweeps of at least three plans.
    static func sweeps(
        _ cases: [MeasuredSteps.Case], predicted: [Double], fits: [Bool]
    ) -> [SweepStatistics] {
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for (index, entry) in cases.enumerated() {
            if members[entry.sweep] == nil { order.append(entry.sweep) }
            members[entry.sweep, default: []].append(index)
        }
        return order.compactMap { key in
            guard let indices = members[key], indices.count >= 3, let first = indices.first else {
                return nil
            }
            let entry = cases[first]
            let kernels = entry.inputs.kernels
            let isListed = kernels.elementwise == .eager && kernels.norms == .fused
            let kernel = kernels.attention.rawValue + (isListed ? "+rmsnorm" : "")
            return SweepStatistics(
                name: "\(entry.group) \(entry.inputs.job.model.name), "
                    + "\(entry.inputs.layout.gpus) \(entry.inputs.machine.unit)s, \(kernel)",
                plans: indices.map {
                    Plan(
                        id: cases[$0].ids.first ?? "", measured: cases[$0].measured,
                        predicted: predicted[$0], fits: fits[$0])
                })
        }
    }
}
