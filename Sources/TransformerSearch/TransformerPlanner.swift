import MixedInteger
import Quantities
import Search
import Strategy
import TransformerCost

/// Answers questions about transformers by searching every legal layout, with proof.
public struct TransformerPlanner: Sendable {
    /// The question.
    public let question: TransformerQuestion
    private let model: TransformerStepModel
    private let solver: (any MixedIntegerSolver)?

    /// Takes a question.
    /// - Parameters:
    ///   - question: any.
    ///   - solver: solves the masters of the engine `mip`; nil for none.
    /// - Throws: ``TransformerQuestionError`` naming a value that cannot be used.
    public init(
        _ question: TransformerQuestion, solver: (any MixedIntegerSolver)? = nil
    ) throws(TransformerQuestionError) {
        try question.validate()
        self.question = question
        self.solver = solver
        model = TransformerStepModel(job: question.job, machine: question.machine)
    }

    /// Searches; blocks the calling thread.
    /// - Returns: the best layouts with their certificate, or why there is none.
    public func answer() -> TransformerAnswer {
        let limit = question.timeLimit.value
        let engines = EngineContext(
            engine: question.engine, solver: solver, timeLimit: limit.isFinite ? .seconds(limit) : nil,
            stop: timeLimitWatch())
        let answer =
            switch question.given {
            case .gpus(let gpus): fastest(gpus: gpus, flop: nil, engines)
            case .gpusAndFlop(let gpus, let flop): fastest(gpus: gpus, flop: flop, engines)
            case .gpusAndTime(let gpus, let time): largest(gpus: gpus, time: time, engines)
            case .flopAndTime(let flop, let time): fewest(flop: flop, time: time, engines)
            }
        return answer.completed(by: engines)
    }

    /// The same, or why the engine asked for gave no answer.
    /// - Returns: the best layouts with their certificate, or why there is none.
    /// - Throws: `EngineError` where the engine has no solver, its solver failed, or two engines disagree.
    public func checkedAnswer() throws(EngineError) -> TransformerAnswer {
        let answer = answer()
        if let failure = answer.certificate.failure { throw failure }
        return answer
    }

    // MARK: One number of accelerators

    private func search(
        gpus: Int, deadline: Double = .infinity, goal: BranchAndBound.Goal = .best, _ engines: EngineContext
    ) -> SearchResult<PricedLayout> {
        var space = TransformerSpace(
            model: model, gpus: gpus, globalBatch: question.globalBatch, deadline: deadline,
            limits: question.limits)
        return engines.result(&space, wanted: goal == .any ? 1 : question.wanted, goal: goal)
    }

    private func timeLimitWatch() -> @Sendable () -> Bool {
        guard question.timeLimit.value.isFinite else { return { false } }
        let end = ContinuousClock.now + .seconds(question.timeLimit.value)
        return { ContinuousClock.now > end }
    }

    private func fastest(gpus: Int, flop: Double?, _ engines: EngineContext) -> TransformerAnswer {
        let outcome = search(gpus: gpus, engines)
        let steps = flop.map { $0 / question.stepFlop } ?? 1
        return answer(outcome, gpus: gpus, flop: flop) { .leastSeconds($0 * steps) }
    }

    /// The largest run takes the fastest step as often as it fits into the time.
    private func largest(gpus: Int, time: Seconds, _ engines: EngineContext) -> TransformerAnswer {
        let outcome = search(gpus: gpus, engines)
        let best = outcome.best.first?.rank.primary
        let flop = best.map { time.value / $0 * question.stepFlop }
        return answer(outcome, gpus: gpus, flop: flop) { bound in
            .largestFlop(bound > 0 ? time.value / bound * self.question.stepFlop : .infinity)
        }
    }

    private func answer(
        _ result: SearchResult<PricedLayout>, gpus: Int, flop: Double?,
        bound: (Double) -> Certificate.ProvedBound
    ) -> TransformerAnswer {
        let best = result.best.first?.rank.primary
        let proved = result.openBound.map { min($0.primary, best ?? .infinity) } ?? best
        var reasons: [String] = []
        if result.best.isEmpty {
            reasons =
                result.isComplete
                ? memoryReasons(gpus: gpus)
                : ["the time limit ended the search before any layout was found"]
        }
        return TransformerAnswer(
            question: question, layouts: result.best.map(\.candidate),
            certificate: Certificate(
                engine: "enumerate", isOptimal: result.isComplete && best != nil,
                bound: proved.map { bound(max(0, $0)) }, account: result.account, searches: 1,
                gap: best.flatMap { best in proved.map { (best - max(0, $0)) / best } }),
            infeasibility: reasons, flop: flop, gpusGiven: gpus)
    }

    // MARK: The fewest accelerators

    /// Whether some layout finishes a step in time is monotone in the accelerators given, because layouts may
    /// leave some idle: so a bisection finds the fewest, and the failed search one below proves it.
    private func fewest(flop: Double, time: Seconds, _ engines: EngineContext) -> TransformerAnswer {
        let deadline = time.value / (flop / question.stepFlop)
        var account = LeafAccount.empty
        var searches = 0
        func isEnough(_ gpus: Int) -> Bool? {
            let outcome = search(gpus: gpus, deadline: deadline, goal: .any, engines)
            account.add(outcome.account)
            searches += 1
            if !outcome.best.isEmpty { return true }
            return outcome.isComplete ? false : nil
        }
        // No layout beats the peak, so fewer accelerators than that cannot be enough.
        var low = max(0, min(Self.least(question, deadline: deadline), TransformerQuestion.mostGPUs) - 1)
        var high = max(1, low)
        var known: Bool? = false
        while high < TransformerQuestion.mostGPUs {
            high = min(TransformerQuestion.mostGPUs, 2 * high)
            known = isEnough(high)
            if known != false { break }
            low = high
        }
        while known == true, high - low > 1 {
            let middle = low + (high - low) / 2
            switch isEnough(middle) {
            case true?: high = middle
            case false?: low = middle
            case nil: known = nil
            }
        }
        guard known == true else {
            let reason =
                known == nil
                ? "the time limit ended the search"
                : "no layout on up to \(TransformerQuestion.mostGPUs) \(question.machine.unit)s finishes a step "
                    + "in \(Readable.time(Seconds(deadline))), which \(Readable.time(time)) for "
                    + "\(Readable.scientific(flop)) FLOP leaves; give more time or a larger --batch"
            return TransformerAnswer(
                question: question, layouts: [],
                certificate: Certificate(
                    engine: "enumerate", isOptimal: false, bound: .fewestGPUs(Double(low + 1)),
                    account: account, searches: searches, gap: nil),
                infeasibility: [reason], flop: flop, gpusGiven: high)
        }
        let outcome = search(gpus: high, deadline: deadline, engines)
        account.add(outcome.account)
        return TransformerAnswer(
            question: question, layouts: outcome.best.map(\.candidate),
            certificate: Certificate(
                engine: "enumerate", isOptimal: outcome.isComplete,
                bound: .fewestGPUs(Double(high)), account: account, searches: searches + 1, gap: 0),
            infeasibility: [], flop: flop, gpusGiven: high)
    }

    /// Accelerators below which the peak rate of the fastest format alone misses a step's deadline.
    private static func least(_ question: TransformerQuestion, deadline: Double) -> Int {
        let compute = question.machine.compute
        let rates = compute.peakByPrecision.values.map(\.value) + [compute.peak.value]
        // Causal work is what kernels must do; it is less than what is counted.
        let flop = question.job.model.modelFlop(counting: .causal).value * Double(question.globalBatch)
        let least = flop / deadline / (rates.max() ?? compute.peak.value) / 2
        return least < Double(TransformerQuestion.mostGPUs)
            ? max(1, Int(least)) : TransformerQuestion.mostGPUs
    }

    // MARK: Nothing feasible

    /// What keeps every layout out, and the fewest accelerators on which one fits.
    private func memoryReasons(gpus: Int) -> [String] {
        // Any layout will do, which the enumeration finds at once.
        let engines = EngineContext(engine: .enumerate, solver: nil, timeLimit: nil, stop: { false })
        let capacity = question.machine.memory.usable
        let unit = question.machine.unit
        var high = gpus
        var fits = false
        while high < TransformerQuestion.mostGPUs, !fits {
            high = min(TransformerQuestion.mostGPUs, 2 * high)
            fits = !search(gpus: high, goal: .any, engines).best.isEmpty
        }
        let first =
            "no layout fits into \(Readable.text(capacity)) a \(unit) on \(gpus) \(unit)s"
        guard fits else { return [first + ", nor on any number of them within the limits given"] }
        var low = high / 2
        while high - low > 1 {
            let middle = low + (high - low) / 2
            let isEnough = !search(gpus: middle, goal: .any, engines).best.isEmpty
            if isEnough { high = middle } else { low = middle }
        }
        return [first, "\(high) \(unit)s are the fewest on which one fits"]
    }
}
