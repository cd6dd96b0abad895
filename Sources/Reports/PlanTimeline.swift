import Charts
import Optimization
import Quantities
import ScalingModel
import Training

/// The pipeline schedule of a plan, played device by device.
///
/// A microbatch takes what the cost model gives it: arithmetic, or traffic where that is longer, plus exposed
/// traffic, divided over microbatches and chunks. A third of it is the forward pass and a third each gradient;
/// with full recomputation a quarter, two quarters and a quarter. Messages are free here, since the model has
/// counted them; data traffic and latency come after the step and are not drawn. `zeroBubble` is played as
/// the H2 order of arXiv:2401.10241, which has no bubble from the first to the last operation of a device.
public struct PlanTimeline: Sendable {
    /// Every operation with its start and end.
    public let simulation: Simulation
    /// What was played: the order of passes, over how many stages and chunks.
    public let shape: PipelineShape
    /// Time of the pipeline in the cost model, without latency and data traffic.
    public let modelTime: Seconds
    /// Microbatches of the step.
    public let microbatches: Int
    /// Seconds of all passes of two microbatches through one chunk: pairs and triples of passes both repeat in it.
    let period: Double

    /// More passes than this are not played: 1 million, about a tenth of a second.
    public static let mostPasses = 1_000_000
    /// Blocks above which rows are summed up rather than drawn pass by pass.
    static let mostBlocks = 1200
    /// Events above which the trace holds only some of the devices.
    static let mostEvents = 40_000

    /// Plays the schedule of a plan.
    ///
    /// Nil where it has more than ``mostPasses`` passes, or takes no time.
    /// - Parameter priced: the plan with its price.
    public init?(_ priced: PricedPlan) {
        let plan = priced.plan
        let schedule: Schedule =
            switch plan.schedule {
            case .zeroBubble: .zeroBubbleH2
            case .oneForwardOneBackward: plan.interleave > 1 ? .interleaved : .oneForwardOneBackward
            }
        let (passes, tooMany) = plan.microbatches.multipliedReportingOverflow(
            by: 3 * plan.pipeline * plan.interleave)
        guard !tooMany, passes <= Self.mostPasses else { return nil }
        let body = PlanWaterfall(priced).bodySeconds
        let share = Seconds(body / Double(plan.microbatches * plan.interleave))
        let isRecomputed = priced.model.settings.recomputation == .full
        let chunk = ChunkTime(
            forward: share / (isRecomputed ? 4 : 3), backwardInput: share / (isRecomputed ? 2 : 3),
            backwardWeight: share / (isRecomputed ? 4 : 3))
        guard body > 0,
            let shape = try? PipelineShape(
                schedule, chunks: plan.interleave, devices: plan.pipeline, microbatches: plan.microbatches),
            let times = try? PipelineTimes(equal: chunk, shape: shape)
        else { return nil }
        var workspace = SimulationWorkspace()
        simulation = workspace.simulation(of: PipelineProgram(shape), times: times, recording: .operations)
        self.shape = shape
        microbatches = plan.microbatches
        period = 2 * share.value
        modelTime = Seconds(body / (1 - priced.price.bubble))
    }

    /// The figure: every pass where there is room, else at most sixteen devices with their shares of time.
    public var chart: PipelineChart {
        let devices = simulation.devices.count
        let isWhole = simulation.operations.count <= Self.mostBlocks && devices <= 32
        let heading = Heading(
            "One step of the pipeline, schedule \(shape.name)",
            subtitle: "\(Readable.count(devices)) \(devices == 1 ? "stage" : "stages"), "
                + "\(Readable.count(microbatches)) microbatches; a stage takes "
                + "\(Readable.time(simulation.longestSpan)) from its first to its last pass, the cost model says "
                + "\(Readable.time(modelTime))",
            caption: (isWhole
                ? "Numbers: the microbatch. "
                : "Heights: shares of short intervals of time. "
                    + (devices > Self.rows ? "Some of the stages. " : ""))
                + "Forward and backward passes are taken as a third and two thirds; latency and data traffic "
                + "come on top.")
        let timeline = PipelineTimeline(simulation)
        return isWhole
            ? timeline.chart(
                heading, rowName: "stage", unit: TimeUnit.fitting(simulation.stepTime.value))
            : timeline.summary(heading, rowName: "stage", rows: Self.rows, period: period)
    }

    /// Rows of a summed-up figure.
    static let rows = 16

    /// The step in the trace event format; of some devices, first and last included, where it would be large.
    public var trace: String {
        TraceText(simulation, devices: PipelineTimeline.devices(of: simulation, events: Self.mostEvents)).json
    }
}

extension PlanWaterfall {
    /// Seconds of the pipeline's body in a step: without bubble, latency and data traffic.
    var bodySeconds: Double {
        stepParts.filter { ["arithmetic", "hidden traffic beyond it", "exposed traffic"].contains($0.name) }
            .reduce(0) { $0 + $1.value }
    }
}
