import Files
import Planning
import ScalingModel

/// Plans that a user writes down to be compared with the best.
enum GivenPlans {
    /// Reads what `--plan` gives: decisions, or tables of them.
    static func read(_ given: [String]) throws -> [PartialPlan] {
        try given.flatMap { text in
            try checkingInput { text != "-" && text.contains("=") ? [try parse(text)] : try table(text) }
        }
    }

    /// Reads `key=value,key=value`.
    private static func parse(_ text: String) throws -> PartialPlan {
        let fields = try text.split(separator: ",").map { part in
            let (name, value) = try OptionText.pair("--plan", String(part), example: "tp_ff=8,dp=4")
            return (name: name, value: value)
        }
        do { return try PartialPlan(fields: fields) } catch { throw InputError("--plan \(text): \(error)") }
    }

    /// Reads the rows of a table; columns that are no part of a plan are passed over.
    private static func table(_ file: String) throws -> [PartialPlan] {
        let table = try CSVTable(text: try TextFile.read(file, .table), place: file)
        let named = try table.renamed(by: PlanLimits.Decision.canonical, place: file)
        let known = Set(PartialPlan.keys)
        guard named.header.contains(where: known.contains) else {
            throw InputError("\(file) has none of the columns \(PartialPlan.keys.joined(separator: ", "))")
        }
        try named.refuseMisspelt(known: PartialPlan.keys, place: file)
        return try table.rows.enumerated().map { index, cells in
            let fields = zip(named.header, cells).filter { known.contains($0.0) && !$0.1.isEmpty }
            do { return try PartialPlan(fields: fields.map { (name: $0.0, value: $0.1) }) } catch {
                throw InputError("\(file), row \(index + 1): \(error)")
            }
        }
    }
}
