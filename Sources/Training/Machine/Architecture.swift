/// A generation of accelerators: what parts have in common whatever their memory, links and power.
///
/// Fits share what was believed of it between its machines. The raw value is the word of hardware files.
public enum Architecture: String, Hashable, Sendable, Codable, CaseIterable {
    /// NVIDIA's of GTX 580.
    case fermi
    /// NVIDIA's of V100.
    case volta
    /// NVIDIA's of A100 and A800.
    case ampere
    /// NVIDIA's of H100, H200, H800, H20 and GH200.
    case hopper
    /// NVIDIA's of B200, B300, GB200 and GB300.
    case blackwell
    /// AMD's of MI250X.
    case cdna2
    /// AMD's of MI300X and MI325X.
    case cdna3
    /// AMD's of MI350X and MI355X.
    case cdna4
    /// Intel's of Gaudi 3.
    case gaudi
    /// Google's tensor processing units.
    case tpu
    /// Amazon's of Trainium and Trainium2.
    case trainium
}
