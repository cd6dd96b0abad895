public import Charts
import Quantities
public import Training

/// A simulated step as a timeline figure.
public struct PipelineTimeline: Sendable {
    let simulation: Simulation

    /// Takes a simulation that recorded its operations.
    /// - Parameter simulation: one of `SimulationWorkspace.simulation(of:times:recording:)`.
    public init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    /// The figure: a row a device, a block an operation, time along.
    ///
    /// Of an overlapped pair the first part is drawn over the first half of the time, the second
    /// over the rest.
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - rowName: what a row is called, before its number.
    ///   - unit: of the time axis.
    /// - Returns: a chart to be drawn.
    public func chart(
        _ heading: Heading, rowName: String = "device", unit: TimeUnit = .milliseconds
    ) -> PipelineChart {
        PipelineChart(
            heading, time: Axis("time", unit: unit.rawValue),
            stages: simulation.devices.indices.map { "\(rowName) \($0)" },
            blocks: simulation.operations.map { block($0, unit) })
    }

    private func block(_ timed: TimedOperation, _ unit: TimeUnit) -> PipelineChart.Block {
        let operation = timed.operation
        let length = (timed.end - timed.start).value * unit.count
        let share = operation.pairing == .alone ? 1 : 0.5
        let late = operation.pairing == .second ? 0.5 : 0
        return PipelineChart.Block(
            stage: timed.device, start: timed.start.value * unit.count + late * length,
            length: share * length,
            work: work(operation.kind), label: String(operation.microbatch), chunk: operation.chunk)
    }

    func work(_ kind: Operation.Kind) -> PipelineChart.Work {
        switch kind {
        case .forward: .forward
        case .backward, .backwardInput: .backward
        case .backwardWeight: .weightGradient
        }
    }
}

/// The unit of a time axis.
public enum TimeUnit: String, Hashable, Sendable, CaseIterable {
    /// Seconds.
    case seconds = "s"
    /// Thousandths of a second.
    case milliseconds = "ms"
    /// Millionths of a second.
    case microseconds = "µs"

    /// How many make a second.
    var count: Double {
        switch self {
        case .seconds: 1
        case .milliseconds: 1e3
        case .microseconds: 1e6
        }
    }

    /// The largest unit of which a time is at least one; microseconds for shorter ones.
    /// - Parameter time: in seconds.
    /// - Returns: a unit.
    static func fitting(_ time: Double) -> TimeUnit {
        allCases.first { time * $0.count >= 1 } ?? .microseconds
    }
}
