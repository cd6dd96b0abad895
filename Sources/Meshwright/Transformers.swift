// The transformer model under the names of its modules.

import Evidence
import Files
public import Optimization
import Planning
public import ScalingModel
import Training
import TransformerModel

/// A decoder-only transformer to be trained.
public typealias Transformer = Training.Transformer
/// Formats of the numbers of a training run.
public typealias TrainingPrecision = Training.TrainingPrecision
/// Model, precision and kernels.
public typealias TrainingJob = TransformerModel.TrainingJob
/// Which kernels a run uses.
public typealias KernelSet = Training.KernelSet
/// Kernels that a run states; the rest is what every run is taken to use.
public typealias StatedKernels = Training.StatedKernels
/// How scores are computed.
public typealias AttentionKernel = Training.AttentionKernel
/// Degrees, schedule, sharding, batch and memory savings of a transformer's training.
public typealias TrainingLayout = Training.TrainingLayout
/// What replicas keep in shards.
public typealias Sharding = Training.Sharding
/// State kept in the host's memory.
public typealias Offload = Training.Offload
/// What connects an accelerator with the memory of its host.
public typealias HostLink = Training.HostLink
/// Order of the passes through the pipeline of a layout.
public typealias Schedule = Training.Schedule
/// Which activations are computed a second time.
public typealias LayoutRecomputation = Training.LayoutRecomputation
/// Whether activations between matrices are split along the sequence.
public typealias SequenceParallelism = Training.SequenceParallelism
/// A decision of a layout under its names, with how it is read and written.
public typealias LayoutField = Training.LayoutField
/// Why a layout is not legal.
public typealias LayoutProblem = Training.LayoutProblem
/// Prices one step of a layout: time and memory.
public typealias TransformerStepModel = TransformerModel.TransformerStepModel
/// Costs of everything in a stage, shared by layouts with the same block.
public typealias BlockCosts = TransformerModel.BlockCosts
/// What the stages of a pipeline hold, shared by layouts with the same cut.
public typealias StageTable = TransformerModel.StageTable
/// Where ranks lie that exchange something once a step, shared by layouts with the same degrees.
public typealias StepSpreads = TransformerModel.StepSpreads
/// Where the seconds of a step go.
public typealias StepBreakdown = TransformerModel.StepBreakdown
/// Where the memory of the fullest rank goes.
public typealias MemoryFootprint = TransformerModel.MemoryFootprint
/// A question about a transformer on a machine.
public typealias TransformerQuestion = TransformerModel.TransformerQuestion
/// What is given of accelerators, compute and time.
public typealias TransformerGiven = TransformerModel.TransformerGiven
/// A named transformer with what may change of it, and by which laws its shapes compare.
public typealias TransformerFamily = Training.TransformerFamily
/// The shapes that a family has.
public typealias FamilyGrid = Training.FamilyGrid
/// The numbers of a transformer that a family varies.
public typealias TransformerShape = Training.TransformerShape
/// The loss by which shapes of transformers compare.
public typealias TransformerLoss = Training.TransformerLoss
/// Loss as a function of parameters, tokens and sparsity.
public typealias SparseLoss = Training.SparseLoss
/// What a member of a family is worth.
public typealias MemberValue = Training.MemberValue
/// What a search of layouts may choose.
public typealias LayoutLimits = TransformerModel.LayoutLimits
/// A training software: which layouts it runs.
public typealias TrainingSoftware = Training.TrainingSoftware
/// Why a training software cannot run a layout.
public typealias SoftwareProblem = Training.SoftwareProblem
/// The training software that comes with the library.
public typealias SoftwareCatalogue = Files.SoftwareCatalogue
/// Which sizes a shard group may have.
public typealias ShardGroups = TransformerModel.ShardGroups
/// Answers questions about transformers.
public typealias TransformerPlanner = TransformerModel.TransformerPlanner
/// The best layouts with what was proved.
public typealias TransformerAnswer = TransformerModel.TransformerAnswer
/// Steps that somebody measured on a cluster of his own.
public typealias MeasuredTable = Evidence.MeasuredTable
/// A machine and a software as such steps show them.
public typealias StepAnchor = Evidence.StepAnchor
/// What an anchor did, and what it is worth.
public typealias AnchorReport = Evidence.AnchorReport
/// When searches must end.
public typealias SearchClock = Optimization.SearchClock
/// Why a legal layout cannot do the run that is asked for.
public typealias RunShortfall = TransformerModel.RunShortfall
/// A layout with its price.
public typealias PricedLayout = TransformerModel.PricedLayout
/// Where the hours of a long run go: training, checkpoints, lost work, restarts, stragglers.
public typealias Goodput = Training.Goodput
/// Failures, stragglers and spares of a run.
public typealias ReliabilityFactors = Training.ReliabilityFactors
/// What interrupts a run, and how it comes back.
public typealias FailureModel = Training.FailureModel

extension Catalogue {
    /// Names of the transformers that come with the library.
    public static var models: [String] { ModelCatalogue.names }

    /// A transformer of the catalogue, of a model file, or of a Hugging Face `config.json`.
    /// - Parameters:
    ///   - reference: a catalogue name or the path of a file.
    ///   - overrides: `key=value` texts that replace single values; a `config.json` needs `sequence_length=…`, the tokens of
    ///     a training sequence, as it states the longest alone.
    /// - Returns: the transformer.
    /// - Throws: ``ScenarioError`` naming what is wrong.
    public static func model(
        _ reference: String, overrides: [String] = []
    ) throws(ScenarioError) -> Transformer {
        try ModelLookup.entry(reference, overrides: overrides, example: "sequence_length=4096").model
    }
}
