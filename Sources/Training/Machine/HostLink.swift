import Quantities

/// What connects an accelerator with the memory of its host.
public struct HostLink: Hashable, Sendable {
    /// Bytes a second in one direction; the other direction has as much at the same time.
    public var oneWayBandwidth: BytesPerSecond
    /// An accelerator's share of the bandwidth of the host's memory, reads and writes together.
    public var memoryBandwidth: BytesPerSecond
    /// An accelerator's share of the host's memory.
    public var capacity: Bytes

    /// Makes a link.
    public init(
        oneWayBandwidth: BytesPerSecond, memoryBandwidth: BytesPerSecond,
        capacity: Bytes = Bytes(.infinity)
    ) {
        self.oneWayBandwidth = oneWayBandwidth
        self.memoryBandwidth = memoryBandwidth
        self.capacity = capacity
    }

    /// What is taken for a machine that does not say: a node of eight accelerators on PCIe 4.0 x16 (64 GB/s
    /// both ways, NVIDIA A100 datasheet) with two processors of eight channels DDR4-3200, as DGX A100 has
    /// them: 2 · 8 · 25.6 / 8 = 51.2 GB/s of 2 TB / 8.
    public static let assumed = HostLink(
        oneWayBandwidth: BytesPerSecond(32e9), memoryBandwidth: BytesPerSecond(51.2e9),
        capacity: Bytes(250e9))
}
