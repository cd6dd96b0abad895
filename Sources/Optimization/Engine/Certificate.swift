/// What a search proved about its answer.
public struct Certificate: Hashable, Sendable, Codable {
    /// Which engine searched.
    public var engine: String
    /// Whether the gap is zero.
    public var isOptimal: Bool
    /// Proved bound on what was asked.
    public var bound: ProvedBound?
    /// Where every assignment went.
    public var account: LeafAccount
    /// Searches of a fixed shape and batch that the answer took.
    public var searches: Int

    /// A bound on the asked quantity.
    public enum ProvedBound: Hashable, Sendable, Codable {
        /// No plan is faster, seconds of the run.
        case leastSeconds(Double)
        /// No smaller cluster holds a plan.
        case fewestGPUs(Double)
        /// No plan has a higher utilization of the cluster that holds it.
        case highestUtilization(Double)
        /// No larger run finishes, FLOP.
        case largestFlop(Double)
        /// No run of any shape that finishes buys more effective compute, FLOP.
        case largestEffectiveFlop(Double)
    }

    /// Relative distance between the answer and the bound; nil where one of them is missing.
    public var gap: Double?
    /// What the engines report, with the reason for the choice of `auto`.
    public var engines: EngineAccount?
    /// Where every shape went; nil where the shape followed the laws.
    public var shapes: ShapeAccount?

    /// Of an answer that needed no search, or had no time for one.
    package static let unsearched = Certificate(
        engine: "enumerate", isOptimal: false, bound: nil, account: .empty, searches: 0, gap: nil)

    /// Of a plan that was given and not searched.
    package static let given = Certificate(
        engine: "none", isOptimal: false, bound: nil, account: .empty, searches: 0, gap: nil)

    /// Makes a certificate.
    public init(
        engine: String, isOptimal: Bool, bound: ProvedBound?, account: LeafAccount, searches: Int,
        gap: Double? = nil, engines: EngineAccount? = nil, shapes: ShapeAccount? = nil
    ) {
        self.engine = engine
        self.isOptimal = isOptimal
        self.bound = bound
        self.account = account
        self.searches = searches
        self.gap = gap
        self.engines = engines
        self.shapes = shapes
    }
}
