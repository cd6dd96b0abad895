// The transformer model under the names of its modules.

import Hardware
import Pipeline
import Reliability
import Scenario
public import Search
import Strategy
import TransformerCost
import TransformerSearch
import Workload

/// A decoder-only transformer to be trained.
public typealias Transformer = Workload.Transformer
/// Formats of the numbers of a training run.
public typealias TrainingPrecision = Workload.TrainingPrecision
/// Model, precision and kernels.
public typealias TrainingJob = TransformerCost.TrainingJob
/// Which kernels a run uses.
public typealias KernelSet = TransformerCost.KernelSet
/// Kernels that a run states; the rest is what every run is taken to use.
public typealias StatedKernels = TransformerCost.StatedKernels
/// How scores are computed.
public typealias AttentionKernel = TransformerCost.AttentionKernel
/// Degrees, schedule, sharding, batch and memory savings of a transformer's training.
public typealias TrainingLayout = Strategy.TrainingLayout
/// What replicas keep in shards.
public typealias Sharding = Strategy.Sharding
/// State kept in the host's memory.
public typealias Offload = Strategy.Offload
/// What connects an accelerator with the memory of its host.
public typealias HostLink = Hardware.HostLink
/// Order of the passes through the pipeline of a layout.
public typealias LayoutSchedule = Strategy.LayoutSchedule
/// Which activations are computed a second time.
public typealias LayoutRecomputation = Strategy.LayoutRecomputation
/// Whether activations between matrices are split along the sequence.
public typealias SequenceParallelism = Strategy.SequenceParallelism
/// A decision of a layout under its names, with how it is read and written.
public typealias LayoutField = Strategy.LayoutField
/// Why a layout is not legal.
public typealias LayoutProblem = Strategy.LayoutProblem
/// Prices one step of a layout: time and memory.
public typealias TransformerStepModel = TransformerCost.TransformerStepModel
/// Costs of everything in a stage, shared by layouts with the same block.
public typealias BlockCosts = TransformerCost.BlockCosts
/// What the stages of a pipeline hold, shared by layouts with the same cut.
public typealias StageTable = TransformerCost.StageTable
/// Where ranks lie that exchange something once a step, shared by layouts with the same degrees.
public typealias StepSpreads = TransformerCost.StepSpreads
/// Where the seconds of a step go.
public typealias StepBreakdown = TransformerCost.StepBreakdown
/// Where the memory of the fullest rank goes.
public typealias MemoryFootprint = TransformerCost.MemoryFootprint
/// A question about a transformer on a machine.
public typealias TransformerQuestion = TransformerSearch.TransformerQuestion
/// What is given of accelerators, compute and time.
public typealias TransformerGiven = TransformerSearch.TransformerGiven
/// What a search of layouts may choose.
public typealias LayoutLimits = TransformerSearch.LayoutLimits
/// Which sizes a shard group may have.
public typealias ShardGroups = TransformerSearch.ShardGroups
/// Answers questions about transformers.
public typealias TransformerPlanner = TransformerSearch.TransformerPlanner
/// The best layouts with what was proved.
public typealias TransformerAnswer = TransformerSearch.TransformerAnswer
/// When searches must end.
public typealias SearchClock = Search.SearchClock
/// Why a legal layout cannot do the run that is asked for.
public typealias RunShortfall = TransformerSearch.RunShortfall
/// A layout with its price.
public typealias PricedLayout = TransformerSearch.PricedLayout
/// Where the hours of a long run go: training, checkpoints, lost work, restarts, stragglers.
public typealias Goodput = Reliability.Goodput
/// Failures, stragglers and spares of a run.
public typealias ReliabilityFactors = Reliability.ReliabilityFactors
/// What interrupts a run, and how it comes back.
public typealias FailureModel = Reliability.FailureModel

extension Catalogue {
    /// Names of the transformers that come with the library.
    public static var models: [String] { ModelCatalogue.names }

    /// A transformer of the catalogue, of a model file, or of a Hugging Face `config.json`.
    /// - Parameters:
    ///   - reference: a catalogue name or the path of a file.
    ///   - overrides: `key=value` texts that replace single values.
    /// - Returns: the transformer.
    /// - Throws: ``ScenarioError`` naming what is wrong.
    public static func model(
        _ reference: String, overrides: [String] = []
    ) throws(ScenarioError) -> Transformer {
        try ModelLookup.entry(reference, overrides: overrides).model
    }
}
