import Quantities
import ScalingModel

/// One of several equal parts of a sweep, for as many processes or machines.
///
/// A cell's part follows from the cell alone, by a hash that is the same on every machine and in every version,
/// so parts can be worked on anywhere and in any order. Cells that one search answers stay together.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
    /// Which part, from 0.
    public let index: Int
    /// How many parts.
    public let count: Int

    /// Reads `i/n`.
    ///
    /// Parts may be counted from 0 or from 1: `n/n` is `0/n`.
    /// - Parameter text: two whole numbers with a slash between, 0 ≤ i ≤ n and 1 ≤ n ≤ 100000.
    /// - Throws: ``PlanningError`` for anything else.
    public init(parsing text: String) throws(PlanningError) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let part = numbers[0], let parts = numbers[1],
            (1...100_000).contains(parts),
            (0...parts).contains(part)
        else {
            throw PlanningError("--shard \(text): write a part and a number of parts, such as 1/4 to 4/4")
        }
        index = part % parts
        count = parts
    }

    /// `i/n`, from 0.
    public var description: String { "\(index)/\(count)" }

    /// The cells of this part.
    /// - Parameter sweep: all cells.
    /// - Returns: its part of ``Sweep/cells``, in the same order.
    /// - Throws: ``PlanningError`` when a number of the sweep cannot be used.
    public func cells(of sweep: Sweep<some SweepQuestion>) throws(PlanningError) -> [SweepCell] {
        let all = sweep.cells
        guard count > 1 else { return all }
        let runs = try sweep.template.runs(of: all.map(\.flop))
        return zip(all, runs).filter { cell, run in
            var key = "width \(cell.width ?? 0) flop \(cell.flop)"
            if let time = cell.time { key += " seconds \(time.value)" }
            if let gpus = cell.gpus { key = "gpus \(gpus) \(run)" }
            return Self.hash(key) % UInt64(count) == UInt64(index)
        }.map(\.0)
    }

    /// FNV-1a, then the finalizer of SplitMix64, because the low bits decide.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
