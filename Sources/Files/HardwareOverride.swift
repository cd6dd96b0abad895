/// `--set key=value`: replaces one value of a hardware entry.
enum HardwareOverride {
    /// Applies an override to a document.
    ///
    /// In `network.N.…` the index may be `*` for every level or a level's name. Setting one form of a
    /// bandwidth removes the other. `network.+` adds a level outside all others.
    static func apply(_ override: String, to document: inout FlatDocument) throws(ScenarioError) {
        let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ScenarioError(
                place: "--set \(override)",
                reason: "write it as key=value, for instance hbm.bandwidth=4.8TB/s")
        }
        let key = String(parts[0])
        let value = String(parts[1])
        if key == addedLevel { return try addLevel(value, to: &document) }
        for path in try paths(of: key, in: document) {
            let pattern = HardwareKeys.pattern(of: path)
            let isPrecision = path.hasPrefix("compute.peak_by_precision.")
            guard isPrecision || (HardwareKeys.all.contains(pattern) && !pattern.hasPrefix("provenance"))
            else {
                let known = HardwareKeys.all.filter { !$0.hasPrefix("provenance") }
                throw ScenarioError(
                    place: "--set \(override)",
                    reason: "'\(key)' is not a key" + Suggestion.phrase(for: pattern, among: known))
            }
            if path.hasSuffix(".bandwidth_one_way") || path.hasSuffix(".bandwidth_bidirectional") {
                let level = path.split(separator: ".").dropLast().joined(separator: ".")
                document.remove("\(level).bandwidth_one_way")
                document.remove("\(level).bandwidth_bidirectional")
            }
            document.set(path, to: value)
        }
    }

    private static func paths(of key: String, in document: FlatDocument) throws(ScenarioError) -> [String] {
        let parts = key.split(separator: ".").map(String.init)
        guard parts.count == 3, parts[0] == "network" else { return [key] }
        let levels = Array(0..<document.count(of: "network"))
        if let index = Int(parts[1]) {
            // The number after the last begins a level outside all others.
            guard index >= 0, index <= levels.count else {
                throw ScenarioError(
                    place: "--set \(key)",
                    reason:
                        "there is no network level \(index); the machine has 0 to \(levels.count - 1), and "
                        + "\(levels.count) adds one")
            }
            return [key]
        }
        let chosen =
            parts[1] == "*"
            ? levels
            : levels.filter { document.text("network.\($0).name")?.lowercased() == parts[1].lowercased() }
        guard !chosen.isEmpty else {
            let names = levels.compactMap { document.text("network.\($0).name") }.joined(separator: ", ")
            throw ScenarioError(
                place: "--set \(key)",
                reason: "no network level is called '\(parts[1])'; use an index, '*' or one of: \(names)")
        }
        return chosen.map { "network.\($0).\(parts[2])" }
    }
}
