import Optimization
import Training

/// Seconds that a step of a member is likely to take: no bound, but an order in which members are searched, so that what
/// is found soon spares most of the others.
///
/// It is the floor of its blocks (``BlockFloor``) for a few of them, microbatches of one sequence each: what tensor and
/// context ranks exchange and what pipelines wait for is in it, which tells wide members from deep ones.
struct LikelyStep {
    private let floor: BlockFloor
    private let blocks: [TransformerSpace.BlockWork]
    private let degrees: [StretchTable.DataDegree]

    /// Prices the blocks of a member.
    /// - Parameters:
    ///   - run: of the member.
    ///   - cuts: ways to cut models.
    ///   - clock: when to end.
    init(_ run: MemberRun, cuts: KnownCuts, clock: SearchClock) {
        let (model, batch) = (run.model, run.question.globalBatch)
        let limits = run.question.limits
        let most = TransformerQuestion.mostGPUs
        let tables = cuts.tables(
            of: model.job.model, gpus: most, globalBatch: batch, limits: limits, clock: clock)
        floor = BlockFloor(
            model: model, gpus: most, cuts: tables.cuts, stretches: tables.stretches, limits: limits)
        degrees = tables.stretches.dataDegrees(microbatch: 1)
        let tensors = Self.spread(Divisors.all(of: model.job.model.attention.form.heads), limits.tensor)
        let contexts = Self.spread(Divisors.all(of: model.job.model.sequenceLength), limits.context)
        var blocks: [TransformerSpace.BlockWork] = []
        for tensor in tensors {
            for context in contexts {
                var layout = TrainingLayout(
                    tensor: tensor, sequenceParallelism: tensor > 1 ? .on : .off, context: context,
                    microbatch: 1, globalBatch: batch)
                layout.contextMethod = context > 1 ? limits.contextMethods.first ?? .ring : .ring
                guard layout.problems(for: model.job.model).isEmpty else { continue }
                let spreads = BlockSpreads(layout, placement: model.placement)
                let seconds = model.blockSeconds(layout, spreads, shardings: limits.sharding).least
                blocks.append(
                    TransformerSpace.BlockWork(
                        seconds, microbatch: 1, inner: tensor * context, globalBatch: batch))
            }
        }
        self.blocks = blocks
    }

    /// Degrees about four times one another, or those that are allowed.
    private static func spread(_ divisors: [Int], _ allowed: [Int]?) -> [Int] {
        if let allowed { return divisors.filter(allowed.contains) }
        return divisors.reduce(into: []) { kept, degree in
            if degree >= 4 * (kept.last ?? 0), degree <= 4096 { kept.append(degree) }
        }
    }

    /// Seconds on so many accelerators.
    func seconds(gpus: Int) -> Double {
        blocks.reduce(.infinity) { least, block in
            min(least, floor.leastStep(.even, block, degrees: degrees, gpus: gpus, limit: .infinity))
        }
    }
}

/// The likely steps of members, each found when it is first asked for; asked by one search alone.
final class LikelySteps {
    private var known: [TransformerShape: LikelyStep] = [:]

    func step(_ run: MemberRun, cuts: KnownCuts, clock: SearchClock) -> LikelyStep {
        if let step = known[run.shape] { return step }
        let step = LikelyStep(run, cuts: cuts, clock: clock)
        known[run.shape] = step
        return step
    }
}
