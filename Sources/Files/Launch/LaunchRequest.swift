import Training

/// What is to be launched.
public struct LaunchRequest: Hashable, Sendable {
    /// The model.
    public var model: Transformer
    /// Its layout; legal for the model.
    public var layout: TrainingLayout
    /// Formats of its numbers.
    public var precision: TrainingPrecision
    /// Order of the ranks, innermost first.
    public var order: [LayoutDimension]
    /// What updates the weights.
    public var optimizer: TrainingOptimizer
    /// Which weights are trained.
    public var trained: TrainedWeights
    /// What the price assumes that the software does; nil: what its file says.
    public var conduct: SoftwareConduct?
    /// Architecture of the accelerators; nil where it is not known.
    public var architecture: Architecture?
    /// Ranks on a node, at least 1.
    public var ranksPerNode: Int
    /// Ranks that the innermost network joins, as a slice of a TPU; nil where it is not known.
    public var domain: Int?

    /// Makes a request.
    public init(
        model: Transformer, layout: TrainingLayout, precision: TrainingPrecision = .bf16,
        order: [LayoutDimension] = LayoutPlacement.usualOrder, optimizer: TrainingOptimizer = .adam,
        conduct: SoftwareConduct? = nil, architecture: Architecture? = nil, ranksPerNode: Int = 8,
        domain: Int? = nil, trained: TrainedWeights = .all
    ) {
        self.model = model
        self.layout = layout
        self.precision = precision
        self.order = order
        self.optimizer = optimizer
        self.trained = trained
        self.conduct = conduct
        self.architecture = architecture
        self.ranksPerNode = max(1, ranksPerNode)
        self.domain = domain
    }

    /// Ranks on a node of a machine whose innermost domain has so many.
    ///
    /// Domains of more than 16, as of racks of GB200, are made of trays of 4 (NVIDIA, GB200 NVL72 datasheet, 2024).
    /// - Parameter domain: its size; nil where there is none.
    /// - Returns: a number of at least 1; 8 where nothing is known.
    public static func ranksPerNode(ofDomain domain: Int?) -> Int {
        guard let domain, domain > 1 else { return 8 }
        return domain > 16 ? 4 : domain
    }

    /// The request with what is usual of a framework where it says nothing.
    func given(_ framework: LaunchFramework) -> LaunchRequest {
        guard conduct == nil else { return self }
        var request = self
        request.conduct = (try? SoftwareCatalogue.software(framework.software))?.conduct ?? .assumed
        return request
    }

    /// What the software does.
    var assumed: SoftwareConduct { conduct ?? .assumed }

    /// Bytes of a moment of Adam.
    var momentBytes: Double { optimizer.momentBytes(precision.moments) / 2 }
}
