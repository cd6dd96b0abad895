public import Optimization
public import Quantities

/// What produced a partition, and what is proved of it.
public struct PartitionCertificate: Hashable, Sendable {
    /// How the answer was found.
    public enum Engine: Hashable, Sendable {
        /// Dynamic programming over boundaries; exact up to rounding.
        case dynamicProgramming
        /// The mixed-integer model, by the solver of that name.
        case mixedInteger(solver: String)
    }

    /// How the answer was found.
    public let engine: Engine
    /// No partition has a step time below this.
    public let bound: Seconds
    /// Whole stages that were priced and offered to the engine.
    public let columns: Int
    /// Branch-and-bound nodes; 0 for dynamic programming.
    public let nodes: Int
    /// Why the solver stopped; `optimal` for dynamic programming.
    public let termination: Termination
    /// Time from the call to its return.
    public let elapsed: Duration
}

/// Why no partition fits.
public struct PartitionShortfall: Hashable, Sendable {
    /// The least factor on the memory of every stage with which some partition fits; nil if memory is not
    /// what is short (a budget is), or if it was not computed.
    public let memoryFactor: Double?
    /// The least limit of the job's budget with which some partition fits; nil if memory alone forbids it,
    /// or if it was not computed.
    public let budgetLimit: Double?
}

/// The end of a search for a partition.
public struct PartitionAnswer: Hashable, Sendable {
    /// What was found.
    public enum Verdict: Hashable, Sendable {
        /// The best partition found; `gap` says how good it is.
        case found(PipelinePartition)
        /// No partition fits, proved.
        case infeasible(PartitionShortfall)
        /// None was found by the limit, and none was proved not to exist.
        case undecided
    }

    /// What was found.
    public let verdict: Verdict
    /// What produced and what proves it.
    public let certificate: PartitionCertificate

    /// The partition, if one was found.
    public var partition: PipelinePartition? {
        if case .found(let partition) = verdict { return partition }
        return nil
    }

    /// How far apart the partition and the bound are; nil without a partition.
    public var gap: OptimalityGap? {
        partition.map { partition in
            let objective = partition.stepTime.value
            return OptimalityGap(
                objective: objective, bound: min(certificate.bound.value, objective))
        }
    }
}
