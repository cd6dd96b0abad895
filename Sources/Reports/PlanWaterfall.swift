import Charts
import CostModel
import Quantities
import Search
import Strategy

/// What a step and the memory of a plan are made of, as parts that add up.
public struct PlanWaterfall: Sendable {
    private let priced: PricedPlan

    /// Takes a priced plan.
    public init(_ plan: PricedPlan) { priced = plan }

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
        let parts = priced.price.parts
        let settings = priced.model.settings
        let (hidden, open) = Self.traffic(parts, settings)
        let latency = parts.tensor.latency + parts.pipelineExpert.latency
        let isZeroBubble = priced.plan.schedule == .zeroBubble
        let covered = max(parts.arithmetic, hidden)
        let waits = isZeroBubble && settings.accounting == .corrected ? max(0, latency - covered) : 0
        let body = covered + waits + open
        let bubble = body * priced.price.bubble / (1 - priced.price.bubble)
        let charged = isZeroBubble ? 0 : latency
        let pipeline = body + bubble + charged
        let data =
            settings.dataTraffic == .overlapped
            ? max(0, parts.data.bandwidth - pipeline) : parts.data.bandwidth
        let all = [
            Part(name: "arithmetic", value: parts.arithmetic, hue: .blue),
            Part(name: "hidden traffic beyond it", value: covered - parts.arithmetic, hue: .purple),
            Part(name: "exposed traffic", value: open, hue: .purple),
            Part(name: "pipeline bubble", value: bubble, hue: .yellow),
            Part(name: "network latency", value: waits + charged, hue: .vermillion),
            Part(name: "data traffic", value: data, hue: .orange),
            Part(name: "data latency", value: parts.data.latency, hue: .vermillion),
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

    /// A term of the cost model, whether it costs time or not.
    public struct Term: Hashable, Sendable {
        /// In words.
        public let name: String
        /// Seconds in a step.
        public let seconds: Double
        /// Over the step time; hidden terms count as well, so these do not add up to 1.
        public let share: Double
        /// Whether it is hidden.
        public let remark: String
    }

    /// The terms of a step, hidden ones included.
    public var terms: [Term] {
        let parts = priced.price.parts
        let settings = priced.model.settings
        func term(_ name: String, _ seconds: Double, _ remark: String) -> Term {
            Term(name: name, seconds: seconds, share: seconds / priced.price.step, remark: remark)
        }
        let hidden = priced.plan.schedule == .zeroBubble && settings.accounting == .published
        return [
            term("arithmetic", parts.arithmetic, "matrix products and what feeds them"),
            term("tensor traffic", parts.tensor.bandwidth, settings.tensorTraffic.rawValue),
            term(
                "pipeline and expert traffic", parts.pipelineExpert.bandwidth,
                settings.pipelineTraffic.rawValue),
            term("data traffic", parts.data.bandwidth, settings.dataTraffic.rawValue),
            term(
                "pipeline latency", parts.tensor.latency + parts.pipelineExpert.latency,
                hidden ? "taken as hidden by zero bubble" : "exposed"),
            term("data latency", parts.data.latency, "exposed"),
        ]
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
                    + "\(Readable.percent(priced.utilization)) of peak",
                caption: "Shares are of the step. Traffic that hides behind arithmetic is not in it."
                    + latencyNote),
            parts: stepParts.map { WaterfallChart.Part($0.name, value: $0.value, hue: $0.hue) },
            total: "step", format: .duration)
    }

    /// The memory as a figure, with the capacity as a line.
    public var memoryChart: WaterfallChart {
        let settings = priced.model.settings
        let isWithout = settings.accounting == .published && settings.recomputation == .none
        return WaterfallChart(
            Heading(
                "What fills the memory of an accelerator",
                subtitle: "Average over the \(Readable.count(priced.gpus)) used, not the fullest one",
                caption: isWithout
                    ? "Activations are not counted in published accounting without recomputation." : ""),
            parts: memoryParts.map { WaterfallChart.Part($0.name, value: $0.value, hue: $0.hue) },
            total: "needed", format: .prefixed(unit: "B"),
            limit: WaterfallChart.Limit(
                "capacity \(Readable.text(priced.model.machine.memory.capacity))",
                value: priced.model.machine.memory.capacity.value))
    }

    private static func traffic(
        _ parts: StepParts, _ settings: ModelSettings
    ) -> (hidden: Double, open: Double) {
        var (hidden, open) = (0.0, 0.0)
        for (time, overlap) in [
            (parts.tensor.bandwidth, settings.tensorTraffic),
            (parts.pipelineExpert.bandwidth, settings.pipelineTraffic),
        ] {
            if overlap == .overlapped { hidden += time } else { open += time }
        }
        return (hidden, open)
    }
}
