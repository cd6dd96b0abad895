import Charts
import Evidence
import Planning
import Quantities
import Training

/// How sure the utilizations of a sweep's plans are: where they lie if predictions miss as those of published steps did.
///
/// It is the plan shown that is slower or faster; the fewest accelerators for a slower machine are more than it shows.
struct FrontierSureness<Question: ReportedQuestion>: Sendable {
    let sweep: Sweep<Question>

    /// Whether there are columns of it.
    var isKnown: Bool { sweep.template.isHeldAgainstSteps }

    /// The utilization by which scaling is judged in eight of ten cases, a share of the peak; nil where no step like that
    /// of the plan was published.
    func range(_ plan: Question.Priced) -> ClosedRange<Double>? {
        sweep.template.predictionBand(of: plan).map { range(plan, $0) }
    }

    private func range(_ plan: Question.Priced, _ band: PredictionBand) -> ClosedRange<Double> {
        let utilization = sweep.utilization(plan)
        return utilization / band.high...utilization / band.low
    }

    // MARK: Scripts

    /// The columns of one plan; of nil the same ones without values.
    func fields(_ plan: Question.Priced?) -> [Field] {
        guard isKnown else { return [] }
        let known = plan.flatMap { plan in
            sweep.template.predictionBand(of: plan).map { (range: range(plan, $0), band: $0) }
        }
        let name = sweep.kind.utilizationField
        return [
            Field("\(name)_low", known.map { .number($0.range.lowerBound) } ?? .missing),
            Field("\(name)_high", known.map { .number($0.range.upperBound) } ?? .missing),
            Field("band_rows", known.map { .integer($0.band.rows) } ?? .missing),
            Field("band_most_gpus", known.map { .integer($0.band.mostGPUs) } ?? .missing),
        ]
    }

    // MARK: People

    /// The column of a table.
    var column: [(name: String, alignment: TextTable.Alignment)] { isKnown ? [("8 of 10", .right)] : [] }

    /// The cell of a plan.
    func cell(_ plan: Question.Priced) -> [String] {
        guard isKnown else { return [] }
        return [
            range(plan).map { "\(Readable.percent($0.lowerBound)) to \(Readable.percent($0.upperBound))" }
                ?? "unknown"
        ]
    }

    /// What the column or the shading means.
    /// - Parameters:
    ///   - plans: of the sweep.
    ///   - name: of what is explained.
    /// - Returns: one sentence or two; nil without plans, and where predictions are held against no steps.
    func words(_ plans: [Question.Priced], _ name: String) -> String? {
        guard isKnown, !plans.isEmpty else { return nil }
        let bands = plans.compactMap { plan in
            sweep.template.predictionBand(of: plan).map { (band: $0, gpus: plan.gpus) }
        }
        guard !bands.isEmpty else {
            return "No step of such runs was published: nothing says how sure these figures are."
        }
        let unit = sweep.template.machine.unit
        var seen: Set<String> = []
        let kinds = bands.map(\.band).filter { seen.insert($0.name).inserted }
            .map { "\($0.rows) of \($0.name)" }.joined(separator: "; ")
        let text =
            "\(name): the same plans, if they miss their prediction as eight of ten published steps like them did "
            + "(\(kinds))."
        guard let known = bands.map(\.band.mostGPUs).max(), bands.contains(where: { $0.gpus > known }) else {
            return text
        }
        return text
            + " None of those ran on more than \(Readable.count(known)) \(unit)s; beyond, it is carried over."
    }

    /// The shading of a curve.
    /// - Parameter places: of the curve in ascending order, with their plans.
    /// - Returns: the shaded area; nil where no place has a band.
    func ribbon(_ places: [(x: Double, plan: Question.Priced)]) -> Ribbon? {
        let edges = places.compactMap { place in
            range(place.plan).map { Ribbon.Edge(x: place.x, low: $0.lowerBound, high: $0.upperBound) }
        }
        return edges.isEmpty ? nil : Ribbon("eight of ten published steps", edges: edges, hue: .grey)
    }
}
