import Training

/// The choices of recomputation that limits allow.
extension LayoutLimits {
    /// Choices by module.
    /// - Parameter model: what is trained.
    /// - Returns: the choices, those with fewer modules first.
    func recomputationsByModule(of model: Transformer) -> [LayoutRecomputation] {
        let sets =
            recomputation.contains(.modules)
            ? recomputedModules.map { $0.filter { $0.problem(for: model) == nil } }
                ?? RecomputedModules.sets(of: model, known: software.recomputedModules) : []
        guard recomputation.contains(.selective) else { return sets.map { .modules($0) } }
        // The same set by name would be the same layout once more.
        return [.selective] + sets.filter { $0 != software.conduct.selective }.map { .modules($0) }
    }

    /// How many choices there are.
    /// - Parameters:
    ///   - modules: choices by module, as many as ``recomputationsByModule(of:)`` lists.
    ///   - most: layers of the largest stage.
    /// - Returns: choices.
    func recomputationCount(byModule modules: Int, mostLayers most: Int) -> Int {
        recomputation.reduce(modules) { sum, kind in
            switch kind {
            case .nothing, .full: sum + 1
            case .layers: sum + max(0, most - 1)
            case .selective, .modules: sum
            }
        }
    }

    /// The choices of which one holds least, whatever the stages.
    /// - Parameters:
    ///   - model: what is trained.
    ///   - most: layers that may be recomputed in part of a stage.
    /// - Returns: the choices.
    func leanRecomputations(of model: Transformer, mostLayers most: Int) -> [LayoutRecomputation] {
        recomputationsByModule(of: model)
            + recomputation.compactMap { kind in
                switch kind {
                case .nothing: .nothing
                case .full: .full
                case .layers: .layersPerStage(max(1, most))
                case .selective, .modules: nil
                }
            }
    }
}
