import Optimization
import Quantities
import ScalingModel

/// Plans of one amount of compute on clusters of different sizes, with those that no other beats.
public struct ParetoFront<Priced: PricedRun>: Sendable {
    /// Plans by rising number of accelerators reserved, each once, on the smallest cluster that holds it.
    public let points: [Point]
    /// What an hour costs.
    public let prices: RunPrices

    /// One plan.
    public struct Point: Sendable {
        /// The fastest plan of a cluster, on the smallest one that holds it.
        public let plan: Priced
        /// What the run costs on the smallest cluster that holds the plan.
        public let bill: RunBill
        /// Whether no other plan is at least as good in time, GPUs, money and energy, and better in one.
        public let isEfficient: Bool
    }

    /// Finds the front.
    /// - Parameters:
    ///   - plans: of one run, in any order; plans that occur twice count once. Each is put on the smallest
    ///     cluster that holds it: what a larger one leaves idle need not be reserved.
    ///   - prices: what an hour costs.
    ///   - limits: what a plan must keep to be a point.
    public init(_ plans: [Priced], prices: RunPrices, limits: RunLimits = RunLimits()) {
        self.prices = prices
        var seen: Set<String> = []
        let unique = plans.filter { seen.insert($0.identity).inserted }
            .map(\.onLeastCluster)
            .filter { limits.firstBroken(by: $0, prices: prices) == nil }
            .sorted { ($0.gpusGiven, $0.total.value) < ($1.gpusGiven, $1.total.value) }
        let bills = unique.map { prices.bill(of: $0) }
        let goals = zip(unique, bills).map { plan, bill in
            [plan.total.value, Double(plan.gpusGiven), bill.dollars ?? 0, bill.joules ?? 0]
        }
        points = unique.indices.map { index in
            let isBeaten = goals.indices.contains { other in
                other != index && Self.beats(goals[other], goals[index])
            }
            return Point(plan: unique[index], bill: bills[index], isEfficient: !isBeaten)
        }
    }

    private static func beats(_ left: [Double], _ right: [Double]) -> Bool {
        zip(left, right).allSatisfy { $0 <= $1 } && left != right
    }
}
