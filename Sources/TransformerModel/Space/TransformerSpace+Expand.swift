import Optimization
import Quantities
import Training

extension TransformerSpace {
    /// Decides the next axis of a node.
    public func expand(_ node: Node, into frontier: inout Frontier<TransformerSpace>) {
        guard !clock.isOver else { return frontier.interrupt() }
        switch node {
        case .all:
            // Even stages first: they are priced from tables, and the best of them spares most cuts.
            let work = blocks.indices.reduce(.infinity) { min($0, blockWork($1).work) }
            let least = leastStep(work: work, gpus: gpus)
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
        _ choice: LayoutLimits.StageChoice, _ index: Int, _ grid: Grid,
        into frontier: inout Frontier<TransformerSpace>
    ) {
        switch choice {
        case .even, .countingEnds: expandGrid(choice, index, grid, into: &frontier)
        case .balanced: cutGrid(index, pipeline: grid.pipeline, data: grid.data, into: &frontier)
        }
    }

    private func expandBlocks(
        _ choice: LayoutLimits.StageChoice, into frontier: inout Frontier<TransformerSpace>
    ) {
        let most = min(deadline, frontier.limit.primary)
        // Blocks that are not listed have no layout in time.
        var late = leaves(choice)
        for index in blocks.indices {
            let leaves = leaves(choice, block: index)
            guard leaves > 0 else { continue }
            late -= leaves
            guard limits.software.runs(block: blocks.layout(index), of: model.job.model) else {
                frontier.discard(leaves, by: Rule.software)
                continue
            }
            let work = blockWork(index)
            let degrees = blocks.dataDegrees(index)
            var least = floor.leastStep(choice, work, degrees: degrees, limit: most)
            if least <= most, most < .infinity {
                least = floor.leastStep(
                    choice, work, degrees: degrees, room: blocks.held(index), limit: most)
            }
            if least > deadline {
                frontier.discard(leaves, by: Rule.deadline)
            } else if frontier.limit < Rank(least, 0, 0) {
                frontier.discard(leaves, by: Rule.block)
            } else {
                frontier.push(.block(choice, Int32(index)), bound: Rank(least, 0, 0), rule: Rule.block)
            }
        }
        frontier.discard(late, by: most < deadline ? Rule.block : Rule.deadline)
    }

    private func expandGrids(
        _ choice: LayoutLimits.StageChoice, _ index: Int, into frontier: inout Frontier<TransformerSpace>
    ) {
        let work = blockWork(index)
        let layout = blocks.layout(index)
        let held = blocks.held(index)
        let most = min(deadline, frontier.limit.primary)
        let rule = most < deadline ? Rule.grid : Rule.deadline
        for degree in blocks.dataDegrees(index) {
            let places = places(layout, data: degree.data)
            guard !places.isEmpty else { continue }
            let ranks = work.inner * degree.data
            let microbatches = globalBatch / (degree.data * work.microbatch)
            let choices = shardings(layout, data: degree.data) * offloads(choice).count
            func leaves(_ pipeline: Int) -> Int {
                choices * cuts.leaves(pipeline: pipeline, microbatches: microbatches, stages: choice)
            }
            // Leaves of grids that are not too slow; the rest is.
            var timely = 0
            for place in places.reversed() {
                // What no fewer stages are below either.
                let shortest = stretches.shortest(choice, first: place + 1, degree).factor(
                    leastLayer: work.layerShare, mainLayer: work.mainShare)
                let rate = work.work / Double(ranks)
                guard model.leastStep(work: shortest, rate: rate) <= most else { break }
                let pipeline = cuts.pipelines[place]
                let stretch = stretches.stretch(choice, place: place, degree)
                guard stretch.isRun else {
                    frontier.discard(leaves(pipeline), by: Rule.software)
                    timely += leaves(pipeline)
                    continue
                }
                let factor = stretch.factor(leastLayer: work.layerShare, mainLayer: work.mainShare)
                // First without growth with the accelerators, whose logarithm takes longer.
                guard model.leastStep(work: factor / Double(pipeline), rate: rate) <= most else { continue }
                let step = leastStep(work: work.work * factor, gpus: ranks * pipeline)
                guard step <= most else { continue }
                let count = leaves(pipeline)
                guard count > 0 else { continue }
                timely += count
                if !floor.mayFit(
                    held, choice, pipeline: pipeline, data: degree.data, microbatches: microbatches)
                {
                    frontier.discard(count, by: Rule.memory)
                } else {
                    frontier.push(
                        .grid(
                            choice, block: Int32(index), pipeline: Int32(pipeline), data: Int32(degree.data)),
                        bound: Rank(step, 0, 0), rule: Rule.grid)
                }
            }
            let all =
                choices * cuts.leaves(places: places, microbatches: microbatches, stages: choice)
            frontier.discard(all - timely, by: rule)
        }
    }

    private func expandGrid(
        _ choice: LayoutLimits.StageChoice, _ index: Int, _ grid: Grid,
        into frontier: inout Frontier<TransformerSpace>
    ) {
        var layout = blocks.layout(index)
        layout.pipeline = grid.pipeline
        layout.data = grid.data
        layout.recomputation = .nothing
        let timely = timelyShardings(choice, index, layout, rule: Rule.schedule, into: &frontier)
        guard !timely.isEmpty else { return }
        let block = block(index)
        let shardings = roomyShardings(
            choice, block, index, layout, timely, into: &frontier)
        guard !shardings.isEmpty else { return }
        let cuts = timelyCuts(
            choice, block, layout, choices: shardings.count, rule: Rule.schedule, into: &frontier
        ) {
            layout, costs, cut, transfer in
            model.leastPipeline(layout, costs: costs, stages: cut.stages, transfer: transfer)
        }
        for (cut, pipeline) in cuts {
            guard !clock.isOver else { return frontier.interrupt() }
            layout.schedule = cut.schedule
            layout.chunks = cut.chunks
            layout.spread = cut.spread
            for (sharding, after) in shardings {
                layout.sharding = sharding
                let least = bound(base: pipeline + after, gpus: layout.gpus)
                if let rule = tooSlow(least, frontier.limit, by: Rule.schedule) {
                    frontier.discard(cut.recomputations * limits.offload.count, by: rule)
                    continue
                }
                for offload in limits.offload {
                    layout.offload = offload
                    guard limits.software.runs(layout, for: model.job.model) else {
                        frontier.discard(cut.recomputations, by: Rule.software)
                        continue
                    }
                    expandSchedule(layout, block, cut, into: &frontier)
                }
            }
        }
    }

    /// The rule that discards what takes at least so many seconds; nil where it may matter.
    func tooSlow(_ seconds: Double, _ limit: Rank, by rule: PruneRule) -> PruneRule? {
        if seconds > deadline { return Rule.deadline }
        return limit < Rank(seconds, 0, 0) ? rule : nil
    }

    /// Offers the recomputations of a layout unless none of them fits or even none of them is too slow.
    ///
    /// What is recomputed need not go to the host: with activations there, the bound leaves their transfers out.
    private func expandSchedule(
        _ layout: TrainingLayout, _ block: Block, _ cut: CutTable.Cut,
        into frontier: inout Frontier<TransformerSpace>
    ) {
        let costs = block.costs(of: layout.sharding.stage)
        let limit = model.memoryLimit.value
        let least = model.leastFootprint(
            layout, costs: costs, stages: cut.stages, choices: shares, limit: limit)
        guard least <= limit else {
            return frontier.discard(cut.recomputations, by: Rule.memory)
        }
        let spreads = spreads(of: layout)
        var bound = layout
        bound.offload.remove(.activations)
        let step = model.step(bound, costs: costs, stages: cut.stages, spreads: spreads)
        // What recomputation may hide is looked at only where the layout without it is too slow.
        if !isTimely(step, frontier.limit) {
            let seconds = model.leastStep(
                bound, costs: costs, stages: cut.stages, spreads: spreads, known: step)
            if let rule = tooSlow(seconds, frontier.limit, by: Rule.schedule) {
                return frontier.discard(cut.recomputations, by: rule)
            }
        }
        offer(layout, costs, cut, spreads, unrecomputed: step, into: &frontier)
    }

    /// Prices the recomputations of one layout, from the one that takes least time on.
    private func offer(
        _ layout: TrainingLayout, _ costs: BlockCosts, _ cut: CutTable.Cut, _ spreads: StepSpreads,
        unrecomputed: StepBreakdown, into frontier: inout Frontier<TransformerSpace>
    ) {
        var layout = layout
        let choices = limits.recomputation
        let movesActivations = layout.offload.contains(.activations)
        if choices.contains(.nothing) {
            _ = offer(
                layout, costs, cut.stages, spreads, known: movesActivations ? nil : unrecomputed,
                into: &frontier)
        }
        offerModules(layout, costs, cut, spreads, into: &frontier)
        let isByLayer = choices.contains(.layers)
        var rest = (isByLayer ? max(0, cut.mostLayers - 1) : 0) + (choices.contains(.full) ? 1 : 0)
        var count = isByLayer ? 1 : cut.mostLayers
        while rest > 0 {
            let isFull = count >= cut.mostLayers
            if isFull, !choices.contains(.full) { break }
            layout.recomputation = isFull ? .full : .layersPerStage(count)
            rest -= 1
            count += 1
            guard limits.software.runs(layout, for: model.job.model) else {
                frontier.discard(1, by: Rule.software)
                continue
            }
            let fate = offer(layout, costs, cut.stages, spreads, into: &frontier)
            // More layers never take less time but for what they hide: where even that is past the limit, nothing
            // that follows can matter. They do take less of what goes to the host.
            guard case .tooSlow(let step) = fate, !movesActivations else { continue }
            let least = model.leastStep(
                layout, costs: costs, stages: cut.stages, spreads: spreads, known: step)
            if least > deadline || frontier.limit < Rank(least, 0, 0) { break }
        }
        frontier.discard(rest, by: Rule.recomputation)
    }

    /// Prices the choices by module of one layout.
    ///
    /// With more modules a step never takes less time but for what they hide, as with more layers; so once one choice
    /// is too slow even so, those that contain it are. Nor does a rank hold more with more modules: where a choice that
    /// no other contains does not fit, those that are part of it do not.
    private func offerModules(
        _ layout: TrainingLayout, _ costs: BlockCosts, _ cut: CutTable.Cut, _ spreads: StepSpreads,
        into frontier: inout Frontier<TransformerSpace>
    ) {
        var layout = layout
        let limit = model.memoryLimit.value
        let fitting = shares.modules.filter { widest in
            let choice = TransformerStepModel.RecomputationShares(modules: [widest])
            return model.leastFootprint(
                layout, costs: costs, stages: cut.stages, choices: choice, limit: limit) <= limit
        }
        var slow: [RecomputedModules] = []
        for choice in byModule {
            let modules = model.modules(of: choice)
            guard fitting.contains(where: { $0.isSuperset(of: modules) }) else {
                frontier.discard(1, by: Rule.memory)
                continue
            }
            guard !slow.contains(where: modules.isSuperset) else {
                frontier.discard(1, by: Rule.recomputation)
                continue
            }
            layout.recomputation = choice
            let fate = offer(layout, costs, cut.stages, spreads, into: &frontier)
            guard case .tooSlow(let step) = fate, !layout.offload.contains(.activations) else { continue }
            let least = model.leastStep(
                layout, costs: costs, stages: cut.stages, spreads: spreads, known: step)
            if least > deadline || frontier.limit < Rank(least, 0, 0) { slow.append(modules) }
        }
    }

    enum Fate {
        case offered, tooLarge
        /// With its time in closed form.
        case tooSlow(StepBreakdown)
    }

    /// Offers a layout if it fits and is fast enough.
    /// - Parameters:
    ///   - layout: the layout.
    ///   - costs: of its block.
    ///   - stages: of its pipeline.
    ///   - spreads: where its ranks lie.
    ///   - known: its time in closed form; nil where it is to be priced.
    ///   - frontier: gets the layout.
    /// - Returns: what became of it.
    func offer(
        _ layout: TrainingLayout, _ costs: BlockCosts, _ stages: StageTable, _ spreads: StepSpreads,
        known: StepBreakdown? = nil, into frontier: inout Frontier<TransformerSpace>
    ) -> Fate {
        let memory = model.memory(layout, costs: costs, stages: stages)
        guard model.fits(memory) else {
            frontier.discard(1, by: Rule.memory)
            return .tooLarge
        }
        let closed = known ?? model.step(layout, costs: costs, stages: stages, spreads: spreads)
        // Played only once nothing else speaks against it.
        var step = closed
        if isTimely(step, frontier.limit) {
            step = model.played(step, layout, costs: costs, stages: stages, spreads: spreads)
        }
        guard isTimely(step, frontier.limit) else {
            frontier.reject()
            return .tooSlow(closed)
        }
        let priced = PricedLayout(layout: layout, step: step, memory: memory)
        frontier.offer(priced, rank: priced.rank)
        return .offered
    }

    /// Whether a step meets the deadline and is not above the limit.
    ///
    /// Written so that what is no finite number, from a machine with a rate near zero, is too slow.
    private func isTimely(_ step: StepBreakdown, _ limit: Rank) -> Bool {
        let seconds = step.total.value
        return seconds.isFinite && seconds <= deadline && !(limit < Rank(seconds, 0, 0))
    }
}
