import Optimization
import Training

extension TransformerSpace {
    /// Decides the next axis of a node.
    public mutating func expand(_ node: Node, into frontier: inout Frontier<Self>) {
        guard !clock.isOver else { return frontier.interrupt() }
        switch node {
        case .all:
            // Even stages first: they are priced from tables, and the best of them spares most cuts.
            let least = blocks.indices.map { leastStep(work: blockWork($0).work, gpus: gpus) }.min() ?? 0
            for (order, choice) in limits.stages.sorted().enumerated() {
                frontier.push(.part(choice), bound: Rank(least, Double(order), 0), rule: Rule.block)
            }
        case .part(let choice): expandBlocks(choice, into: &frontier)
        case .block(let choice, let index): expandGrids(choice, Int(index), into: &frontier)
        case .grid(let choice, let index, let pipeline, let data):
            price(choice, Int(index), Grid(pipeline: Int(pipeline), data: Int(data)), into: &frontier)
        }
    }

    /// Prices the layouts of one block, pipeline and data degree.
    func price(
        _ choice: LayoutLimits.StageChoice, _ index: Int, _ grid: Grid, into frontier: inout Frontier<Self>
    ) {
        switch choice {
        case .even, .countingEnds: expandGrid(choice, index, grid, into: &frontier)
        case .balanced: cutGrid(index, pipeline: grid.pipeline, data: grid.data, into: &frontier)
        }
    }

    private func expandBlocks(
        _ choice: LayoutLimits.StageChoice, into frontier: inout Frontier<Self>
    ) {
        for index in blocks.indices {
            let leaves = leaves(choice, block: index)
            guard leaves > 0 else { continue }
            let least = leastStep(work: blockWork(index).work, gpus: gpus)
            guard least <= deadline else {
                frontier.discard(leaves, by: Rule.deadline)
                continue
            }
            frontier.push(.block(choice, Int32(index)), bound: Rank(least, 0, 0), rule: Rule.block)
        }
    }

    private func expandGrids(
        _ choice: LayoutLimits.StageChoice, _ index: Int, into frontier: inout Frontier<Self>
    ) {
        let block = blocks[index]
        let work = blockWork(index)
        forEachGrid(block) { pipeline, data in
            let leaves = leaves(choice, block, pipeline: pipeline, data: data)
            guard leaves > 0 else { return }
            let grid = Grid(pipeline: pipeline, data: data)
            let step = leastStep(work, grid)
            if step > deadline {
                frontier.discard(leaves, by: Rule.deadline)
            } else if frontier.limit < Rank(step, 0, 0) {
                frontier.discard(leaves, by: Rule.grid)
            } else if !mayFit(block, grid) {
                frontier.discard(leaves, by: Rule.memory)
            } else {
                frontier.push(
                    .grid(choice, block: Int32(index), pipeline: Int32(pipeline), data: Int32(data)),
                    bound: Rank(step, 0, 0), rule: Rule.grid)
            }
        }
    }

    private func expandGrid(
        _ choice: LayoutLimits.StageChoice, _ index: Int, _ grid: Grid, into frontier: inout Frontier<Self>
    ) {
        let block = blocks[index]
        var layout = block.layout
        layout.pipeline = grid.pipeline
        layout.data = grid.data
        layout.recomputation = .nothing
        let shardings = shardings(choice, block, layout, into: &frontier)
        let cuts = cuts.cuts(
            pipeline: grid.pipeline, microbatches: layout.microbatches, stages: choice)
        for cut in cuts {
            guard !clock.isOver else { return frontier.interrupt() }
            layout.schedule = cut.schedule
            layout.chunks = cut.chunks
            layout.spread = cut.spread
            for (sharding, spreads) in shardings {
                layout.sharding = sharding
                for offload in limits.offload {
                    layout.offload = offload
                    expandSchedule(layout, block, cut, spreads, into: &frontier)
                }
            }
        }
    }

    /// Offers the recomputations of a layout unless even none of them is too slow.
    ///
    /// What is recomputed need not go to the host: with activations there, the bound leaves their transfers out.
    private func expandSchedule(
        _ layout: TrainingLayout, _ block: Block, _ cut: CutTable.Cut, _ spreads: StepSpreads,
        into frontier: inout Frontier<Self>
    ) {
        var bound = layout
        bound.offload.remove(.activations)
        let least = model.step(
            bound, costs: block.costs(of: layout.sharding.stage), stages: cut.stages, spreads: spreads)
        let seconds = least.total.value
        if seconds > deadline {
            frontier.discard(cut.recomputations, by: Rule.deadline)
        } else if frontier.limit < Rank(seconds, 0, 0) {
            frontier.discard(cut.recomputations, by: Rule.schedule)
        } else {
            offer(layout, block, cut, spreads, unrecomputed: least, into: &frontier)
        }
    }

    /// The choices of sharding that may fit, each with where its ranks lie.
    func shardings(
        _ choice: LayoutLimits.StageChoice, _ block: Block, _ layout: TrainingLayout,
        into frontier: inout Frontier<Self>
    ) -> [(Sharding, StepSpreads)] {
        var layout = layout
        let capacity = model.machine.memory.usable.value
        let offloaded = limits.offload.reduce(Offload()) { $0.union($1) }
        let leaves =
            cuts.leaves(
                pipeline: layout.pipeline, microbatches: layout.microbatches, stages: choice)
            * offloads(choice).count
        let plain = StepSpreads(layout, placement: placement)
        var choices: [(Sharding, StepSpreads)] = []
        forEachSharding(block, data: layout.data) { sharding in
            layout.sharding = sharding
            guard
                model.leastMemory(
                    layout, costs: block.costs(of: sharding.stage), whole: whole, sharding: sharding.stage,
                    offload: offloaded)
                    <= capacity
            else {
                frontier.discard(leaves, by: Rule.memory)
                return
            }
            choices.append(
                (sharding, sharding.group == nil ? plain : StepSpreads(layout, placement: placement)))
        }
        return choices
    }

    /// Prices the recomputations of one layout, from the one that takes least time on.
    private func offer(
        _ layout: TrainingLayout, _ block: Block, _ cut: CutTable.Cut, _ spreads: StepSpreads,
        unrecomputed: StepBreakdown, into frontier: inout Frontier<Self>
    ) {
        var layout = layout
        let choices = limits.recomputation
        let costs = block.costs(of: layout.sharding.stage)
        let movesActivations = layout.offload.contains(.activations)
        func price() -> Fate {
            let step = model.step(layout, costs: costs, stages: cut.stages, spreads: spreads)
            return offer(layout, step, costs, cut.stages, into: &frontier)
        }
        if choices.contains(.nothing) {
            _ = movesActivations ? price() : offer(layout, unrecomputed, costs, cut.stages, into: &frontier)
        }
        if choices.contains(.selective) {
            layout.recomputation = .selective
            _ = price()
        }
        var rest = (choices.contains(.layers) ? max(0, cut.mostLayers - 1) : 0)
        rest += choices.contains(.full) ? 1 : 0
        guard rest > 0 else { return }
        let counts = choices.contains(.layers) ? Array(1...max(1, cut.mostLayers)) : [cut.mostLayers]
        for count in counts {
            let isFull = count == cut.mostLayers
            if isFull, !choices.contains(.full) { break }
            layout.recomputation = isFull ? .full : .layersPerStage(count)
            rest -= 1
            // More layers never take less time: past the limit, nothing that follows can matter. They do
            // take less of what goes to the host.
            if price() == .tooSlow, !movesActivations { break }
        }
        frontier.discard(rest, by: Rule.recomputation)
    }

    enum Fate { case offered, tooLarge, tooSlow }

    /// Offers a layout if it is fast enough and fits.
    func offer(
        _ layout: TrainingLayout, _ step: StepBreakdown, _ costs: BlockCosts, _ stages: StageTable,
        into frontier: inout Frontier<Self>
    ) -> Fate {
        // Written so that what is no finite number, from a machine with a rate near zero, is too slow.
        func isTimely(_ seconds: Double) -> Bool {
            seconds.isFinite && seconds <= deadline && !(frontier.limit < Rank(seconds, 0, 0))
        }
        guard isTimely(step.total.value) else {
            frontier.reject()
            return .tooSlow
        }
        let memory = model.memory(layout, costs: costs, stages: stages)
        guard model.fits(memory) else {
            frontier.discard(1, by: Rule.memory)
            return .tooLarge
        }
        // Played only once nothing else speaks against it.
        let step = model.waiting(step, layout)
        let seconds = step.total.value
        guard isTimely(seconds) else {
            frontier.reject()
            return .tooSlow
        }
        frontier.offer(
            PricedLayout(layout: layout, step: step, memory: memory),
            rank: Rank(seconds, Double(layout.gpus), memory.total.value))
        return .offered
    }
}
