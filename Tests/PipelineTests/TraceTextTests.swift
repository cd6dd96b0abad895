import Foundation
import Quantities
import Testing
import Training

@Suite struct TraceTextTests {
    private struct Trace: Decodable {
        struct Event: Decodable {
            let name: String
            let ph: String
            let ts: Double?
            let dur: Double?
            let pid: Int
        }
        let traceEvents: [Event]
    }

    @Test func itIsJSONWithEveryOperation() throws {
        var workspace = SimulationWorkspace()
        for (schedule, chunks) in Cases.schedules {
            let program = try PipelineProgram(schedule, chunks: chunks, devices: 4, microbatches: 8)
            let result = workspace.simulation(
                of: program, times: try Cases.equal(program, 1e-7, 0.25, 1e-3), recording: .operations)
            let trace = try JSONDecoder().decode(Trace.self, from: Data(TraceText(result).json.utf8))
            let events = trace.traceEvents.filter { $0.ph == "X" }
            #expect(events.count == program.operations.count)
            #expect(trace.traceEvents.count == events.count + 4)
            #expect(events.map(\.name) == program.operations.map(\.name))
            let end = events.reduce(0) { max($0, ($1.ts ?? 0) + ($1.dur ?? 0)) }
            #expect(abs(end - result.stepTime.value * 1e6) < 1e-3)
        }
    }

    @Test func anEventReadsAsStated() throws {
        let program = try PipelineProgram(.oneForwardOneBackward, devices: 1, microbatches: 1)
        var workspace = SimulationWorkspace()
        let result = workspace.simulation(
            of: program, times: try Cases.equal(program, 2, 3, 1), recording: .operations)
        #expect(
            TraceText(result).json == """
                {"displayTimeUnit":"ms","traceEvents":[
                {"name":"process_name","ph":"M","pid":0,"tid":0,"args":{"name":"device 0"}},
                {"name":"F0","cat":"forward","ph":"X","ts":0.0,"dur":2000000.0,"pid":0,"tid":0,\
                "cname":"rail_response","args":{"chunk":0,"microbatch":0}},
                {"name":"B0","cat":"backward","ph":"X","ts":2000000.0,"dur":4000000.0,"pid":0,"tid":0,\
                "cname":"rail_load","args":{"chunk":0,"microbatch":0}}
                ]}

                """)
    }
}
