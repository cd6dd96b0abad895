import Files
import Training

/// Measured steps, with rows that state the same inputs taken together.
///
/// Such rows differ in what no table states (releases of software, settings); their median stands for them,
/// and how far they are from it is the noise floor, which no prediction can be expected to beat.
public struct MeasuredSteps: Sendable {
    /// Rows of the same inputs.
    public struct Case: Sendable {
        /// Their names.
        public let ids: [String]
        /// The group of the first.
        public let group: String
        /// What they state.
        public let inputs: StepInputs
        /// Median of the measured times, seconds.
        public let measured: Double
        /// Whether everything is stated that a complete row states.
        public let isComplete: Bool
        /// Whether their source takes them for outliers.
        public let isDoubtful: Bool
        /// What they agree in besides the plan.
        let sweep: String
        /// Their plan.
        let plan: String
    }

    /// A row that cannot be priced.
    public struct Failure: Sendable {
        /// Its name.
        public let id: String
        /// Why.
        public let reason: String
    }

    /// Distinct inputs in the order of the table.
    public let cases: [Case]
    /// Rows left out.
    public let failures: [Failure]
    /// Errors that the medians have over the rows they stand for.
    public let noise: ErrorStatistics?

    init(cases: [Case], failures: [Failure], noise: ErrorStatistics?) {
        self.cases = cases
        self.failures = failures
        self.noise = noise
    }

    /// The cases on some machines.
    func on(_ machines: Set<String>) -> MeasuredSteps {
        arranged(cases.indices.filter { machines.contains(cases[$0].inputs.machine.name) })
    }

    /// Some of the cases, in another order.
    func arranged(_ order: [Int]) -> MeasuredSteps {
        MeasuredSteps(cases: order.map { cases[$0] }, failures: failures, noise: noise)
    }

    /// Reads a table.
    /// - Parameters:
    ///   - table: with measured times in `step_seconds`.
    ///   - inference: what is taken where a row does not state something.
    public init(_ table: StepTable, inference: RowInference) {
        var order: [String] = []
        var rows: [String: [(id: String, row: StepRow, seconds: Double)]] = [:]
        var failures: [Failure] = []
        for (index, row) in table.rows.enumerated() {
            let id = row.text("id") ?? "row \(index + 1)"
            do {
                let seconds = try row.seconds("step_seconds")
                let key = row.key() + "\u{1F}" + (row.text("group") ?? "")
                if rows[key] == nil { order.append(key) }
                rows[key, default: []].append((id, row, seconds))
            } catch { failures.append(Failure(id: id, reason: "\(error)")) }
        }
        var cases: [Case] = []
        var noise: [Double] = []
        for key in order {
            guard let members = rows[key], let first = members.first else { continue }
            do {
                let inputs = try inference.inputs(first.row)
                let times = members.map(\.seconds).sorted()
                let median = ErrorStatistics.quantile(times, 0.5)
                if times.count > 1 { noise += times.map { median / $0 - 1 } }
                let group = first.row.text("group") ?? ""
                cases.append(
                    Case(
                        ids: members.map(\.id), group: group, inputs: inputs, measured: median,
                        isComplete: first.row.isComplete, isDoubtful: first.row.isDoubtful,
                        sweep: group + "\u{1F}" + first.row.key(without: StepRow.plan), plan: key))
            } catch {
                for member in members { failures.append(Failure(id: member.id, reason: "\(error)")) }
            }
        }
        self.cases = cases
        self.failures = failures
        self.noise = ErrorStatistics(noise)
    }
}
