/// Why a schedule or its times cannot be used.
public enum ScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A count out of range.
    case count(what: String, value: Int, accepted: String)
    /// A time, a size or a factor out of range.
    case number(what: String, value: Double, accepted: String)

    /// What, its value, and what would be accepted.
    public var description: String {
        switch self {
        case .count(let what, let value, let accepted): "\(what) is \(value); accepted: \(accepted)"
        case .number(let what, let value, let accepted): "\(what) is \(value); accepted: \(accepted)"
        }
    }
}
