import Quantities

/// What would have to change for a partition to fit.
extension PartitionShortfall {
    /// Measures the shortfall of a problem without a budget on fixed machines.
    ///
    /// The least factor on all memories is the least over partitions of the largest resident / memory, each
    /// layer treated so that it leaves least bytes on the device: a shortest path whose length is a maximum.
    /// - Parameter problem: a valid problem.
    /// - Returns: the factor; 1 or less if memory is not what is short.
    static func memoryFactor(of problem: PipelineProblem) -> Double? {
        guard case .fixed(let machines) = problem.machines else { return nil }
        let kinds = problem.chain.kinds
        let layers = problem.chain.layers
        let leanest = kinds.map { $0.treatments.map(\.resident.value).min() ?? 0 }
        var least = [Double](repeating: .infinity, count: layers.count + 1)
        least[0] = 0
        for stage in 0..<problem.stages {
            let inFlight = Double(problem.microbatchesInFlight(stage: stage))
            var next = [Double](repeating: .infinity, count: layers.count + 1)
            for start in layers.indices where least[start].isFinite {
                var bytes = 0.0
                for end in (start + 1)...layers.count {
                    let kind = layers[end - 1]
                    bytes += kinds[kind].state.value + inFlight * leanest[kind]
                    let factor = max(least[start], bytes / machines[stage].memory.value)
                    next[end] = min(next[end], factor)
                }
            }
            least = next
        }
        return least[layers.count].isFinite ? least[layers.count] : nil
    }
}
