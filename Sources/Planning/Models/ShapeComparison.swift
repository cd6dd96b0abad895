import Optimization
import Quantities
import Training
import TransformerModel

/// What a chosen shape costs and buys: the shapes next to it and the named one, each asked the same by itself.
public struct ShapeComparison: Sendable {
    /// A shape beside the chosen one.
    public struct Row: Sendable {
        /// How it differs; nil for the named shape.
        public let step: ShapeStep?
        /// The shape.
        public let shape: TransformerShape
        /// Its own best answer; nil where it was not among the shapes of the question, or the time was up before.
        public let answer: TransformerAnswer?
        /// Whether it was among the shapes of the question.
        public let isSearched: Bool

        /// Its best layout.
        public var run: LayoutRun? { answer?.plans.first }
        /// Whether its answer is proved, a proof that it has none included.
        public var isProved: Bool {
            answer.map { $0.certificate.isOptimal || $0.best == nil && $0.certificate.shapes?.open == 0 }
                ?? false
        }
        /// Why it has no layout; nil where it has one.
        public var reason: String? {
            guard isSearched else { return "outside of the range that the question's shapes have" }
            guard let answer else { return "the time was up before it was asked" }
            return answer.best == nil ? answer.infeasibility.first ?? "no layout" : nil
        }
    }

    /// The question about the family.
    public let question: TransformerQuestion
    /// The layout of the chosen shape.
    public let best: LayoutRun
    /// Its shape.
    public let shape: TransformerShape
    /// Neighbours by axis, then the named shape unless it is the chosen one.
    public let rows: [Row]
    /// Steps that lead out of the grid.
    public let ends: [ShapeStep.End]
    /// Whether the chosen shape is proved to be the best.
    public let isProved: Bool

    /// Asks about the neighbours; takes a search of one shape for each; nil where the model is given, or there is no plan.
    /// - Parameters:
    ///   - answer: to a question with a family.
    ///   - clock: when to end; what was not asked by then has no answer.
    ///   - threads: shapes that are asked about at once, at least 1; they change nothing else.
    public init?(_ answer: TransformerAnswer, until clock: SearchClock, threads: Int = 2) {
        guard let family = answer.question.family, let best = answer.plans.first else { return nil }
        let question = answer.question
        let shape = TransformerShape(answer.member.job.model)
        let shapes = Set(question.shapes)
        let steps = family.steps(from: shape)
        ends = family.ends(of: steps)
        isProved = answer.certificate.isOptimal
        var asked = steps.map { (step: Optional($0), shape: $0.shape) }
        if shape != family.own { asked.append((nil, family.own)) }
        rows = Lanes.map(asked, threads: threads) { step, shape in
            let isSearched = shapes.contains(shape)
            let asked = question.about(only: shape).brief
            let answer =
                isSearched && !clock.isOver ? try? TransformerPlanner(asked).answer(until: clock) : nil
            return Row(step: step, shape: shape, answer: answer, isSearched: isSearched)
        }
        self.question = question
        self.best = best
        self.shape = shape
    }

    /// The answer about the named shape alone; nil where the chosen shape is it or it was not asked.
    public var named: TransformerAnswer? { rows.last { $0.step == nil }?.answer }

    /// What is asked of a run: seconds, accelerators, or effective compute.
    public func asked(_ run: LayoutRun) -> Double {
        question.measure == .flop ? question.effectiveFlop(of: run) : question.measure.value(of: run)
    }
}
