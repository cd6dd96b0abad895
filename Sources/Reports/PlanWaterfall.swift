import Charts
import Optimization
import Quantities
import ScalingModel
import Training

/// What a step and the memory of a plan are made of, as parts that add up.
public struct PlanWaterfall: Sendable {
    private let priced: PricedPlan
    private let question: PlanningQuestion?

    /// Takes a priced plan.
    /// - Parameters:
    ///   - plan: the plan.
    ///   - question: that it answers, for headings; nil where there is none.
    public init(_ plan: PricedPlan, of question: PlanningQuestion? = nil) {
        priced = plan
        self.question = question
    }

    private var conditions: String {
        question.map { "; \($0.subject), \($0.planWords)" } ?? ""
    }

    /// One part of a total.
    public struct Part: Hashable, Sendable {
        /// In words.
        public let name: String
        /// Seconds of a step, or bytes on an accelerator; not negative.
        public let value: Double
        let hue: Hue
    }

    /// Seconds of one step by cause; they add up to the step time.
    ///
    /// Traffic that hides behind arithmetic counts only where it is longer, and is then told apart from
    /// traffic that is always exposed. Parts of no length are left out, arithmetic excepted.
    /// Source: the equations of docs/data-movement-model.md, "One training step".
    public var stepParts: [Part] {
        let costs = priced.model.costs(of: priced.plan)
        func part(_ name: String, _ hue: Hue, _ kinds: StepCost.Kind...) -> Part {
            let seconds = costs.filter { kinds.contains($0.kind) }.reduce(0) { $0 + $1.seconds }
            return Part(name: name, value: seconds, hue: hue)
        }
        let all = [
            part("arithmetic", .blue, .matrixEngine, .feeding, .kernelLatency),
            part("hidden traffic beyond it", .purple, .unhiddenTraffic),
            part("exposed traffic", .purple, .tensor, .pipelineExpert),
            part("pipeline bubble", .yellow, .bubble),
            part("network latency", .vermillion, .unhiddenLatency, .pipelineLatency),
            part("data traffic", .orange, .data), part("data latency", .vermillion, .dataLatency),
        ]
        return all.filter { $0.name == "arithmetic" || $0.value > 0 }
    }

    /// Bytes on an accelerator, averaged over those used, by what they hold.
    public var memoryParts: [Part] {
        let gpus = Double(priced.gpus)
        let word = priced.model.machine.compute.wordBytes
        let parameters = priced.run.shape.parameters
        let states = priced.model.stateBytes(data: priced.plan.data)
        let optimizer = 4 * parameters * word
        let all = [
            Part(name: "weights", value: (states - optimizer) / gpus, hue: .blue),
            Part(name: "optimizer state", value: optimizer / gpus, hue: .green),
            Part(name: "activations", value: max(0, priced.memory.value - states) / gpus, hue: .orange),
        ]
        return all.filter { $0.name != "activations" || $0.value > 0 }
    }

    /// The terms of a step, hidden ones included; their exposed parts add up to it.
    public var terms: [StepTerm] { priced.model.terms(of: priced.plan) }

    /// What is to be said of a term beside its seconds: whether it is hidden, and behind what.
    /// - Parameter term: one of ``terms``.
    /// - Returns: a word or two; empty where there is nothing to say.
    public func remark(on term: StepTerm) -> String {
        if term.kind == .arithmetic { return "matrix products and what feeds them" }
        let isZeroBubble = priced.plan.schedule == .zeroBubble
        switch term.cover {
        case .absent: return ""
        case .exposed: return "exposed"
        case .partly: return "in part hidden"
        case .hidden:
            guard term.kind == .pipelineLatency, isZeroBubble else { return "hidden" }
            return priced.model.settings.accounting == .published
                ? "taken as hidden by zero bubble (published accounting)" : "hidden by zero bubble"
        }
    }

    /// The step as a figure.
    public var stepChart: WaterfallChart {
        let latencyNote =
            priced.plan.schedule == .zeroBubble && priced.model.settings.accounting == .published
            ? " Published accounting takes pipeline latency as hidden by the zero-bubble schedule." : ""
        return WaterfallChart(
            Heading(
                "Where the time of a step goes",
                subtitle: "\(priced.model.machine.title): \(Readable.count(priced.gpus)) used, "
                    + "\(Readable.percent(priced.utilizationOfUsed)) of peak" + conditions,
                caption: "Shares are of the step. Traffic that hides behind arithmetic is not in it."
                    + latencyNote),
            parts: stepParts.map { WaterfallChart.Part($0.name, value: $0.value, hue: $0.hue) },
            total: "step", format: .duration)
    }

    /// The memory as a figure, with the capacity as a line.
    public var memoryChart: WaterfallChart {
        let isWithout = !priced.countsActivations
        return WaterfallChart(
            Heading(
                "What fills the memory of an accelerator",
                subtitle: "Average over the \(Readable.count(priced.gpus)) used, not the fullest one: "
                    + priced.memoryCounted,
                caption: isWithout
                    ? "Published accounting does not count activations: with them "
                        + "\(Readable.text(priced.memoryWithActivations / Double(priced.gpus))) are needed."
                    : ""),
            parts: memoryParts.map { WaterfallChart.Part($0.name, value: $0.value, hue: $0.hue) },
            total: isWithout ? "counted" : "needed", format: .prefixed(unit: "B"),
            limit: WaterfallChart.Limit(
                "capacity \(Readable.text(priced.model.machine.memory.capacity))",
                value: priced.model.machine.memory.capacity.value))
    }
}
