import Training

/// Layouts of a model that a framework cannot be told of, though its software runs such layouts of other models.
public struct LayoutGap: Hashable, Sendable {
    /// Which layouts.
    public enum Layouts: Hashable, Sendable, CaseIterable {
        /// With a pipeline of chunks that take turns.
        case interleaved
        /// With context ranks.
        case contextRanks
        /// That compute some modules of a layer again.
        case recomputedModules
    }

    /// Which layouts.
    public let layouts: Layouts
    /// One clause: why, and what goes.
    public let reason: String

    /// Whether a layout is one of them.
    /// - Parameter layout: of the model.
    /// - Returns: true where it cannot be written.
    public func contains(_ layout: TrainingLayout) -> Bool {
        switch layouts {
        case .interleaved: layout.schedule == .interleaved
        case .contextRanks: layout.context > 1
        case .recomputedModules: [.selective, .modules].contains(layout.recomputation.kind)
        }
    }
}

extension LaunchFramework {
    /// What it lacks of a model's layouts, besides what its software lacks.
    /// - Parameter request: model and architecture.
    /// - Returns: gaps; none for most models.
    public func layoutGaps(of request: LaunchRequest) -> [LayoutGap] {
        switch self {
        case .megatronBridge where MegatronMixers.way(request.model) == .oneParts:
            // megatron-bridge 0.6.2, `HybridModelProvider.provide`.
            [
                LayoutGap(
                    layouts: .interleaved,
                    reason:
                        "Megatron Bridge does not interleave chunks of layers of one part; --fix chunks=1 goes"
                )
            ]
        case .maxText: MaxTextModel.layoutGaps(of: request)
        case .megatronLM, .megatronBridge, .deepSpeed, .torchtitan: []
        }
    }
}
