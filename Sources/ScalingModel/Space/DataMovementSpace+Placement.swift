import Optimization
import Training

/// A complete plan with its price, in the compact form that the search keeps.
public struct PlanCandidate: Sendable {
    /// The plan.
    public let plan: Plan
    /// Its step.
    public let price: StepPrice
}

extension DataMovementSpace {
    /// Prices the placements of a leaf.
    ///
    /// Splits of each kind that cannot matter with the least of the others are dropped first. Then a walk over
    /// tensor, data, and pipeline and expert splits, with the exact traffic of those already placed and the
    /// least of the others as a bound: data traffic, which nothing hides, before what arithmetic may hide.
    mutating func expandPass(
        _ triple: Int32, _ tuple: DegreeTuple, cut: Int, interleave: Int32, schedule: PipelineSchedule,
        into frontier: inout Frontier<Self>
    ) {
        let pass = pass(tuple, cut: cut, interleave: interleave, schedule: schedule)
        var floor = trafficFloor(
            tuple,
            hop: tables.hopFloor(pipeline: tuple.pipeline, expert: tuple.expert, interleave: interleave))
        floor.arithmetic = pass.arithmetic
        futile.turn(to: triple, tuple.pair)
        sift(tuple, floor: floor, in: &frontier)
        if futile.rulesOut(pass) { return frontier.discard(1, by: Rule.schedule) }
        frontier.reject(1)
        let microbatches = tables.cuts[cut] / tables.data.degrees[Int(tuple.data)]
        let tensors = tensorParts(tuple, frontier)
        if !offerPlacements(tuple, tensors, floor, pass, microbatches: microbatches, into: &frontier) {
            futile.note(pass)
        }
    }

    /// Whether some placement of degrees comes within the limit with the arithmetic and the idle time of a pass.
    mutating func hasPlacement(
        _ pass: FutilePasses.Pass, _ tuple: DegreeTuple, floor: StepParts,
        within frontier: inout Frontier<Self>
    ) -> Bool {
        var floor = floor
        floor.arithmetic = pass.arithmetic
        floor.pipelineExpert = tables.hopFloor(
            pipeline: tuple.pipeline, expert: tuple.expert, interleave: pass.interleave
        ).shared(by: Double(tuple.gpus))
        let tensors = tensorParts(tuple, frontier)
        return offerPlacements(tuple, tensors, floor, pass, microbatches: nil, into: &frontier)
    }

    /// Whether some placement of degrees of which only the product of the tensor degrees is known comes within the
    /// limit with the arithmetic and the idle time of a pass.
    mutating func hasPlacement(
        _ pass: FutilePasses.Pass, _ triple: SpaceTables.Triple, group: Int32, floor: StepParts,
        within frontier: inout Frontier<Self>
    ) -> Bool {
        let pairs = tables.tensors.groups[Int(group)].pairs
        let tuple = tables.tuple(triple, pair: pairs.lowerBound)
        var floor = floor
        floor.arithmetic = pass.arithmetic
        floor.pipelineExpert = tables.hopFloor(
            pipeline: triple.pipeline, expert: triple.expert, interleave: pass.interleave
        ).shared(by: Double(tuple.gpus))
        let tensors = tensorParts(triple, group: group, frontier)
        return offerPlacements(tuple, tensors, floor, pass, microbatches: nil, into: &frontier)
    }

    /// Splits of the tensor degrees.
    private mutating func tensorParts(
        _ tuple: DegreeTuple, _ frontier: borrowing Frontier<Self>
    ) -> [PlacementLists.Part] {
        let (model, limit, pace) = (model, frontier.limit, pace)
        return placementLists.tensor(tuple, wanted: frontier.wanted, tables: &tables, model: model) {
            pace.mayMatter(.tensor, $0, limit)
        }
    }

    /// Splits of all tensor degrees of one product, to see whether there are any placements.
    private mutating func tensorParts(
        _ triple: SpaceTables.Triple, group: Int32, _ frontier: borrowing Frontier<Self>
    ) -> [PlacementLists.Part] {
        let (model, limit, pace, wanted) = (model, frontier.limit, pace, frontier.wanted)
        let pairs = tables.tensors.groups[Int(group)].pairs
        return placementLists.tensor(group: group) { lists in
            pairs.map { pair in
                lists.tensor(
                    tables.tuple(triple, pair: pair), wanted: wanted, tables: &tables, model: model
                ) { pace.mayMatter(.tensor, $0, limit) }
            }
        }
    }

    /// Offers the placements of a pass; without microbatches it is none, and the walk ends at the first that would be.
    /// - Returns: whether any came within the limit.
    private mutating func offerPlacements(
        _ tuple: DegreeTuple, _ listed: [PlacementLists.Part], _ floor: StepParts,
        _ given: FutilePasses.Pass, microbatches: Int?, into frontier: inout Frontier<Self>
    ) -> Bool {
        let pass = Pass(
            tuple: tuple, settings: model.settings, idle: given.idle, schedule: given.schedule)
        let chunks = tables.interleaves[Int(given.interleave)]
        let wanted = frontier.wanted
        let (model, limit, pace) = (model, frontier.limit, pace)
        let tensors = mattering(listed, .tensor, floor, pass, frontier)
        guard !tensors.isEmpty else { return false }
        let hops = placementLists.pipelineExpert(
            tuple, interleave: chunks, wanted: wanted, tables: &tables, model: model
        ) { pace.mayMatter(.pipelineExpert, $0, limit) }
        let hopParts = placementLists.hops[hops].parts
        let gpus = Double(tuple.gpus)
        let placements = tables.placements
        let outside = (
            pipeline: tables.outsidePipeline[Int(tuple.pipeline)],
            expert: tables.outsideExpert[Int(tuple.expert)], data: tables.outsideData[Int(tuple.data)]
        )
        var hasOffered = false
        var parts = floor
        for tensor in tensors {
            // What the tensor degrees have taken, the others cannot use.
            parts.tensor = tensor.traffic
            let hopLeast = tables.floors.hop(
                pipeline: tables.floors.outside(outside.pipeline, beside: tensor.factors),
                expert: tables.floors.outside(outside.expert, beside: tensor.factors), interleave: chunks
            ).shared(by: gpus)
            let dataLeast = tables.floors.data(
                tables.floors.outside(outside.data, beside: tensor.factors)
            ).shared(by: gpus)
            parts.pipelineExpert = hopLeast
            parts.data = dataLeast
            guard mayMatter(parts, pass, frontier) else { continue }
            for beside in placementLists.data(tuple, beside: tensor, tables: &tables, model: model) {
                parts.data = beside.traffic.shared(by: gpus)
                parts.pipelineExpert = hopLeast
                guard mayMatter(parts, pass, frontier) else {
                    // Those that follow have no less bandwidth time.
                    parts.data.latency = dataLeast.latency
                    if mayMatter(parts, pass, frontier) { continue }
                    break
                }
                let least = placementLists.leastHop(hops, beside: beside, placements).shared(by: gpus)
                parts.pipelineExpert = least
                guard mayMatter(parts, pass, frontier) else { continue }
                let taken = placementLists.factors[Int(beside.number)]
                guard mayFit(parts, pass, taken, frontier) else { continue }
                for hop in hopParts {
                    parts.pipelineExpert = hop.traffic.shared(by: gpus)
                    guard mayMatter(parts, pass, frontier) else {
                        parts.pipelineExpert.latency = least.latency
                        if mayMatter(parts, pass, frontier) { continue }
                        break
                    }
                    let factors = taken * hop.factors
                    guard placements.fits(factors), placements.isLegal(factors, gpus: tuple.gpus),
                        objective == .time || mayFit(parts, pass, factors, frontier)
                    else { continue }
                    guard let microbatches else { return true }
                    let price = model.price(parts: parts, idleRatio: pass.idle, schedule: pass.schedule)
                    let splits = PlacementLists.Splits(
                        tensor: tensor, pipelineExpert: hop, data: beside.data)
                    let plan = Plan(
                        placement: placement(tuple, splits), microbatches: microbatches, interleave: chunks,
                        schedule: pass.schedule)
                    hasOffered = true
                    frontier.offer(
                        PlanCandidate(plan: plan, price: price),
                        rank: rank(
                            step: price.step, traffic: price.traffic, gpus: counted(tuple, factors)),
                        leaves: 0)
                }
            }
        }
        return hasOffered
    }

    /// A leaf whose placements are walked.
    struct Pass {
        let tuple: DegreeTuple
        let settings: ModelSettings
        let idle: Double
        let schedule: PipelineSchedule
    }

    /// What bounds a plan of which only the traffic of one kind is known.
    private var pace: Pace {
        Pace(
            settings: model.settings, arithmetic: arithmeticFloor / Double(highestGPUs),
            gpus: Double(highestGPUs), steps: steps, deadline: deadline,
            objective: objective)
    }

    private struct Pace {
        let settings: ModelSettings
        /// Of all plans the least.
        let arithmetic: Double
        /// The most that plans use.
        let gpus: Double
        let steps: Double
        let deadline: Double
        let objective: Objective

        /// Whether some plan may have the traffic, that of all accelerators by one.
        func mayMatter(_ kind: TrafficKind, _ traffic: TrafficTime, _ limit: Rank) -> Bool {
            var parts = StepParts(arithmetic: arithmetic, tensor: .zero, pipelineExpert: .zero, data: .zero)
            parts[kind] = traffic.shared(by: gpus)
            let step = min(
                settings.step(parts: parts, idleRatio: 0, schedule: .oneForwardOneBackward),
                settings.step(parts: parts, idleRatio: 0, schedule: .zeroBubble))
            return step * steps <= deadline && !(objective == .time && limit < Rank(step, 0, 0))
        }
    }

    /// The splits of one kind that may matter when the other kinds are at their least, with the traffic of
    /// each accelerator.
    @inline(__always)
    private func mattering(
        _ all: [PlacementLists.Part], _ kind: TrafficKind, _ floor: StepParts,
        _ pass: Pass, _ frontier: borrowing Frontier<Self>
    ) -> [PlacementLists.Part] {
        var parts = floor
        var kept: [PlacementLists.Part] = []
        let gpus = Double(pass.tuple.gpus)
        for part in all {
            let traffic = part.traffic.shared(by: gpus)
            parts[kind] = traffic
            if mayMatter(parts, pass, frontier), mayFit(parts, pass, part.factors, frontier) {
                var shared = part
                shared.traffic = traffic
                kept.append(shared)
                continue
            }
            // Those that follow have no less bandwidth time.
            parts[kind].latency = floor[kind].latency
            if !mayMatter(parts, pass, frontier) { break }
        }
        return kept
    }

    /// Whether parts that are exact or least may belong to a wanted plan: neither late nor above the limit.
    @inline(__always)
    private func mayMatter(
        _ parts: StepParts, _ pass: Pass, _ frontier: borrowing Frontier<Self>
    ) -> Bool {
        let step = pass.settings.step(parts: parts, idleRatio: pass.idle, schedule: pass.schedule)
        return limits(frontier.limit).allow(
            step, traffic: parts.traffic, gpus: Double(pass.tuple.gpus))
    }

    /// Whether the cluster that some factors need, a bound on that of all, leaves the parts a chance.
    @inline(__always)
    private func mayFit(
        _ parts: StepParts, _ pass: Pass, _ factors: SplitTable.Factors, _ frontier: borrowing Frontier<Self>
    ) -> Bool {
        guard objective != .time else {
            return tables.placements.mayBeLegal(factors, gpus: pass.tuple.gpus)
        }
        let step = pass.settings.step(parts: parts, idleRatio: pass.idle, schedule: pass.schedule)
        return
            !(frontier.limit
            < rank(step: step, traffic: parts.traffic, gpus: counted(pass.tuple, factors)))
    }

    /// The accelerators that count in the rank: those used where time is asked, else the smallest cluster
    /// that holds the placement.
    @inline(__always)
    func counted(_ tuple: DegreeTuple, _ factors: SplitTable.Factors) -> Double {
        objective == .time
            ? Double(tuple.gpus) : Double(tables.placements.leastCluster(factors, gpus: tuple.gpus))
    }

    /// The placement that five splits make.
    func placement(_ tuple: DegreeTuple, _ splits: PlacementLists.Splits) -> Placement {
        Placement(
            tensorModel: tables.tensorModel.levels(of: splits.tensorModel, degree: Int(tuple.tensorModel)),
            tensorFeedForward: tables.tensorFeedForward.levels(
                of: splits.tensorFeedForward, degree: Int(tuple.tensorFeedForward)),
            pipeline: tables.pipeline.levels(of: splits.pipeline, degree: Int(tuple.pipeline)),
            expert: tables.expert.levels(of: splits.expert, degree: Int(tuple.expert)),
            data: tables.data.levels(of: splits.data, degree: Int(tuple.data)))
    }

    /// The order among plans of equal rank: TP, TPm, PP, EP, DP, v, M, schedule, then the placement's factors
    /// in the same order of axes, innermost level first.
    public static func precedes(_ left: PlanCandidate, _ right: PlanCandidate) -> Bool {
        left.plan.orderKey.lexicographicallyPrecedes(right.plan.orderKey)
    }
}

/// A kind of traffic.
private enum TrafficKind {
    case tensor, pipelineExpert, data
}

extension StepParts {
    /// The traffic of a kind.
    @inline(__always)
    fileprivate subscript(kind: TrafficKind) -> TrafficTime {
        get {
            switch kind {
            case .tensor: tensor
            case .pipelineExpert: pipelineExpert
            case .data: data
            }
        }
        set {
            switch kind {
            case .tensor: tensor = newValue
            case .pipelineExpert: pipelineExpert = newValue
            case .data: data = newValue
            }
        }
    }
}

extension Plan {
    /// The numbers by which plans of equal rank are ordered.
    public var orderKey: [Int] {
        let schedule = self.schedule == .oneForwardOneBackward ? 0 : 1
        return [tensor, tensorModel, pipeline, expert, data, interleave, microbatches, schedule]
            + placement.tensorModel + placement.tensorFeedForward + placement.pipeline + placement.expert
            + placement.data
    }
}
