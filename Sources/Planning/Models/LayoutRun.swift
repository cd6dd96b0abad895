import Optimization
import Quantities
import Training
import TransformerModel

/// A layout of a given transformer for a run of some compute.
public struct LayoutRun: PricedRun {
    /// The question it answers.
    public let question: TransformerQuestion
    /// The layout with its price.
    public let priced: PricedLayout
    /// Model FLOP of the run.
    public let flop: Double
    /// Accelerators that are or must be given.
    public private(set) var gpusGiven: Int
    /// Share of the sustained rate at which the accelerators used work.
    public let busyShare: Double
    /// Model FLOP a second over the peak of the accelerators used (MFU).
    public let utilizationOfUsed: Double
    /// What a step takes on average: on the wall clock where the question gives what keeps the run from training.
    public let wallStep: Seconds

    /// Takes a layout with its price.
    /// - Parameters:
    ///   - priced: of the question's model and batch.
    ///   - question: that it answers.
    ///   - flop: of the run.
    ///   - gpusGiven: accelerators given or needed.
    ///   - model: that priced it.
    public init(
        _ priced: PricedLayout, question: TransformerQuestion, flop: Double, gpusGiven: Int,
        model: TransformerStepModel
    ) {
        self.priced = priced
        self.question = question
        self.flop = flop
        self.gpusGiven = gpusGiven
        busyShare =
            model.hardwareUtilization(priced.layout, step: priced.step.total)
            / question.machine.compute.sustainedFraction
        utilizationOfUsed = model.modelUtilization(priced.layout, step: priced.step.total)
        wallStep = question.wallStep(priced)
    }

    /// The best layout of an answer, of one step where only a step was asked for; nil where there is none.
    public init?(_ answer: TransformerAnswer) {
        guard let best = answer.best else { return nil }
        self = answer.run(best)
    }

    /// The layout.
    public var layout: TrainingLayout { priced.layout }
    /// Steps of the run, the last of which may be partial.
    public var steps: Double { flop / question.stepFlop }
    /// Tokens of the run.
    public var tokens: Double { steps * question.stepTokens }

    /// The machine.
    public var machine: Accelerator { question.machine }
    /// The decisions as a text, after the model, which is one of them where the shape is free.
    public var identity: String { "\(question.job.model.name): \(layout)" }

    /// As many accelerators as the layout has ranks.
    public var onLeastCluster: LayoutRun {
        var run = self
        run.gpusGiven = gpus
        return run
    }

    /// Ranks of the layout.
    public var gpus: Int { layout.gpus }
    /// Time of the whole run, on the wall clock where that is asked about.
    public var total: Seconds { wallStep * steps }
    /// Share of the peak of all accelerators given, over the time of the run.
    public var utilization: Double {
        utilizationOfUsed * (priced.step.total / wallStep) * (Double(gpus) / Double(gpusGiven))
    }

    /// The longest part of the step.
    public var binding: String { priced.step.largest }

    /// Ways to parallelize with their degrees.
    public var parallelism: [(name: String, degree: Int)] {
        [
            ("tensor", layout.tensor), ("context", layout.context), ("pipeline", layout.pipeline),
            ("expert", layout.expert), ("data", layout.data),
        ]
    }
}

extension TransformerAnswer {
    /// Layouts of one question that were given and not searched, in their order.
    /// - Parameter runs: at least one.
    public init(pricing runs: [LayoutRun]) {
        guard let first = runs.first else { preconditionFailure("an answer to price has a layout") }
        var question = first.question
        question.wanted = runs.count
        let flop: Double? = if case .gpus = question.given { nil } else { first.flop }
        self.init(
            question: question, layouts: runs.map(\.priced), certificate: .given, infeasibility: [],
            flop: flop, gpusGiven: first.gpusGiven)
    }

    /// Layouts as runs, best first; where only a step was asked for, of its compute.
    public var plans: [LayoutRun] { layouts.map(run) }

    fileprivate func run(_ layout: PricedLayout) -> LayoutRun {
        LayoutRun(
            layout, question: member, flop: flop ?? member.stepFlop, gpusGiven: gpusGiven, model: model)
    }
}

/// A layout as journals keep it: its decisions, and the time of its step to notice that a price has changed.
public struct RecordedLayout: Codable, Hashable, Sendable {
    /// The layout.
    public let layout: TrainingLayout
    /// Accelerators that are or must be given.
    public let gpusGiven: Int
    /// Seconds of a step when it was found.
    public let stepSeconds: Double
    /// Model FLOP of the run.
    public let flop: Double
    /// Shape of the model where it was free.
    public let shape: TransformerShape?

    /// Takes what is kept.
    public init(
        layout: TrainingLayout, gpusGiven: Int, stepSeconds: Double, flop: Double,
        shape: TransformerShape? = nil
    ) {
        self.layout = layout
        self.gpusGiven = gpusGiven
        self.stepSeconds = stepSeconds
        self.flop = flop
        self.shape = shape
    }
}
