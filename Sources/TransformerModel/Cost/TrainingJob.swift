import Quantities
import Training

/// A model to train with everything that decides its price but the layout and the machine.
public struct TrainingJob: Hashable, Sendable {
    /// The model.
    public var model: Transformer
    /// Formats of numbers.
    public var precision: TrainingPrecision
    /// Kernels that are not the software's own.
    public var kernels: StatedKernels
    /// What the software does with a layout.
    public var conduct: SoftwareConduct

    /// Makes a job.
    public init(
        model: Transformer, precision: TrainingPrecision = .bf16, kernels: StatedKernels = StatedKernels(),
        conduct: SoftwareConduct = .assumed
    ) {
        self.model = model
        self.precision = precision
        self.kernels = kernels
        self.conduct = conduct
    }

    /// The kernels that run.
    public var kernelSet: KernelSet { conduct.kernels.stating(kernels) }

    /// Memory that a layout may fill: what a process can use, less the software's head room.
    /// - Parameter machine: the machine.
    /// - Returns: bytes.
    public func memoryLimit(on machine: Accelerator) -> Bytes {
        machine.memory.usable * (1 - conduct.headroom)
    }
}
