import Quantities

/// The ranges of a machine's numbers.
///
/// They leave three powers of ten around whatever was built and what idealized machines have, and keep every
/// product of a few of them far from what a `Double` cannot hold.
enum HardwareRanges {
    /// Bytes of one number: a single bit to 64 bytes.
    static let wordBytes = NumberRange(0.125, 64)
    /// Rates of work, data and clocks, each a second.
    static let rate = NumberRange(1, 1e30, infinity: .accepted)
    /// Rates that must be known.
    static let finiteRate = NumberRange(1, 1e30)
    /// Memory in bytes.
    static let memory = NumberRange(1, 1e30, infinity: .accepted)
    /// Memory that must be known.
    static let finiteMemory = NumberRange(1, 1e30)
    /// Latencies in seconds, up to a day.
    static let latency = NumberRange(0, 86_400)
    /// Multiprocessors, and blocks of one.
    static let units = NumberRange(1, 1e6)
    /// What can be used over the label; above 1 where the label's GB are GiB.
    static let usable = NumberRange.aboveZero(upTo: 16)
    /// Watts of one unit, or of a whole site taken for one.
    static let power = NumberRange.aboveZero(upTo: 1e12)
    /// Dollars of one unit.
    static let price = NumberRange.aboveZero(upTo: 1e12)
    /// Share of the rated power drawn in training.
    static let powerShare = NumberRange.aboveZero(upTo: 16)
    /// Domains of the level below in one of a level.
    static let levelSize = 1...1_000_000
    /// Accelerators of one domain of the outermost level that has a size.
    static let mostOfDomain = 9e15
}
