import Optimization
import Quantities
import Training

/// What is given of accelerators, compute and time; the rest is asked.
public enum TransformerGiven: Hashable, Sendable {
    /// Accelerators alone: the fastest step.
    case gpus(Int)
    /// Accelerators and compute: the fastest run.
    case gpusAndFlop(gpus: Int, flop: Double)
    /// Compute and time: the fewest accelerators.
    case flopAndTime(flop: Double, time: Seconds)
    /// Accelerators and time: the largest run.
    case gpusAndTime(gpus: Int, time: Seconds)

    /// Model FLOP of the run, where they are given.
    public var flop: Double? {
        switch self {
        case .gpusAndFlop(_, let flop), .flopAndTime(let flop, _): flop
        case .gpus, .gpusAndTime: nil
        }
    }
}

/// A question about a transformer on a machine.
public struct TransformerQuestion: Sendable {
    /// Model, precision, kernels.
    public var job: TrainingJob
    /// The machine.
    public var machine: Accelerator
    /// What is given.
    public var given: TransformerGiven
    /// Sequences in a step.
    public var globalBatch: Int
    /// How the batch follows the compute where runs of many sizes are asked about, as of a dense model; nil keeps
    /// ``globalBatch``.
    public var batchLaw: BatchLaw?
    /// The family whose shapes are searched with the layouts; nil takes the model as it is.
    ///
    /// Its named model is that of ``job``, and the compute that is given is effective compute.
    public var family: TransformerFamily?
    /// What keeps the run from training all the time: where it is given, times that are given and asked are those of the
    /// wall clock, with what failures, checkpoints, restarts and stragglers take; nil counts training alone.
    ///
    /// Spares are not among the accelerators of the question.
    public var goodput: ReliabilityFactors?
    /// What may be chosen.
    public var limits = LayoutLimits()
    /// How many of the best layouts, at least 1.
    public var wanted = 1
    /// Which engine searches.
    public var engine = Engine.auto
    /// Longest search; infinite for none.
    public var timeLimit = Seconds(.infinity)

    /// Asks.
    public init(
        job: TrainingJob, machine: Accelerator, given: TransformerGiven, globalBatch: Int
    ) {
        self.job = job
        self.machine = machine
        self.given = given
        self.globalBatch = globalBatch
    }

    /// The most accelerators that an answer may use, and that questions may give.
    public static let mostGPUs = 1 << 30

    /// Batches that questions may have, sequences.
    public static let batches = 1...(1 << 24)

    /// The most layouts that a question may ask for.
    public static let mostWanted = 10_000

    /// Model FLOP of a step: forward and backward once, every key of the sequence counted, nothing recomputed.
    public var stepFlop: Double {
        job.modelFlop(counting: .full).value * Double(globalBatch)
    }

    /// Memory that a layout may fill.
    public var memoryLimit: Bytes { job.memoryLimit(on: machine) }

    /// Memory that a process could use and a layout leaves free; zero of one without end.
    public var headroom: Bytes {
        memoryLimit.value.isFinite ? machine.memory.usable - memoryLimit : .zero
    }

    /// Tokens of a step.
    public var stepTokens: Double { Double(globalBatch) * Double(job.model.sequenceLength) }

    /// The same question with so many sequences in a step, whatever law its batch followed.
    package func batched(_ sequences: Int) -> TransformerQuestion {
        var question = self
        (question.globalBatch, question.batchLaw) = (sequences, nil)
        return question
    }

    /// Checks the numbers.
    /// - Throws: ``TransformerQuestionError`` naming the value, why, and what would do.
    public func validate() throws(TransformerQuestionError) {
        do { try job.model.validate() } catch { throw TransformerQuestionError("\(error)") }
        do { try machine.validate() } catch { throw TransformerQuestionError("\(error)") }
        if let rank = job.trained.rank, !(1...TrainedWeights.mostRank).contains(rank) {
            throw TransformerQuestionError(
                "the rank of adapters is \(rank); 1 to \(TrainedWeights.mostRank) is accepted")
        }
        guard Self.batches.contains(globalBatch) else {
            throw TransformerQuestionError(
                "the batch is \(globalBatch) sequences; 1 to 16777216 is accepted")
        }
        func check(gpus: Int) throws(TransformerQuestionError) {
            guard (1...Self.mostGPUs).contains(gpus) else {
                throw TransformerQuestionError(
                    "gpus is \(gpus); 1 to \(Self.mostGPUs) is accepted for a transformer")
            }
        }
        func check(_ name: String, _ value: Double) throws(TransformerQuestionError) {
            guard value > 0, value.isFinite else {
                throw TransformerQuestionError("\(name) is \(value); a finite number above zero is needed")
            }
        }
        switch given {
        case .gpus(let gpus): try check(gpus: gpus)
        case .gpusAndFlop(let gpus, let flop):
            try check(gpus: gpus)
            try check("flop", flop)
        case .flopAndTime(let flop, let time):
            try check("flop", flop)
            try check("time", time.value)
        case .gpusAndTime(let gpus, let time):
            try check(gpus: gpus)
            try check("time", time.value)
        }
        if let family { try checkFamily(family) }
        guard goodput == nil || wanted == 1 else {
            throw TransformerQuestionError(
                "\(wanted) layouts of a run with its failures are wanted; the best one alone is answered so far"
            )
        }
        guard (1...Self.mostWanted).contains(wanted) else {
            throw TransformerQuestionError(
                "\(wanted) layouts are wanted; 1 to \(Self.mostWanted) is accepted")
        }
    }

    private func checkFamily(_ family: TransformerFamily) throws(TransformerQuestionError) {
        guard family.named == job.model else {
            throw TransformerQuestionError(
                "the family is that of \(family.named.name), and the model is another; name one for both")
        }
        if case .gpus = given {
            throw TransformerQuestionError(
                "a step alone has no best shape; give a compute or a time with the accelerators")
        }
        guard wanted == 1 else {
            throw TransformerQuestionError(
                "\(wanted) layouts of a free shape are wanted; the best one alone is answered so far")
        }
    }
}

/// Why a question cannot be asked.
public struct TransformerQuestionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: which value, why, what would be accepted.
    public let description: String

    init(_ description: String) { self.description = description }
}
