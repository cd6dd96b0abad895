import Charts
import Foundation
import Quantities
import Reports
import Testing
import Training

@Suite struct PipelineTimelineTests {
    private static let titles: [Schedule: String] = [
        .gpipe: "GPipe", .oneForwardOneBackward: "1F1B",
        .interleaved: "Interleaved 1F1B, two chunks a device", .zeroBubbleH1: "Zero bubble H1",
        .zeroBubbleH2: "Zero bubble H2", .zeroBubbleV: "Zero bubble V, two chunks a device",
        .dualPipe: "DualPipe", .dualPipeV: "DualPipeV, two chunks a device",
    ]

    private static let captions: [Schedule: String] = [
        .interleaved: "A line under the number: the second chunk of the device.",
        .zeroBubbleV: "A line under the number: the second chunk of the device.",
        .dualPipe:
            "A line under the number: from the other end. Pairs of a forward and a backward run together, "
            + "drawn one after the other.",
        .dualPipeV:
            "A line under the number: the second chunk of the device. Pairs of a forward and a backward run together, "
            + "drawn one after the other.",
    ]

    /// Four devices, eight microbatches, a device's F, I and W 1 ms each.
    private static func simulation(_ schedule: Schedule) throws -> Simulation {
        let shape = try shape(schedule)
        let pass = Seconds(1e-3 / (Double(shape.chunks) * schedule.placement.passingShare))
        let times = try PipelineTimes(
            equal: ChunkTime(forward: pass, backwardInput: pass, backwardWeight: pass), shape: shape)
        var workspace = SimulationWorkspace()
        return workspace.simulation(of: PipelineProgram(shape), times: times, recording: .operations)
    }

    private static func shape(_ schedule: Schedule) throws -> PipelineShape {
        try PipelineShape(schedule, devices: 4, microbatches: 8)
    }

    @Test("The figures of the documentation are drawn from simulations", arguments: Schedule.allCases)
    func figures(schedule: Schedule) throws {
        let shape = try Self.shape(schedule)
        let name = "schedule-\(shape.name).svg"
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/images/\(name)").standardizedFileURL
        let chart = PipelineTimeline(try Self.simulation(schedule)).chart(
            Heading(
                Self.titles[schedule] ?? shape.name,
                subtitle: "4 devices, 8 microbatches, F = I = W = 1 ms a device",
                caption: Self.captions[schedule] ?? ""))
        let text = chart.svg(on: Canvas(identifier: shape.name))
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        #expect(try Data(contentsOf: file) == Data(text.utf8), "\(name) differs from the committed figure")
    }

    @Test("Every operation is a block; an overlapped pair shares its time")
    func blocks() throws {
        for schedule in Schedule.allCases {
            let simulation = try Self.simulation(schedule)
            let chart = PipelineTimeline(simulation).chart(Heading("x"))
            #expect(chart.stages == ["device 0", "device 1", "device 2", "device 3"])
            #expect(chart.blocks.count == simulation.operations.count)
            let drawn = chart.blocks.reduce(0) { $0 + $1.length }
            let busy = simulation.devices.reduce(0) { $0 + $1.busy.value * 1e3 }
            #expect(abs(drawn - busy) < 1e-9)
        }
    }
}
