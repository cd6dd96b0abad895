/// Time in seconds.
public typealias Seconds = Quantity<TimeDimension>
/// Data in bytes.
public typealias Bytes = Quantity<DataDimension>
/// Arithmetic work in floating-point operations; a multiply-add counts as two.
public typealias Flop = Quantity<WorkDimension>
/// Data rate in bytes per second.
public typealias BytesPerSecond = Quantity<DataRateDimension>
/// Arithmetic rate in floating-point operations per second.
public typealias FlopPerSecond = Quantity<WorkRateDimension>
/// Frequency in hertz.
public typealias Hertz = Quantity<FrequencyDimension>
/// Electric power in watts.
public typealias Watts = Quantity<PowerDimension>
/// Money in United States dollars.
public typealias Dollars = Quantity<MoneyDimension>

/// The year that training times are counted in: 3.154e7 s, as in arXiv:2411.01137.
///
/// A month is its twelfth; a day is 86,400 s.
public enum Calendar {
    /// Seconds of a year.
    public static let year = Seconds(3.154e7)
    /// Seconds of a month: a twelfth of the year.
    public static let month = year / 12
    /// Seconds of a day.
    public static let day = Seconds(86_400)
}

/// Dimension of ``Seconds``.
public enum TimeDimension: QuantityDimension {
    /// The base unit as printed.
    public static let symbol = "s"
    /// Units that are read, with their factors.
    public static let units: [String: Double] = [
        "s": 1, "sec": 1, "second": 1, "seconds": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
        "min": 60, "minute": 60, "minutes": 60, "h": 3600, "hour": 3600, "hours": 3600,
        "d": Calendar.day.value, "day": Calendar.day.value, "days": Calendar.day.value,
        "week": 7 * Calendar.day.value, "weeks": 7 * Calendar.day.value,
        "mo": Calendar.month.value, "month": Calendar.month.value, "months": Calendar.month.value,
        "y": Calendar.year.value, "year": Calendar.year.value, "years": Calendar.year.value,
    ]
    /// Units that take SI prefixes.
    public static let prefixable: Set<String> = []
    /// What a reader is told would be read.
    public static let example = "90d, 3months, 4.5us"
}

/// Dimension of ``Bytes``; KB to EB are decimal, KiB to EiB binary.
public enum DataDimension: QuantityDimension {
    /// The base unit as printed.
    public static let symbol = "B"
    /// Units that are read, with their factors.
    public static let units: [String: Double] = binaryPrefixed("B").merging(
        ["B": 1, "byte": 1, "bytes": 1, "bit": 0.125, "b": 0.125], uniquingKeysWith: { $1 })
    /// Units that take SI prefixes.
    public static let prefixable: Set<String> = ["B", "b", "bit"]
    /// What a reader is told would be read.
    public static let example = "80GB, 80GiB"
}

/// Dimension of ``Flop``.
public enum WorkDimension: QuantityDimension {
    /// The base unit as printed.
    public static let symbol = "FLOP"
    /// Units that are read, with their factors.
    public static let units: [String: Double] = ["FLOP": 1, "FLOPs": 1, "flop": 1, "flops": 1]
    /// Units that take SI prefixes.
    public static let prefixable: Set<String> = ["FLOP", "FLOPs"]
    /// What a reader is told would be read.
    public static let example = "1e27, 3.5e24FLOP"
}

/// Dimension of ``BytesPerSecond``; `bps` is bits per second.
public enum DataRateDimension: QuantityDimension {
    /// The base unit as printed.
    public static let symbol = "B/s"
    /// Units that are read, with their factors.
    public static let units: [String: Double] = binaryPrefixed("B/s").merging(
        ["B/s": 1, "bps": 0.125, "bit/s": 0.125, "b/s": 0.125], uniquingKeysWith: { $1 })
    /// Units that take SI prefixes.
    public static let prefixable: Set<String> = ["B/s", "bps", "bit/s", "b/s"]
    /// What a reader is told would be read.
    public static let example = "50GB/s, 400Gbps, 4.8TB/s"
}

/// Dimension of ``FlopPerSecond``.
public enum WorkRateDimension: QuantityDimension {
    /// The base unit as printed.
    public static let symbol = "FLOP/s"
    /// Units that are read, with their factors.
    public static let units: [String: Double] = ["FLOP/s": 1, "FLOPS": 1, "flop/s": 1]
    /// Units that take SI prefixes.
    public static let prefixable: Set<String> = ["FLOP/s", "FLOPS", "flop/s"]
    /// What a reader is told would be read.
    public static let example = "989TFLOP/s, 2.25PFLOP/s"
}

/// Dimension of ``Hertz``.
public enum FrequencyDimension: QuantityDimension {
    /// The base unit as printed.
    public static let symbol = "Hz"
    /// Units that are read, with their factors.
    public static let units: [String: Double] = ["Hz": 1]
    /// Units that take SI prefixes.
    public static let prefixable: Set<String> = ["Hz"]
    /// What a reader is told would be read.
    public static let example = "1.83GHz"
}

/// Dimension of ``Watts``.
public enum PowerDimension: QuantityDimension {
    /// The base unit as printed.
    public static let symbol = "W"
    /// Units that are read, with their factors.
    public static let units: [String: Double] = ["W": 1]
    /// Units that take SI prefixes.
    public static let prefixable: Set<String> = ["W"]
    /// What a reader is told would be read.
    public static let example = "700W"
}

/// Dimension of ``Dollars``.
public enum MoneyDimension: QuantityDimension {
    /// The base unit as printed.
    public static let symbol = "USD"
    /// Units that are read, with their factors.
    public static let units: [String: Double] = ["USD": 1, "$": 1]
    /// Units that take SI prefixes.
    public static let prefixable: Set<String> = ["USD"]
    /// What a reader is told would be read.
    public static let example = "33600USD"
}

private func binaryPrefixed(_ unit: String) -> [String: Double] {
    var units: [String: Double] = [:]
    var factor = 1.0
    for prefix in ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] {
        factor *= 1024
        units[prefix + unit] = factor
    }
    return units
}

extension Quantity where Dimension == TimeDimension {
    /// Months of a twelfth of 3.154e7 s.
    /// - Parameter count: any number.
    /// - Returns: seconds.
    public static func months(_ count: Double) -> Self { Calendar.month * count }

    /// Days of 86,400 s.
    /// - Parameter count: any number.
    /// - Returns: seconds.
    public static func days(_ count: Double) -> Self { Calendar.day * count }
}
