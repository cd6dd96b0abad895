/// A whole stage, priced: one machine, a range of layers and the best way to keep their activations.
struct StageColumn {
    let stage: Int
    /// Place in `MachineSupply.machines`.
    let machine: Int
    /// First layer.
    let start: Int
    /// The layer after the last.
    let end: Int
    /// Forward time of a microbatch, transfer included.
    let forward: Double
    /// Backward time of a microbatch, extra time and transfer included.
    let backward: Double
    /// Use of the job's budget, in its unit; 0 without one.
    let use: Double
    /// The mix: its front and its place there.
    let front: Int
    let point: Int

    var time: Double { forward + backward }
    var length: Int { end - start }
}

/// All stages worth considering, by stage.
struct ColumnTable {
    /// Columns of each stage, in order of start, then end, then machine.
    let columns: [[StageColumn]]
    /// The mixes the columns refer to.
    let library: MixLibrary

    var count: Int { columns.reduce(0) { $0 + $1.count } }

    /// Prices every range of layers on every stage that could be part of a partition not above a ceiling.
    ///
    /// A stage of time t makes the step at least W + (M - 1) t, with W the layers' time on the fastest
    /// machines. So with a partition of step time U in hand, stages of more than (U - W) / (M - 1) can be
    /// left out without losing any partition that is better.
    /// - Parameters:
    ///   - problem: a valid problem.
    ///   - incumbent: step time of a partition in hand; infinity for none.
    ///   - stop: asked for each first layer; a true answer leaves the table incomplete.
    init(_ problem: PipelineProblem, incumbent: Double = .infinity, stop: () -> Bool = { false }) {
        let pricer = ColumnPricer(problem)
        let slack = (incumbent - pricer.leastWork) / Double(max(problem.microbatches - 1, 1))
        // The part in a billion keeps the incumbent's own stages in spite of rounding.
        let ceiling =
            problem.microbatches > 1 && incumbent.isFinite
            ? slack + 1e-9 * incumbent : Double.infinity
        var library = pricer.library
        var columns: [[StageColumn]] = Array(repeating: [], count: problem.stages)
        let layers = problem.chain.layers
        for start in layers.indices where !stop() {
            var front = MixLibrary.empty
            var range = RangeSums()
            for end in (start + 1)...layers.count {
                range.add(problem.chain.kinds[layers[end - 1]])
                if pricer.leastSlowness * (range.forward + range.backward) > ceiling { break }
                // The first stage starts at 0; others leave room for those before and behind.
                let stages = pricer.stages(start: start, end: end)
                front = library.front(adding: layers[end - 1], to: front)
                if library.fronts[front].points.isEmpty { break }
                for stage in stages {
                    pricer.append(
                        stage: stage, range: (start, end, range), front: front, library: library,
                        ceiling: ceiling, to: &columns[stage])
                }
            }
        }
        self.columns = columns
        self.library = library
    }
}

/// Sums over a range of layers before any treatment.
struct RangeSums {
    var forward = 0.0
    var backward = 0.0
    var state = 0.0

    mutating func add(_ kind: StageLayer) {
        forward += kind.forward.value
        backward += kind.backward.value
        state += kind.state.value
    }
}
