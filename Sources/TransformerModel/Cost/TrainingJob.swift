import Quantities
import Training

/// A model to train with everything that decides its price but the layout and the machine.
public struct TrainingJob: Hashable, Sendable {
    /// The model.
    public var model: Transformer
    /// Formats of numbers.
    public var precision: TrainingPrecision
    /// What updates the weights.
    public var optimizer: TrainingOptimizer
    /// Which weights are trained.
    public var trained: TrainedWeights
    /// Kernels that are not the software's own.
    public var kernels: StatedKernels
    /// What the software does with a layout.
    public var conduct: SoftwareConduct

    /// Makes a job.
    public init(
        model: Transformer, precision: TrainingPrecision = .bf16, optimizer: TrainingOptimizer = .adam,
        trained: TrainedWeights = .all, kernels: StatedKernels = StatedKernels(),
        conduct: SoftwareConduct = .assumed
    ) {
        self.model = model
        self.precision = precision
        self.optimizer = optimizer
        self.trained = trained
        self.kernels = kernels
        self.conduct = conduct
    }

    /// Formats, optimizer and what is trained in a few words; what is usual is not named.
    public var formatWords: String {
        ([precision.name] + (optimizer == .adam ? [] : [optimizer.rawValue])
            + [trained.words].compactMap { $0 })
            .joined(separator: ", ")
    }

    /// Bytes of the master copy and the moments of a weight.
    var stateBytes: Double {
        (precision.masterWeights?.size.value ?? 0) + optimizer.momentBytes(precision.moments)
    }

    /// Bytes that an update reads and writes for a weight: gradient and master copy in fp32, moments, and the 16-bit
    /// weight; 30 for Adam in fp32.
    var updateBytes: Double { 14 + 2 * optimizer.momentBytes(precision.moments) }

    /// The kernels that run.
    public var kernelSet: KernelSet { conduct.kernels.stating(kernels) }

    /// Rows that the busiest expert's rank works on, over the even share.
    /// - Parameter experts: of the model; a capacity pads or drops to just that.
    /// - Returns: a factor above 0.
    func load(of experts: ExpertLayers) -> Double {
        experts.capacityFactor ?? max(experts.imbalanceFactor, conduct.expertBalance)
    }

    /// Tokens times experts that a rank sends out: padded to the capacity, or stretched by the imbalance.
    func routedRows(_ shape: BlockShape, _ experts: ExpertLayers) -> Double {
        shape.tokens / shape.tensor * Double(experts.topK) * load(of: experts)
    }

    /// Memory that a layout may fill: what a process can use, less the software's head room.
    /// - Parameter machine: the machine.
    /// - Returns: bytes.
    public func memoryLimit(on machine: Accelerator) -> Bytes {
        machine.memory.usable * (1 - conduct.headroom)
    }
}
