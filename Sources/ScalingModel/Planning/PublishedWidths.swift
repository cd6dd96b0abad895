import Training

/// The widths of the published tables.
public enum PublishedWidths {
    /// Every k·2^i with odd k ≤ 15 and i ≥ 11 from 12288 to 128·12288, ascending.
    public static let all = RoundNumber.friendly(in: 12288...(128 * 12288), leastExponent: 11)

    /// Utilization at which a curve ends.
    public static let leastUtilization = 0.001
}
