import Training

/// Seconds of a rank's data-parallel traffic, nothing hidden.
struct DataTraffic {
    /// Gradients scattered and weights gathered once a step inside a shard group, or among all ranks.
    var once = 0.0
    /// Gradients added up among all ranks, each of which keeps them whole.
    var plain = 0.0
    /// Weights gathered twice and gradients scattered in 16 bits in one microbatch, inside a shard group.
    var gathers = 0.0
    /// Gradients of one microbatch scattered in 16 bits, inside a shard group.
    var scatters = 0.0
    /// Gradients of a shard added up over shard groups once a step; zero without hybrid sharding.
    var sums = 0.0

    static func + (left: DataTraffic, right: DataTraffic) -> DataTraffic {
        DataTraffic(
            once: left.once + right.once, plain: left.plain + right.plain,
            gathers: left.gathers + right.gathers,
            scatters: left.scatters + right.scatters, sums: left.sums + right.sums)
    }
}

/// Seconds of a step by which data-parallel traffic makes it longer.
struct DataExchange {
    /// Gathers of sharded weights and scatters of sharded gradients that nothing hides.
    var shards = 0.0
    /// Reduction of gradients that nothing hides.
    var data = 0.0
    /// Passes of the first stage behind which gradients are reduced.
    var hidden = 0.0

    /// Adds what every microbatch moves, hidden behind so many seconds of passes but for a share.
    fileprivate mutating func add(
        everyMicrobatch seconds: Double, microbatches: Double, exposed: Double, behind passes: Double
    ) {
        let beside = seconds * (1 - exposed)
        shards += microbatches * (exposed * seconds + max(0, beside - passes))
    }
}

extension TransformerStepModel {
    /// The traffic of a stage's weights beside its passes.
    ///
    /// A rank that keeps a shard of the gradients cannot add up the rest: what a microbatch adds is scattered before
    /// the next (Rajbhandari et al. 2020, arXiv:1910.02054, section 5.2; `optim_grads` of Megatron-FSDP, stage 2 of
    /// DeepSpeed). The last microbatch's are those of the step, as where gradients are whole.
    /// - Parameters:
    ///   - layout: sharding, microbatches, chunks.
    ///   - parameters: of the first stage, which is the last to finish.
    ///   - spreads: where its ranks lie.
    ///   - firstStage: seconds of its layers for one microbatch; more of them hide more.
    ///   - slowest: seconds of the slowest stage for one microbatch without its transfers, or more.
    /// - Returns: seconds of a step.
    func exchange(
        _ layout: TrainingLayout, _ parameters: StageParameters, _ spreads: StepSpreads, firstStage: Double,
        slowest: Double
    ) -> DataExchange {
        let microbatches = Double(layout.microbatches)
        let reduction = dataTraffic(parameters, spreads)
        var exchange = DataExchange()
        if layout.sharding.stage == .weights {
            exchange.add(
                everyMicrobatch: reduction.gathers, microbatches: microbatches,
                exposed: job.conduct.shardExposed, behind: firstStage)
            // Sums over shard groups follow the scatters of the last microbatch, unit by unit, behind what those leave of
            // its pass. A pipeline drains meanwhile: its first stage has no pass left.
            let exposed = job.conduct.dataExposed
            let beside = reduction.gathers * (1 - job.conduct.shardExposed)
            let room = layout.pipeline > 1 ? 0 : max(0, firstStage - beside)
            exchange.data =
                exposed * reduction.sums + max(0, reduction.sums * max(0, 1 - exposed) - room)
        } else {
            // Behind the passes before the last go the scatters of gradients that are sharded.
            let isLast = layout.chunks == 1 || layout.sharding.stage == .gradients
            let passes = isLast ? 1 : Double(min(layout.microbatches, layout.pipeline))
            exchange.hidden = constants.dataWindow * firstStage * passes
            let isPlain = layout.sharding.stage == .nothing
            let once = isPlain ? reduction.plain : reduction.once + reduction.sums
            let exposed = job.conduct.dataExposed
            exchange.data = exposed * once + max(0, once * max(0, 1 - exposed) - exchange.hidden)
            if layout.sharding.stage == .gradients {
                // A stage that is quicker than the slowest waits for it, and its scatters go on meanwhile.
                exchange.add(
                    everyMicrobatch: reduction.scatters, microbatches: microbatches - 1,
                    exposed: job.conduct.shardExposed, behind: slowest)
            }
        }
        return exchange
    }

    /// Traffic of the weights of one stage.
    ///
    /// In hybrid sharding each group of ranks holds all shards. Gradients are scattered inside the group, and
    /// what a rank got is added up with the same shard of other groups: an all-reduce over the groups, of
    /// 1/group of the bytes. Weights are gathered inside the group. Source: the two hops of MiCS, Zhang et al.
    /// 2022, arXiv:2205.00119, whose second hop comes once a step; FSDP's hybrid sharding, Zhao et al. 2023,
    /// arXiv:2304.11277, takes it once a step with `set_requires_all_reduce` (pytorch/pytorch pull request
    /// 126166).
    func dataTraffic(_ parameters: StageParameters, _ spreads: StepSpreads) -> DataTraffic {
        traffic(
            of: parameters.shared, trained: parameters.shared - parameters.frozenShared, parameters.units,
            in: spreads.gradients, over: spreads.replicas)
            + traffic(
                of: parameters.experts, trained: parameters.experts - parameters.frozenExperts,
                parameters.units, in: spreads.expertData, over: spreads.expertReplicas)
    }

    /// Traffic of some weights, so many of them trained, in so many units where they are sharded.
    private func traffic(
        of weights: Double, trained: Double, _ units: Double, in group: CommunicatorSpread,
        over replicas: CommunicatorSpread
    ) -> DataTraffic {
        guard weights > 0 else { return DataTraffic() }
        let collective = pricer.collective
        let scatter = collective.pass(bytes: rates.gradientTraffic * trained, spread: group)
        // What is frozen is gathered where a rank has a shard of it alone, and stays as it is elsewhere.
        let gather = collective.pass(bytes: rates.weightTraffic * weights, spread: group)
        let update =
            trained == weights ? gather : collective.pass(bytes: rates.weightTraffic * trained, spread: group)
        let halves = 2 / rates.gradientTraffic * scatter
        // Each unit goes around by itself.
        let round = collective.ringLatency(group)
        let bucket = job.conduct.bucketWeights
        let buckets = bucket > 0 ? trained / bucket : 0
        return DataTraffic(
            once: scatter + update + 2 * buckets * round, plain: 2 * scatter,
            // Gathered forward and backward; gradients scattered in 16 bits.
            gathers: 2 * gather + halves + 3 * units * round, scatters: halves + units * round,
            sums: collective.allReduce(
                bytes: rates.gradientTraffic * trained / Double(group.members), spread: replicas))
    }

    /// Passes of the optimizer over the device's memory and its products: its step unless the host takes it, clearing
    /// and norm of gradients, 8 bytes a parameter.
    func optimizer(_ layout: TrainingLayout, _ parameters: StageParameters) -> Double {
        let parameters = parameters.trainedPart
        let isSharded = layout.sharding.stage > .nothing
        let shared = parameters.shared / (isSharded ? Double(layout.shardRanks) : 1)
        let experts = parameters.experts / (isSharded ? Double(layout.expertShardRanks) : 1)
        let isOnHost = layout.offload.contains(.optimizer)
        let stepped = isOnHost ? 0 : shared + experts
        let passes = (job.updateBytes * stepped + 8 * parameters.all) / rates.memory
        guard job.optimizer == .muon, !isOnHost else { return passes }
        let products = updateFlop.shared * shared + updateFlop.experts * experts
        return passes + products / (rates.activations.peak * rates.activations.fraction)
    }
}
