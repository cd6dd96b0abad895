import Planning
import Quantities
import Training
import TransformerModel

/// Factors on a run that its steps know nothing of; none unless asked for.
///
/// Searches do not see them: they find the fastest steps, and reports say what becomes of the run.
public struct RunFactors: Sendable {
    /// Failures, stragglers and spares; nil leaves them out.
    public var reliability: ReliabilityFactors?

    /// Money and energy of an hour; nil leaves both out.
    public var prices: RunPrices?

    /// Takes the factors.
    public init(reliability: ReliabilityFactors? = nil, prices: RunPrices? = nil) {
        self.reliability = reliability
        self.prices = prices
    }

    /// Accelerators kept aside.
    var spares: Int { reliability?.spares ?? 0 }

    /// Shares of the time of a run.
    func goodput(_ layout: PricedLayout) -> Goodput? {
        reliability.map { Goodput($0, accelerators: layout.layout.gpus, step: layout.step.total) }
    }
}
