import Training

/// Where the ranks lie that exchange something once a step or between stages.
public struct StepSpreads: Hashable, Sendable {
    /// Ranks that scatter gradients and gather weights outside the experts: a shard group, or all that hold
    /// the same weights.
    public var gradients: CommunicatorSpread
    /// The same for an expert.
    public var expertData: CommunicatorSpread
    /// Ranks of other shard groups with the same shard; one where there is one group.
    public var replicas: CommunicatorSpread
    /// The same for an expert.
    public var expertReplicas: CommunicatorSpread
    /// Share of the transfers between neighbouring stages that each network level carries.
    public var stageCrossings: [Double]

    /// Looks them up.
    public init(_ layout: TrainingLayout, placement: LayoutPlacement) {
        var sharded = layout
        // Whoever shards nothing scatters and gathers among all ranks too: that is their all-reduce.
        if sharded.sharding.stage == .nothing { sharded.sharding = Sharding(.optimizer) }
        gradients = placement.spread(of: .shard, in: sharded)
        expertData = placement.spread(of: .expertShard, in: sharded)
        replicas = placement.spread(of: .shardReplicas, in: sharded)
        expertReplicas = placement.spread(of: .expertShardReplicas, in: sharded)
        stageCrossings = Self.stageCrossings(layout, placement: placement)
    }

    /// Share of the transfers between neighbouring stages that each network level carries; what is sharded does not
    /// matter.
    static func stageCrossings(_ layout: TrainingLayout, placement: LayoutPlacement) -> [Double] {
        let stride = placement.stageStride(of: layout)
        var crossings: [Double] = []
        var outside = 1.0
        for size in placement.domainSizes {
            // Of neighbours a stride apart, this share lies in different domains.
            let isSpread = stride * layout.pipeline > size
            let crossing = isSpread ? min(1, Double(stride) / Double(size)) : 0
            crossings.append(max(0, outside - crossing))
            outside = crossing
        }
        return crossings + [outside]
    }
}
