import Search

/// Plans of one amount of compute on clusters of different sizes, with those that no other beats.
public struct ParetoFront: Sendable {
    /// Plans by rising number of accelerators that must be given, each once.
    public let points: [Point]
    /// What an hour costs.
    public let prices: RunPrices

    /// One plan.
    public struct Point: Sendable {
        /// The fastest plan of a cluster, on the smallest one that holds it.
        public let plan: PricedPlan
        /// Money of the run; nil where no price is known.
        public let dollars: Double?
        /// Energy of the run; nil where no power is known.
        public let joules: Double?
        /// Whether no other plan is at least as good in time, GPUs, money and energy, and better in one.
        public let isEfficient: Bool

        /// Accelerators times hours.
        public var gpuHours: Double { Double(plan.gpus) * plan.total.value / 3600 }
    }

    /// Finds the front.
    /// - Parameters:
    ///   - plans: of one run, in any order; plans that occur twice count once.
    ///   - prices: what an hour costs.
    public init(_ plans: [PricedPlan], prices: RunPrices) {
        self.prices = prices
        var seen: Set<String> = []
        let unique = plans.filter { seen.insert("\($0.plan)").inserted }.map(\.onLeastCluster)
            .sorted { ($0.gpusGiven, $0.total.value) < ($1.gpusGiven, $1.total.value) }
        let goals = unique.map { plan in
            [
                plan.total.value, Double(plan.gpusGiven), prices.dollars(of: plan) ?? 0,
                prices.joules(of: plan) ?? 0,
            ]
        }
        points = unique.indices.map { index in
            let isBeaten = goals.indices.contains { other in
                other != index && Self.beats(goals[other], goals[index])
            }
            return Point(
                plan: unique[index], dollars: prices.dollars(of: unique[index]),
                joules: prices.joules(of: unique[index]), isEfficient: !isBeaten)
        }
    }

    private static func beats(_ left: [Double], _ right: [Double]) -> Bool {
        zip(left, right).allSatisfy { $0 <= $1 } && left != right
    }
}
