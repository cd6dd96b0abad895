/// Prices a range of layers on a stage; what does not change from range to range is kept here.
struct ColumnPricer {
    let problem: PipelineProblem
    let machines: [StageMachine]
    let layerCount: Int
    let leastSlowness: Double
    /// Time of all layers and transfers on the fastest machines, without treatments.
    let leastWork: Double

    init(_ problem: PipelineProblem) {
        self.problem = problem
        machines = problem.machines.machines
        layerCount = problem.chain.layerCount
        leastSlowness = machines.map(\.slowness).min() ?? 1
        var whole = RangeSums()
        for layer in problem.chain.layers { whole.add(problem.chain.kinds[layer]) }
        let transfers = problem.transfers.reduce(0) { $0 + $1.value }
        leastWork = leastSlowness * (whole.forward + whole.backward) + 2 * transfers
    }

    /// An empty library that keeps what the budget makes worth keeping.
    var library: MixLibrary {
        let criteria: MixLibrary.Criteria
        if case .offloadedBytes = problem.budget {
            criteria = .timeMemoryAndOffload
        } else {
            criteria = .timeAndMemory
        }
        return MixLibrary(
            kinds: problem.chain.kinds, criteria: criteria,
            residentCeiling: machines.map(\.memory.value).max() ?? 0)
    }

    /// Stages that a range of layers can be, every stage having at least one layer.
    func stages(start: Int, end: Int) -> Range<Int> {
        let last = problem.stages - 1
        // At stage i at least i layers lie before, and at least last - i behind.
        var least = last - (layerCount - end)
        var most = min(start, last)
        if start > 0 { least = max(least, 1) }
        if end < layerCount { most = min(most, last - 1) }
        least = max(least, 0)
        return least <= most ? least..<(most + 1) : 0..<0
    }

    /// Adds the columns of a range on a stage: one a machine and choice of mix.
    func append(
        stage: Int, range: (start: Int, end: Int, sums: RangeSums), front: Int, library: MixLibrary,
        ceiling: Double, to columns: inout [StageColumn]
    ) {
        let inFlight = Double(problem.microbatchesInFlight(stage: stage))
        let transfer = problem.transfer(stage: stage)
        for index in problem.machines.choices(stage: stage) {
            let machine = machines[index]
            // Written so that a mix is judged by the same sum as in `residentBytes`.
            let limit = (machine.memory.value - range.sums.state) / inFlight
            for point in library.choices(in: front, residentLimit: limit) {
                let mix = library.fronts[front].points[point]
                let column = StageColumn(
                    stage: stage, machine: index, start: range.start, end: range.end,
                    forward: machine.slowness * range.sums.forward + transfer,
                    backward: machine.slowness * (range.sums.backward + mix.extra) + transfer,
                    use: use(of: mix, slowness: machine.slowness, inFlight: inFlight), front: front,
                    point: point)
                if column.time <= ceiling { columns.append(column) }
            }
        }
    }

    private func use(of mix: MixFront.Point, slowness: Double, inFlight: Double) -> Double {
        switch problem.budget {
        case nil: 0
        case .extraTime: Double(problem.microbatches) * slowness * mix.extra
        case .offloadedBytes: inFlight * mix.offloaded
        }
    }
}

extension ColumnPricer {
    /// Step time of one column a stage, by `StepTimeFormula`.
    static func stepTime(_ columns: [StageColumn], problem: PipelineProblem) -> Double {
        let sum = columns.reduce(0) { $0 + $1.time }
        let peak: Double
        switch problem.schedule {
        case .oneForwardOneBackward:
            peak = columns.map(\.time).max() ?? 0
        case .allForwardAllBackward:
            peak = (columns.map(\.forward).max() ?? 0) + (columns.map(\.backward).max() ?? 0)
        }
        return sum + Double(problem.microbatches - 1) * peak
    }
}
