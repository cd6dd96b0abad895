import Training

/// How far predictions of steps like one another were from published steps, each by a fit that had not seen the
/// step's group.
///
/// Alike are steps of one software, with or without experts, on machines of one architecture. What the table has is what
/// `meshwright calibrate --all --leave-one-group-out` prints for the published steps; `docs/transformer-accuracy.md`.
public struct PredictionBand: Hashable, Sendable {
    /// Software, whether the model has experts, and architecture, as ``name(software:hasExperts:architecture:)`` writes
    /// them.
    public let name: String
    /// Published steps.
    public let rows: Int
    /// Half of them were nearer to their prediction than this share of it was off.
    public let median: Double
    /// Of ten steps one took less than this multiple of its prediction, and one more than that.
    public let low: Double
    /// The upper end.
    public let high: Double

    /// What predictions have in common.
    /// - Parameters:
    ///   - software: name of its catalogue entry.
    ///   - hasExperts: whether the model has layers with experts.
    ///   - architecture: of the machine, or its name where it has none.
    /// - Returns: one text.
    public static func name(software: String, hasExperts: Bool, architecture: String) -> String {
        "\(software), \(hasExperts ? "experts" : "dense"), \(architecture)"
    }

    /// The band of steps like some.
    /// - Parameters:
    ///   - software: name of its catalogue entry.
    ///   - model: what is trained.
    ///   - machine: where.
    /// - Returns: the band; nil where no such step was published.
    public static func of(software: String, model: Transformer, machine: Accelerator) -> PredictionBand? {
        let name = name(
            software: software, hasExperts: model.experts != nil,
            architecture: machine.architecture?.rawValue ?? machine.name)
        return published.first { $0.name == name }
    }
}
