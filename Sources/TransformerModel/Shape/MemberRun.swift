import Optimization
import Quantities
import Training

/// A run of one member of a family, with what no layout of it is below.
struct MemberRun {
    let value: MemberValue
    /// Compute that the run spends, FLOP.
    let flop: Double
    /// The question about the member alone.
    let question: TransformerQuestion
    let model: TransformerStepModel
    /// Accelerator-seconds of a step at the least.
    private let work: Double
    private let holding: Double
    /// What a search over shapes goes by; nothing of the run is below it.
    var bound = 0.0

    var shape: TransformerShape { value.shape }
    /// Seconds that a step may take; infinite where no time is given.
    var deadline: Double { question.longestStep.value }
    /// Steps of the run.
    var steps: Double { flop / question.stepFlop }

    /// Prepares the run of a member.
    /// - Parameters:
    ///   - value: of the member.
    ///   - flop: compute that the run spends.
    ///   - asked: the question about the family.
    init(_ value: MemberValue, flop: Double, asked: TransformerQuestion) {
        self.value = value
        self.flop = flop
        question = asked.about(value.model, flop: flop)
        model = TransformerStepModel(job: question.job, machine: question.machine)
        work = model.leastBlockWork(globalBatch: question.globalBatch, shardings: question.limits.sharding)
        holding = model.holdingGPUs(
            offload: question.limits.offload.reduce(Offload()) { $0.union($1) })
    }

    /// Seconds of a step on so many accelerators at the least; infinite where they cannot hold the model.
    func leastStep(gpus: Int) -> Double {
        Double(gpus) < holding ? .infinity : model.leastStep(work: work, rate: model.leastRate(gpus: gpus))
    }

    /// Seconds of the run on so many accelerators at the least.
    func leastSeconds(gpus: Int) -> Double { leastStep(gpus: gpus) * steps * (1 - 1e-12) }

    /// Accelerators below which no step is done in time; nil where none of up to `most` are enough.
    ///
    /// The least step falls with the accelerators, so a bisection finds them.
    func fewestGPUs(deadline: Double, most: Int) -> Int? {
        guard leastStep(gpus: most) <= deadline else { return nil }
        var (low, high) = (0, most)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if leastStep(gpus: middle) <= deadline { high = middle } else { low = middle }
        }
        return high
    }

    /// Seconds that a step of a run of so many seconds may take, a little too many for rounding.
    func step(ofRun seconds: Double) -> Double { seconds / steps * (1 + 1e-12) }
}

extension TransformerQuestion {
    /// The same question about one model, which runs a compute of its own.
    /// - Parameters:
    ///   - model: a member of ``family``.
    ///   - flop: compute that its run spends, which the batch follows where a law says so.
    /// - Returns: the question without a family.
    package func about(_ model: Transformer, flop: Double) -> TransformerQuestion {
        var question = batched(batch(flop: flop))
        question.family = nil
        question.job.model = model
        question.given =
            switch given {
            case .gpus, .gpusAndTime: given
            case .gpusAndFlop(let gpus, _): .gpusAndFlop(gpus: gpus, flop: flop)
            case .flopAndTime(_, let time): .flopAndTime(flop: flop, time: time)
            }
        return question
    }

    /// Sequences of a step of a run: by the law, as of a dense model, or those given.
    package func batch(flop: Double) -> Int {
        batchLaw?.sequences(flop: flop, experts: 1, sequenceLength: job.model.sequenceLength) ?? globalBatch
    }
}

extension TransformerQuestion {
    /// The same question with the named shape as the only one; itself where the model is given.
    public var ofNamedShape: TransformerQuestion {
        var question = self
        question.family?.grid.widths = []
        return question
    }
}
