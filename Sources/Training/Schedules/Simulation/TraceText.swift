import Quantities

/// A simulation in the trace event format that Perfetto and `about:tracing` read.
///
/// One process a device; every operation is a complete event (`"ph": "X"`) with start and length in
/// microseconds, its name, its kind as category and colour, chunk and microbatch. Overlapped pairs lie on two
/// threads. Source: Trace Event Format, sections "Complete Events" and "Metadata Events".
public struct TraceText: Sendable {
    private let simulation: Simulation
    private let devices: [Int]

    /// Takes a simulation that recorded its operations.
    /// - Parameters:
    ///   - simulation: one of `SimulationWorkspace.simulation(of:times:recording:)`.
    ///   - devices: those to be written, which keep their numbers; nil for all.
    public init(_ simulation: Simulation, devices: [Int]? = nil) {
        self.simulation = simulation
        self.devices = devices ?? Array(simulation.devices.indices)
    }

    /// The trace as one JSON object with a line an event, ending in a line break.
    public var json: String {
        var lines = devices.map { device in
            "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":\(device),\"tid\":0,"
                + "\"args\":{\"name\":\"device \(device)\"}}"
        }
        let chosen = Set(devices)
        lines += simulation.operations.filter { chosen.contains($0.device) }.map(event)
        return "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n" + lines.joined(separator: ",\n") + "\n]}\n"
    }

    private func event(_ timed: TimedOperation) -> String {
        let operation = timed.operation
        let length = timed.end - timed.start
        let thread = operation.pairing == .second ? 1 : 0
        let words = "\"name\":\"\(operation.name)\",\"cat\":\"\(category(operation.kind))\",\"ph\":\"X\""
        let span = "\"ts\":\(timed.start.value * 1e6),\"dur\":\(length.value * 1e6)"
        let place = "\"pid\":\(timed.device),\"tid\":\(thread),\"cname\":\"\(colour(operation.kind))\""
        let details = "\"args\":{\"chunk\":\(operation.chunk),\"microbatch\":\(operation.microbatch)}"
        return "{\(words),\(span),\(place),\(details)}"
    }

    private func category(_ kind: Operation.Kind) -> String {
        switch kind {
        case .forward: "forward"
        case .backward: "backward"
        case .backwardInput: "backward input"
        case .backwardWeight: "backward weight"
        }
    }

    /// Names of the viewer's own palette.
    private func colour(_ kind: Operation.Kind) -> String {
        switch kind {
        case .forward: "rail_response"
        case .backward: "rail_load"
        case .backwardInput: "thread_state_iowait"
        case .backwardWeight: "thread_state_running"
        }
    }
}
