import Quantities

/// Why an input file or an override cannot be used.
public struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where: a file name, a catalogue or an option.
    public let place: String
    /// The line in that file, where known.
    public let line: Int?
    /// What is wrong and what would be accepted.
    public let reason: String

    /// One line: place, line, reason with remedy; what a terminal would obey is escaped.
    public var description: String {
        Shown.line(line.map { "\(place), line \($0): \(reason)" } ?? "\(place): \(reason)")
    }

    /// Makes an error.
    public init(place: String, line: Int? = nil, reason: String) {
        self.place = place
        self.line = line
        self.reason = reason
    }
}

/// Finding the name that a user probably meant.
public enum Suggestion {
    /// The known name closest to a given one, if it is close enough to be a slip.
    /// - Parameters:
    ///   - name: what was given.
    ///   - known: what would be accepted.
    /// - Returns: the name, or nil.
    public static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        // Nobody misspells a name of hundreds of characters.
        guard name.utf8.count <= 200 else { return nil }
        let scored = known.map { (name: $0, distance: distance(name.lowercased(), $0.lowercased())) }
        guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else {
            return nil
        }
        return best.distance <= max(2, name.count / 2) ? best.name : nil
    }

    /// The known name that a given one is a slip away from: it differs in capitals or in `-` for `_`, in one
    /// letter, or in two where it is long.
    /// - Parameters:
    ///   - name: what was given; none of the known.
    ///   - known: what would be accepted.
    /// - Returns: the name, or nil.
    public static func slip(of name: String, among known: some Sequence<String>) -> String? {
        guard name.utf8.count <= 200 else { return nil }
        func plain(_ text: String) -> String {
            text.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
        }
        let plainName = plain(name)
        return known.first { candidate in
            let other = plain(candidate)
            let most = other.count >= 8 ? 2 : other.count >= 4 ? 1 : 0
            return abs(other.count - plainName.count) <= most && distance(plainName, other) <= most
        }
    }

    /// `, did you mean 'x'?` or nothing.
    /// - Parameters:
    ///   - name: what was given.
    ///   - known: what would be accepted.
    /// - Returns: the phrase, or empty text.
    public static func phrase(for name: String, among known: some Sequence<String>) -> String {
        nearest(to: name, among: known).map { ", did you mean '\($0)'?" } ?? ""
    }

    /// Insertions, deletions and substitutions between two words (Levenshtein 1966).
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var previous = row[0]
            row[0] = index + 1
            for column in right.indices {
                let substituted = previous + (character == right[column] ? 0 : 1)
                previous = row[column + 1]
                row[column + 1] = min(substituted, row[column] + 1, previous + 1)
            }
        }
        return row[right.count]
    }
}
