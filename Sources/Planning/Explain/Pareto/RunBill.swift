/// What a run costs: time of accelerators, money and energy.
public struct RunBill: Hashable, Sendable {
    /// Hours of accelerators reserved: their number times the hours of the run.
    public let hours: Double
    /// Dollars for those hours; nil where no price is known.
    public let dollars: Double?
    /// Joules drawn in that time; nil where no power is known.
    public let joules: Double?

    /// Makes a bill.
    /// - Parameters:
    ///   - hours: of accelerators reserved.
    ///   - dollars: for those hours; nil where no price is known.
    ///   - joules: drawn in that time; nil where no power is known.
    public init(hours: Double, dollars: Double?, joules: Double?) {
        self.hours = hours
        self.dollars = dollars
        self.joules = joules
    }
}
