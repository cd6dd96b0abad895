import Optimization
import Quantities
import ScalingModel

extension PricedPlan {
    /// Whether ``memory`` has activations in it: not in published accounting without recomputation.
    public var countsActivations: Bool {
        model.settings.accounting == .corrected || model.settings.recomputation != .none
    }

    /// What ``memory`` counts, in words.
    public var memoryCounted: String {
        countsActivations
            ? "weights, optimizer state and activations" : "weights and optimizer state, no activations"
    }

    /// Bytes over the whole cluster with activations, in corrected accounting.
    public var memoryWithActivations: Bytes {
        var settings = model.settings
        settings.accounting = .corrected
        let corrected = StepModel(
            machine: model.machine, shape: model.shape, batchTokens: model.batchTokens, settings: settings)
        return Bytes(corrected.memoryBytes(plan))
    }
}
