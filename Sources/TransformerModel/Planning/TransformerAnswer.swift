import Optimization
import Quantities
import Training

/// The best layouts for a question with what was proved, or why there is none.
public struct TransformerAnswer: Sendable {
    /// The question.
    public let question: TransformerQuestion
    /// The question that the layouts answer: of a free shape that about the shape that was chosen, else the same.
    public let member: TransformerQuestion
    /// Layouts, best first; empty where none is feasible.
    public let layouts: [PricedLayout]
    /// What was proved.
    public let certificate: Certificate
    /// Why there is no layout, and what would make one.
    public let infeasibility: [String]
    /// Model FLOP of the run; nil where only a step was asked for.
    public let flop: Double?
    /// Accelerators given or found.
    public let gpusGiven: Int

    /// Makes an answer.
    package init(
        question: TransformerQuestion, member: TransformerQuestion? = nil, layouts: [PricedLayout],
        certificate: Certificate, infeasibility: [String], flop: Double?, gpusGiven: Int
    ) {
        self.question = question
        self.member = member ?? question
        self.layouts = layouts
        self.certificate = certificate
        self.infeasibility = infeasibility
        self.flop = flop
        self.gpusGiven = gpusGiven
    }

    /// The same answer as one to the question about the chosen shape alone; itself where the model is given, or there is
    /// no layout.
    public var ofMember: TransformerAnswer {
        TransformerAnswer(
            question: member, layouts: layouts, certificate: certificate, infeasibility: infeasibility,
            flop: flop, gpusGiven: gpusGiven)
    }

    /// The best layout.
    public var best: PricedLayout? { layouts.first }

    /// Steps of the run, the last of which may be partial; nil where only a step was asked for.
    public var steps: Double? { flop.map { $0 / member.stepFlop } }

    /// Time of the run, on the wall clock where the question gives ``TransformerQuestion/goodput``.
    /// - Parameter layout: one of ``layouts``.
    /// - Returns: nil where only a step was asked for.
    public func total(_ layout: PricedLayout) -> Seconds? { steps.map { question.wallStep(layout) * $0 } }

    /// Model FLOP a second over the peak of the accelerators used (MFU).
    /// - Parameters:
    ///   - layout: of the answer.
    ///   - counting: keys that a query is counted with; every one, or those that it sees.
    /// - Returns: a share; with every key counted it may pass 1 on long sequences.
    public func modelUtilization(_ layout: PricedLayout, counting: AttentionCounting = .full) -> Double {
        model.modelUtilization(layout.layout, step: layout.step.total, counting: counting)
    }

    /// The same with recomputed FLOP counted too (HFU).
    public func hardwareUtilization(_ layout: PricedLayout) -> Double {
        model.hardwareUtilization(layout.layout, step: layout.step.total)
    }

    /// What prices the question's layouts.
    public var model: TransformerStepModel {
        TransformerStepModel(job: member.job, machine: member.machine)
    }

    /// The same answer to a question that differs in compute alone, accelerators given: the fastest step is the
    /// fastest run.
    package func asked(_ question: TransformerQuestion) -> TransformerAnswer {
        guard case .gpusAndFlop(_, let flop) = question.given, let before = self.flop, before != flop else {
            return self
        }
        var certificate = certificate
        if case .leastSeconds(let seconds) = certificate.bound {
            certificate.bound = .leastSeconds(seconds / before * flop)
        }
        return TransformerAnswer(
            question: question, layouts: layouts, certificate: certificate, infeasibility: infeasibility,
            flop: flop, gpusGiven: gpusGiven)
    }

    /// The answer with what the engines reported.
    /// - Throws: what failed.
    func completed(by engines: EngineContext) throws(EngineError) -> TransformerAnswer {
        var certificate = certificate
        try engines.complete(&certificate)
        return TransformerAnswer(
            question: question, member: member, layouts: layouts, certificate: certificate,
            infeasibility: infeasibility, flop: flop, gpusGiven: gpusGiven)
    }
}
