import Quantities

/// What a cell cost to answer.
///
/// It depends on the neighbours that were searched before and on the machine, so it is kept apart from the
/// answer.
public struct SearchEffort: Hashable, Sendable {
    /// How the cell's search began.
    public enum Start: String, Hashable, Sendable, Codable {
        /// From nothing.
        case cold
        /// From a neighbour's plan as the first limit.
        case warm
        /// No search: a cell with the same shape, batch and accelerators had been searched.
        case shared
    }

    /// How the search began.
    public let start: Start
    /// Wall time on its thread.
    public let seconds: Seconds
    /// Plans priced.
    public let evaluated: Int
    /// Inner nodes expanded.
    public let expandedNodes: Int

    /// Makes a record of effort.
    /// - Parameters:
    ///   - start: how the search began.
    ///   - seconds: wall time on its thread.
    ///   - evaluated: plans priced.
    ///   - expandedNodes: inner nodes expanded.
    public init(start: Start, seconds: Seconds, evaluated: Int, expandedNodes: Int) {
        self.start = start
        self.seconds = seconds
        self.evaluated = evaluated
        self.expandedNodes = expandedNodes
    }
}
