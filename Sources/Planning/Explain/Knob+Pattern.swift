import Training

/// Why a name of a number cannot be used.
public struct ExplainError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: what, why, what would do.
    public let description: String

    /// Makes an error from its one line.
    public init(_ description: String) { self.description = description }
}

extension KeyedNumber {
    /// The numbers that a key names: `hbm.bandwidth`, `network.0.latency`, `network.NVLink.latency`, or with
    /// `*` in place of a part, `network.*.latency`.
    /// - Parameters:
    ///   - pattern: a key; letter case does not matter.
    ///   - known: what may be meant.
    ///   - machine: names the network levels.
    /// - Returns: at least one number, from the matrix engine outwards.
    /// - Throws: ``ExplainError`` that lists the keys where none is meant.
    public static func named(
        _ pattern: String, among known: [Self], on machine: Accelerator
    ) throws(ExplainError) -> [Self] {
        var wanted = pattern.lowercased()
        for suffix in ["_bidirectional", "_one_way"] where wanted.hasSuffix(suffix) {
            wanted.removeLast(suffix.count)
        }
        let parts = wanted.split(separator: ".", omittingEmptySubsequences: false)
        let meant = known.filter { number in
            let key = number.key.split(separator: ".")
            guard key.count == parts.count else { return false }
            return zip(key, parts).allSatisfy { own, part in
                if part == "*" || own == part { return true }
                guard let level = Int(own), machine.network.indices.contains(level) else { return false }
                return machine.network[level].name.lowercased() == part
            }
        }
        guard !meant.isEmpty else {
            throw ExplainError(
                "'\(pattern)' names no number above zero; write one of "
                    + known.map(\.key).joined(separator: ", ") + ", or * in place of a part")
        }
        return meant
    }
}
