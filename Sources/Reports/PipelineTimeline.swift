public import Charts
public import Pipeline
import Quantities

/// A simulated step as a timeline figure.
public struct PipelineTimeline: Sendable {
    private let simulation: Simulation

    /// Takes a simulation that recorded its operations.
    /// - Parameter simulation: one of `SimulationWorkspace.simulation(of:times:recording:)`.
    public init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    /// The figure: a row a device, a block an operation, milliseconds along.
    ///
    /// Of an overlapped pair the first part is drawn over the first half of the time, the second
    /// over the rest.
    /// - Parameter heading: title and other words.
    /// - Returns: a chart to be drawn.
    public func chart(_ heading: Heading) -> PipelineChart {
        PipelineChart(
            heading, time: Axis("time", unit: "ms"),
            stages: simulation.devices.indices.map { "device \($0)" },
            blocks: simulation.operations.map(block))
    }

    private func block(_ timed: TimedOperation) -> PipelineChart.Block {
        let operation = timed.operation
        let length = (timed.end - timed.start).value * 1e3
        let share = operation.pairing == .alone ? 1 : 0.5
        let late = operation.pairing == .second ? 0.5 : 0
        return PipelineChart.Block(
            stage: timed.device, start: timed.start.value * 1e3 + late * length, length: share * length,
            work: work(operation.kind), label: String(operation.microbatch))
    }

    private func work(_ kind: Operation.Kind) -> PipelineChart.Work {
        switch kind {
        case .forward: .forward
        case .backward, .backwardInput: .backward
        case .backwardWeight: .weightGradient
        }
    }
}
