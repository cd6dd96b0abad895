import Files
import Training

/// Everything that one comparison with measurements found.
public struct ValidationRun: Sendable {
    /// Predicted beside measured steps.
    public let steps: StepValidation
    /// Plans that ran out of memory, where given.
    public let failed: FailedPlans?
    /// Readings of memory, where given.
    public let readings: MemoryReadings?

    /// Compares.
    /// - Parameters:
    ///   - tables: what was measured.
    ///   - machines: that take the place of the catalogue's of the same name.
    ///   - overrides: `key=value` texts for every machine of the catalogue.
    public init(_ tables: EvidenceTables, machines: [Accelerator] = [], overrides: [String] = []) {
        let inference = tables.inference(machines: machines, overrides: overrides)
        steps = StepValidation(MeasuredSteps(tables.steps, inference: inference))
        failed = tables.failed.map { FailedPlans($0, inference: inference) }
        readings = tables.memory.map { MemoryReadings($0, shapes: tables.steps, inference: inference) }
    }

    /// Rows that could not be priced; readings that have no like are not among them.
    public var failures: [MeasuredSteps.Failure] { steps.measured.failures + (failed?.failures ?? []) }

    /// What rows do not state, with how many rows it was assumed for, most frequent first.
    public var assumptions: [(assumption: String, rows: Int)] {
        var counts: [String: Int] = [:]
        for entry in steps.measured.cases {
            for one in entry.inputs.assumed { counts[one, default: 0] += entry.ids.count }
        }
        return counts.map { (assumption: $0.key, rows: $0.value) }
            .sorted { ($1.rows, $0.assumption) < ($0.rows, $1.assumption) }
    }
}

/// The tables that a comparison reads.
public struct EvidenceTables: Sendable {
    /// Measured steps.
    public let steps: StepTable
    /// Plans that ran out of memory.
    public let failed: StepTable?
    /// Readings of memory.
    public let memory: StepTable?

    /// Takes tables together.
    public init(steps: StepTable, failed: StepTable? = nil, memory: StepTable? = nil) {
        self.steps = steps
        self.failed = failed
        self.memory = memory
    }

    /// The rules of inference with the machines that the tables name.
    public func inference(machines: [Accelerator] = [], overrides: [String] = []) -> RowInference {
        RowInference(
            machines: MachineTable(
                for: [steps] + [failed, memory].compactMap { $0 }, entries: machines, overrides: overrides),
            groups: GroupSoftware(steps))
    }
}
