/// The software that all rows of a group name, for rows of the same group in other tables that name none.
public struct GroupSoftware: Sendable {
    private var known: [String: (framework: String, release: String?)] = [:]

    /// Knows no group.
    public init() {}

    /// Learns what the rows of a table name.
    /// - Parameter table: with the columns group, framework and release.
    public init(_ table: StepTable) {
        var frameworks: [String: Set<String>] = [:]
        var releases: [String: Set<String>] = [:]
        for row in table.rows {
            guard let group = row.text("group"), let (framework, release) = Self.named(by: row) else {
                continue
            }
            frameworks[group, default: []].insert(framework)
            releases[group, default: []].insert(release ?? "")
        }
        for (group, names) in frameworks where names.count == 1 {
            let all = releases[group] ?? []
            let release = all.count == 1 ? all.first ?? "" : ""
            known[group] = (names.first ?? "", release.isEmpty ? nil : release)
        }
    }

    /// What a row names itself.
    private static func named(by row: StepRow) -> (framework: String, release: String?)? {
        row.text("framework").map { ($0, row.text("release")) }
    }

    /// What a row names, or else the other rows of its group.
    func software(of row: StepRow) -> (framework: String, release: String?)? {
        Self.named(by: row) ?? row.text("group").flatMap { known[$0] }
    }
}
