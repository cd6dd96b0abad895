import Charts
import Foundation
import Quantities
import Reports
import Testing
import Training

@Suite struct PipelineTimelineTests {
    private static let schedules: [Schedule] = [
        .allForwardAllBackward, .oneForwardOneBackward, .interleaved(chunks: 2), .zeroBubbleH1,
        .zeroBubbleH2, .zeroBubbleV, .dualPipe,
    ]

    private static let titles: [Schedule: String] = [
        .allForwardAllBackward: "GPipe", .oneForwardOneBackward: "1F1B",
        .interleaved(chunks: 2): "Interleaved 1F1B, two chunks a device", .zeroBubbleH1: "Zero bubble H1",
        .zeroBubbleH2: "Zero bubble H2", .zeroBubbleV: "Zero bubble V, two chunks a device",
        .dualPipe: "DualPipe",
    ]

    private static let captions: [Schedule: String] = [
        .interleaved(chunks: 2): "A line under the number: the second chunk of the device.",
        .zeroBubbleV: "A line under the number: the second chunk of the device.",
        .dualPipe:
            "A line under the number: from the other end. Pairs of a forward and a backward run together, "
            + "drawn one after the other.",
    ]

    /// Four devices, eight microbatches, a device's F, I and W 1 ms each.
    private static func simulation(_ schedule: Schedule) throws -> Simulation {
        let pass = Seconds(schedule.layout == .opposed ? 1e-3 : 1e-3 / Double(schedule.chunks))
        let program = try PipelineProgram(schedule, devices: 4, microbatches: 8)
        let times = try PipelineTimes(
            equal: ChunkTime(forward: pass, backwardInput: pass, backwardWeight: pass), schedule: schedule,
            devices: 4)
        var workspace = SimulationWorkspace()
        return workspace.simulation(of: program, times: times, recording: .operations)
    }

    @Test("The figures of the documentation are drawn from simulations", arguments: schedules)
    func figures(schedule: Schedule) throws {
        let name = "schedule-\(schedule.name).svg"
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/images/\(name)").standardizedFileURL
        let chart = PipelineTimeline(try Self.simulation(schedule)).chart(
            Heading(
                Self.titles[schedule] ?? schedule.name,
                subtitle: "4 devices, 8 microbatches, F = I = W = 1 ms a device",
                caption: Self.captions[schedule] ?? ""))
        let text = chart.svg(on: Canvas(identifier: schedule.name))
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        #expect(try Data(contentsOf: file) == Data(text.utf8), "\(name) differs from the committed figure")
    }

    @Test("Every operation is a block; an overlapped pair shares its time")
    func blocks() throws {
        for schedule in Self.schedules {
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
