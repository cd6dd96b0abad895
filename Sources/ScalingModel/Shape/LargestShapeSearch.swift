import Optimization
import Quantities
import Training

/// The run of any shape that buys the most effective compute, with accelerators and time given.
///
/// More compute always lowers the loss of a shape, so a shape's answer is its largest run. Its loss at the
/// compute that the sustained rate allows is an admissible bound; shapes are searched in the order of that
/// bound, and each only where it would beat the best loss so far. The law's own answer comes first, so no
/// answer is worse.
struct LargestShapeSearch {
    let planner: Planner
    let freedom: ShapeFreedom
    let gpus: Int
    let time: Double
    let stop: @Sendable () -> Bool

    /// What was found and proved.
    struct Found {
        var best: ShapedBest
        var shapes = ShapeAccount()
        var account = LeafAccount.empty
        var searches = 0
        /// No open run has a smaller reducible loss; nil for a complete search.
        var open: Double?
    }

    private var question: PlanningQuestion { planner.question }

    /// Compute that arithmetic alone does not allow to pass.
    private var most: Double {
        let sustained = question.machine.compute.sustained.value
        return min(ComputeRange.most, Double(gpus) * sustained * time * (1 + 1e-9))
    }

    /// Searches every shape.
    func found() -> Found {
        var found = Found(best: ShapedBest(wanted: question.wanted))
        guard most >= ComputeRange.least else { return found }
        let law = seed(into: &found)
        let candidates = candidates(law, &found.shapes)
        for (index, candidate) in candidates.enumerated() {
            if found.best.limit.primary < candidate.bound {
                found.shapes.discard(candidates.count - index, by: .bound)
                break
            }
            if stop() {
                found.open = min(found.open ?? .infinity, candidate.bound)
                break
            }
            search(candidate, law: law, into: &found)
        }
        return found
    }

    /// The law's own answer: its shape belongs to the grid, and its loss is the first to beat.
    private func seed(into found: inout Found) -> PricedPlan? {
        let descent = descent(planner.grid, fewest: 1)
        let answer = descent.largest(below: most)
        found.account.add(answer.account)
        found.searches += answer.searches
        return answer.plans.first
    }

    private func descent(_ grid: WidthGrid, fewest: Int) -> RangeDescent {
        var planner = planner
        planner.grid = grid
        return RangeDescent(planner: planner, gpus: fewest...gpus, cluster: gpus, time: time, stop: stop)
    }

    private func candidates(_ law: PricedPlan?, _ account: inout ShapeAccount) -> [ShapeCandidate] {
        let own = law.map { [$0.run.shape] } ?? []
        let grid = ShapeGrid(freedom, question: question, flop: law?.run.flop ?? most, own: own)
        account.grid = grid.shapes.count
        var candidates: [ShapeCandidate] = []
        let floor = ShapeFloor(question)
        for shape in grid.shapes {
            guard floor.holdingGPUs(shape) <= Double(gpus) else {
                account.discard(by: .memory)
                continue
            }
            let most = min(most, (question.laws.mostTokens ?? .infinity) * shape.flopPerToken)
            guard least(shape, law: law) <= most else {
                account.discard(by: most < self.most ? .tokenLimit : .tokensPerParameter)
                continue
            }
            let value = question.value(of: shape)
            candidates.append(
                ShapeCandidate(value: value, flop: most, bound: value.reducible(flop: most) * (1 - 1e-12)))
        }
        return candidates.sorted(by: ShapeCandidate.precedes)
    }

    /// The least compute that a shape may be trained with.
    private func least(_ shape: LayerStack, law: PricedPlan?) -> Double {
        guard freedom.data == .atLeastLaw, shape != law?.run.shape else { return ComputeRange.least }
        return max(ComputeRange.least, question.laws.lawFlop(of: shape))
    }

    /// The largest run of one shape, as far as it may beat the best so far.
    private func search(_ candidate: ShapeCandidate, law: PricedPlan?, into found: inout Found) {
        let shape = candidate.shape
        var least = least(shape, law: law)
        if found.best.limit.primary < .infinity,
            let needed = candidate.value.flop(reducible: found.best.limit.primary)
        {
            least = max(least, needed * (1 - 1e-9))
        }
        found.shapes.searched += 1
        guard least <= candidate.flop else { return }
        // Fewer accelerators cannot do the arithmetic of the least compute in time.
        let floor = ShapeFloor(question)
        let fewest = max(
            floor.fewestGPUs(flop: least, seconds: time, most: gpus), Int(floor.holdingGPUs(shape)))
        let answer = descent(WidthGrid(only: shape, laws: question.laws), fewest: fewest)
            .largest(in: least...candidate.flop)
        found.account.add(answer.account)
        found.searches += answer.searches
        for plan in answer.plans {
            let search = FixedRunSearch(question: question, run: plan.run, model: plan.model, stop: stop)
            let candidate = RankedCandidate(
                candidate: PlanCandidate(plan: plan.plan, price: plan.price),
                rank: Objective.time.rank(
                    step: plan.price.step, traffic: plan.price.traffic, gpus: Double(plan.gpus)))
            let loss = question.value(of: shape).reducible(flop: plan.run.flop)
            found.best.offer(ShapedPlan(candidate, search: search, run: plan.run, loss: loss))
        }
        if answer.stopped {
            let loss = candidate.value.reducible(flop: answer.bound)
            found.open = min(found.open ?? .infinity, max(candidate.bound, loss))
        }
    }
}
