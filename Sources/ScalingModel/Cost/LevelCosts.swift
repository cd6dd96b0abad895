/// What traffic costs on each network level, in the units that the collectives' formulas multiply.
///
/// For one accelerator; N of them share a buffer's seconds. What bounds on placements are made of.
public struct LevelCosts: Hashable, Sendable {
    /// Seconds of one tensor buffer of one word a token, over the whole step.
    public let tensorBuffer: LevelVector
    /// Seconds of one copy of all parameters.
    public let dataBuffer: LevelVector
    /// Seconds if every token crossed the level at every layer interface.
    public let hop: LevelVector
    /// Seconds of latency of a step where a tensor degree uses the level.
    public let tensorLatency: LevelVector
    /// Seconds of latency of a step where the data degree uses the level.
    public let dataLatency: LevelVector
    /// Seconds of latency of a step if every layer interface crossed the level.
    public let hopLatency: LevelVector
}

extension StepModel {
    /// What traffic costs on each network level.
    public var levelCosts: LevelCosts {
        LevelCosts(
            tensorBuffer: tensorScale, dataBuffer: dataScale, hop: hopScale, tensorLatency: tensorLatency,
            dataLatency: dataLatency, hopLatency: hopLatency)
    }
}
