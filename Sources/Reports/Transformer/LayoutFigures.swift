import Charts
import Optimization
import Quantities
import ScalingModel
import Training
import TransformerModel

/// The figures of a transformer's best layout: where a step and the memory go, and the pipeline played.
public struct LayoutFigures: Sendable {
    private let answer: TransformerAnswer
    private let best: PricedLayout
    /// The pipeline, pass by pass; nil without one, or where it has more than `PlanTimeline.mostPasses` passes.
    public let simulation: Simulation?

    /// Plays the best layout's pipeline.
    ///
    /// Nil where there is no layout.
    /// - Parameter answer: from a planner.
    public init?(_ answer: TransformerAnswer) {
        guard let best = answer.best else { return nil }
        self.answer = answer
        self.best = best
        let layout = best.layout
        let model = TransformerStepModel(job: answer.member.job, machine: answer.member.machine)
        simulation = layout.passes <= PlanTimeline.mostPasses ? (try? model.simulation(layout)) ?? nil : nil
    }

    private var conditions: String { "\(answer.member.subject), \(answer.member.planWords)" }

    /// Seconds of a step by cause.
    public var stepChart: WaterfallChart {
        WaterfallChart(
            Heading(
                "Where the time of a step goes",
                subtitle: "\(answer.member.machine.title): \(Readable.count(best.layout.gpus)) used, "
                    + "\(Readable.percent(answer.modelUtilization(best))) MFU; \(conditions)",
                caption: "Exposed seconds of the slowest stage; what the other stages wait is the bubble."),
            parts: StepBreakdown.parts.filter { best.step[keyPath: $0.part] > .zero }.map { name, part in
                WaterfallChart.Part(
                    StepBreakdown.words(name), value: best.step[keyPath: part].value,
                    hue: Self.hues[name])
            },
            total: "step", format: .duration)
    }

    /// Bytes of the fullest rank by what they hold.
    public var memoryChart: WaterfallChart {
        let capacity = answer.member.memoryLimit
        return WaterfallChart(
            Heading(
                "What fills the memory of the fullest \(answer.member.machine.unit)",
                subtitle: "\(Readable.percent(best.memory.total / capacity)) of what a process can use"),
            parts: MemoryFootprint.parts.filter { best.memory[keyPath: $0.part] > .zero }.map { name, part in
                WaterfallChart.Part(
                    TransformerReport.memoryWords(name), value: best.memory[keyPath: part].value,
                    hue: Self.memoryHues[name])
            },
            total: "needed", format: .prefixed(unit: "B"),
            limit: capacity.value.isFinite
                ? WaterfallChart.Limit("usable \(Readable.text(capacity))", value: capacity.value) : nil)
    }

    /// The pipeline of a step; nil where it was not played.
    public var timelineChart: PipelineChart? {
        guard let simulation else { return nil }
        let layout = best.layout
        let isWhole = simulation.operations.count <= PlanTimeline.mostBlocks && layout.pipeline <= 32
        let heading = Heading(
            "One step of the pipeline, schedule \(layout.schedule.rawValue)",
            subtitle: "\(layout.pipeline) stages, \(layout.microbatches) microbatches; "
                + "\(Readable.time(simulation.stepTime)) played",
            caption: (isWhole ? "Numbers: the microbatch. " : "Heights: shares of short intervals of time. ")
                + "What follows the pipeline (gradients, optimizer, growth with size) is not drawn.")
        let timeline = PipelineTimeline(simulation)
        guard !isWhole else {
            return timeline.chart(
                heading, rowName: "stage", unit: TimeUnit.fitting(simulation.stepTime.value))
        }
        let pass = simulation.stepTime.value / Double(layout.microbatches * layout.chunks)
        return timeline.summary(heading, rowName: "stage", rows: PlanTimeline.rows, period: 2 * pass)
    }

    /// The pipeline in the trace event format, some of its stages where it would be large; nil where it was not
    /// played.
    public var trace: String? {
        simulation.map {
            TraceText($0, devices: PipelineTimeline.devices(of: $0, events: PlanTimeline.mostEvents)).json
        }
    }

    private static let hues: [String: Hue] = [
        "layers": .blue, "ends": .blue, "tensor": .purple, "context": .purple, "expert": .purple,
        "pipeline": .purple, "bubble": .yellow, "data": .orange, "shards": .orange, "optimizer": .green,
        "offload": .green, "jitter": .vermillion, "overhead": .vermillion,
    ]

    private static let memoryHues: [String: Hue] = [
        "weights": .blue, "gradients": .purple, "optimizer": .green, "activations": .orange,
        "logits": .yellow, "gathered": .blue, "buffers": .vermillion, "fragmentation": .vermillion,
        "context": .vermillion,
    ]
}
