import Quantities
import Training

/// What no layout of a block takes a step below, whatever its pipeline and data degree.
///
/// With d data ranks, a block of t·c ranks has at most N/(t·c·d) stages, or just as many, and so many microbatches that work
/// stretches over them as `StretchTable` has it: what a step takes is at least the least of that over the data degrees.
///
/// A class, as many searches' closures hold it.
final class BlockFloor: Sendable {
    let model: TransformerStepModel
    /// Accelerators given.
    let gpus: Int
    /// Whether only layouts that use all of them are looked at.
    let usesAll: Bool
    let cuts: CutTable
    let stretches: StretchTable
    /// What bounds the memory, of each choice of what is sharded that is allowed, and the most that may be offloaded.
    let memory: [MemoryFloor]
    let allOffloads: Offload
    /// Bytes that a layout may fill.
    let memoryLimit: Double

    init(
        model: TransformerStepModel, gpus: Int, usesAll: Bool = false, cuts: CutTable,
        stretches: StretchTable, limits: LayoutLimits
    ) {
        self.model = model
        self.gpus = gpus
        self.usesAll = usesAll
        self.cuts = cuts
        self.stretches = stretches
        let offload = limits.offload.reduce(Offload()) { $0.union($1) }
        allOffloads = offload
        // What shards most comes first.
        memory = limits.sharding.sorted(by: >).map { model.memoryFloor(sharding: $0, offload: offload) }
        memoryLimit = model.memoryLimit.value
    }

    /// The pipeline degrees that layouts with so many ranks a stage may have, as places: the first ones, or the one that
    /// uses all accelerators.
    func places(ranks: Int, gpus most: Int? = nil) -> Range<Int> {
        let (stages, rest) = (most ?? gpus).quotientAndRemainder(dividingBy: ranks)
        guard usesAll else { return 0..<cuts.count(upTo: stages) }
        guard rest == 0, let place = cuts.place(of: stages) else { return 0..<0 }
        return place..<place + 1
    }

    /// Whether the least memory of a block with some pipeline and data degree may be there; where it may with some stages
    /// that are cut, it may with more.
    /// - Parameters:
    ///   - held: what the whole model holds on a rank of the block.
    ///   - choice: how stages are cut; nil for any way.
    ///   - pipeline: stages.
    ///   - data: data ranks.
    ///   - microbatches: of a data rank.
    ///   - sharding: what is sharded, and among how many ranks; nil for any choice among all.
    /// - Returns: whether it may be there.
    func mayFit(
        _ held: HeldByModel, _ choice: LayoutLimits.StageChoice? = nil, pipeline: Int, data: Int,
        microbatches: Int, sharding: Sharding? = nil
    ) -> Bool {
        // What shards less takes more, but for the unit that is gathered.
        guard let furthest = memory.first,
            sharding != nil
                || furthest.bytes(held, pipeline: pipeline, data: data, withUnit: false) <= memoryLimit
        else { return false }
        let shape = (stages: pipeline, microbatches: microbatches)
        let heads = choice.flatMap {
            $0 == .balanced
                ? nil : cuts.heads(pipeline: pipeline, microbatches: microbatches, stages: $0)
        }
        return memory.contains { floor in
            let group = sharding?.group
            guard sharding == nil || sharding?.stage == floor.sharding,
                floor.bytes(held, pipeline: pipeline, data: data, group: group) <= memoryLimit
            else { return false }
            let room = floor.room(held, data: data, group: group, limit: memoryLimit)
            return heads.map { room.mayHold($0, shape) } ?? room.mayHoldAll(shape)
        }
    }

    /// What a rank has for layers of the kind that there are most of, for one choice of what is sharded, and among how many
    /// ranks; nil where that is not to be chosen.
    func room(_ held: HeldByModel, data: Int, sharding: Sharding) -> LayerRoom? {
        memory.first { $0.sharding == sharding.stage }?
            .room(held, data: data, group: sharding.group, limit: memoryLimit)
    }

    /// Seconds of a step at the least, where that is at most a limit; more than the limit otherwise.
    /// - Parameters:
    ///   - choice: how stages are cut; nil for any of the ways that are asked for.
    ///   - work: of the block.
    ///   - degrees: data degrees that go with its microbatch size.
    ///   - room: what it holds, where data degrees with which it does not fit are to be left out.
    ///   - most: accelerators, where they are others than those given.
    ///   - limit: seconds.
    ///   - asksWhether: whether all that is asked is if they are at most the limit.
    /// - Returns: seconds.
    func leastStep(
        _ choice: LayoutLimits.StageChoice?, _ work: TransformerSpace.BlockWork,
        degrees: [StretchTable.DataDegree], room: HeldByModel? = nil, gpus most: Int? = nil, limit: Double,
        asksWhether: Bool = false
    ) -> Double {
        let gpus = most ?? gpus
        // Fewer accelerators than work takes within the limit do not matter, and growth with more is no less.
        let fewest = limit < .infinity ? work.work / limit * (1 - 1e-6) : 1
        let growth = 1 + model.jitterShare(gpus: Int(max(1, min(fewest, Double(gpus)))))
        func seconds(_ rate: Double) -> Double { model.leastStep(work: work.work, rate: rate * growth) }
        var least = Double.infinity
        for degree in degrees {
            let ranks = work.inner * degree.data
            guard ranks <= gpus else { break }
            let places = places(ranks: ranks, gpus: gpus)
            guard let last = places.last else { continue }
            let factor = stretches.shortest(choice, places, degree).factor(
                leastLayer: work.layerShare, mainLayer: work.mainShare)
            let rate = factor / Double(ranks)
            guard rate < least, seconds(rate) <= limit else { continue }
            // More stages hold less each.
            if let room,
                !mayFit(
                    room, pipeline: cuts.pipelines[last], data: degree.data, microbatches: degree.count)
            {
                continue
            }
            least = rate
            if asksWhether { break }
        }
        return seconds(least)
    }
}
