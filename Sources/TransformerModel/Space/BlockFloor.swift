import Training

/// What no layout of a block takes a step below, whatever its pipeline and data degree.
///
/// With d data ranks, a block of t·c ranks has at most N/(t·c·d) stages, or just as many, and so many microbatches that work
/// stretches over them as `StretchTable` has it: what a step takes is at least the least of that over the data degrees.
struct BlockFloor: Sendable {
    let model: TransformerStepModel
    /// Accelerators given.
    let gpus: Int
    /// Whether only layouts that use all of them are looked at.
    let usesAll: Bool
    let cuts: CutTable
    let stretches: StretchTable
    /// The most that may be sharded, and that may be offloaded.
    let furthestSharding: Sharding.Stage
    let allOffloads: Offload

    init(
        model: TransformerStepModel, gpus: Int, usesAll: Bool = false, cuts: CutTable,
        stretches: StretchTable, limits: LayoutLimits
    ) {
        self.model = model
        self.gpus = gpus
        self.usesAll = usesAll
        self.cuts = cuts
        self.stretches = stretches
        furthestSharding = limits.sharding.max() ?? .nothing
        allOffloads = limits.offload.reduce(Offload()) { $0.union($1) }
    }

    /// The pipeline degrees that layouts with so many ranks a stage may have, as places: the first ones, or the one that
    /// uses all accelerators.
    func places(ranks: Int, gpus most: Int? = nil) -> Range<Int> {
        let (stages, rest) = (most ?? gpus).quotientAndRemainder(dividingBy: ranks)
        guard usesAll else { return 0..<cuts.count(upTo: stages) }
        guard rest == 0, let place = cuts.place(of: stages) else { return 0..<0 }
        return place..<place + 1
    }

    /// What a block needs room for.
    struct Room {
        var layout: TrainingLayout
        /// What the whole model holds on its ranks.
        var held: HeldByModel
    }

    /// Whether the least memory of a block with some pipeline and data degree is there.
    func mayFit(_ room: Room, pipeline: Int, data: Int) -> Bool {
        var layout = room.layout
        layout.pipeline = pipeline
        layout.data = data
        return model.leastMemory(layout, held: room.held, sharding: furthestSharding, offload: allOffloads)
            <= model.memoryLimit.value
    }

    /// Seconds of a step at the least, where that is at most a limit; more than the limit otherwise.
    /// - Parameters:
    ///   - choice: how stages are cut; nil for any of the ways that are asked for.
    ///   - work: of the block.
    ///   - degrees: data degrees that go with its microbatch size.
    ///   - room: what it needs room for, where data degrees with which it does not fit are to be left out.
    ///   - most: accelerators, where they are others than those given.
    ///   - limit: seconds.
    /// - Returns: seconds.
    func leastStep(
        _ choice: LayoutLimits.StageChoice?, _ work: TransformerSpace.BlockWork,
        degrees: [StretchTable.DataDegree], room: Room? = nil, gpus most: Int? = nil, limit: Double
    ) -> Double {
        let gpus = most ?? gpus
        var least = Double.infinity
        for degree in degrees {
            let ranks = work.inner * degree.data
            guard ranks <= gpus else { break }
            let places = places(ranks: ranks, gpus: gpus)
            guard let last = places.last else { continue }
            let factor = stretches.shortest(choice, places, degree).factor(
                leastLayer: work.layerShare, mainLayer: work.mainShare)
            guard factor / Double(ranks) < least else { continue }
            // More stages hold less each.
            if let room, !mayFit(room, pipeline: cuts.pipelines[last], data: degree.data) { continue }
            least = factor / Double(ranks)
        }
        // Fewer accelerators than work takes within the limit do not matter, and growth with more is no less.
        let fewest = limit < .infinity ? work.work / limit * (1 - 1e-6) : 1
        let growth = 1 + model.jitterShare(gpus: Int(max(1, min(fewest, Double(gpus)))))
        return model.leastStep(work: work.work, rate: least * growth)
    }
}
