import Quantities
import Yams

/// A YAML or JSON file as a flat list of scalars under dotted key paths, each with its line.
///
/// `network: [{name: NVLink}]` becomes `network.0.name`. One shape serves reading, overriding a single
/// value and finding unknown keys.
struct FlatDocument {
    struct Scalar {
        var text: String
        var line: Int?
        /// The path with `N` for the index of a list item; a mapping's key stays, also where it is a number.
        var pattern: String
    }

    /// Where the text came from, for messages.
    let place: String
    /// Scalars by path.
    private(set) var scalars: [String: Scalar] = [:]
    /// Paths in the order of the file.
    private(set) var order: [String] = []
    /// Items of each list, by its path.
    private var lengths: [String: Int] = [:]
    /// Values, lists and mappings so far.
    private var nodes = 0

    /// Reads a file's text.
    /// - Parameters:
    ///   - text: YAML or JSON.
    ///   - place: file name for messages.
    /// - Throws: ``ScenarioError`` when the text is not well-formed.
    init(text: String, place: String) throws(ScenarioError) {
        self.place = place
        try DocumentBounds.check(text, place: place)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw Self.fault(error, place: place)
        }
        guard let root, case .mapping = root else {
            throw ScenarioError(
                place: place, reason: "is no mapping of keys to values; see 'hardware show h100-sxm'")
        }
        try add(root, path: "", pattern: "", depth: 0)
    }

    private mutating func add(
        _ node: Node, path: String, pattern: String, depth: Int
    ) throws(ScenarioError) {
        // Aliases are counted each time they are used, so that a short text cannot stand for a long one.
        nodes += 1
        guard nodes <= DocumentBounds.mostNodes else {
            throw ScenarioError(
                place: place, reason: "holds more than \(DocumentBounds.mostNodes) values, aliases counted")
        }
        guard depth < DocumentBounds.mostDepth else {
            throw ScenarioError(place: place, reason: "is nested too deeply at \(Shown.value(path))")
        }
        switch node {
        case .scalar(let scalar):
            guard scalars[path] == nil else {
                throw ScenarioError(
                    place: place, line: scalar.mark?.line, reason: "\(Shown.value(path)) is given twice")
            }
            if let control = Shown.firstControl(in: scalar.string) ?? Shown.firstControl(in: path) {
                throw ScenarioError(
                    place: place, line: scalar.mark?.line,
                    reason: "\(Shown.value(path)) holds the character \(control.escaped); only text is read")
            }
            scalars[path] = Scalar(text: scalar.string, line: scalar.mark?.line, pattern: pattern)
            order.append(path)
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard let name = key.string else {
                    throw ScenarioError(
                        place: place, line: key.mark?.line, reason: "a key must be a plain word")
                }
                try add(
                    value, path: Self.joined(path, name), pattern: Self.joined(pattern, name),
                    depth: depth + 1)
            }
        case .sequence(let sequence):
            lengths[path] = sequence.count
            for (index, value) in sequence.enumerated() {
                try add(
                    value, path: Self.joined(path, "\(index)"), pattern: Self.joined(pattern, "N"),
                    depth: depth + 1)
            }
        case .alias:
            throw ScenarioError(place: place, reason: "\(path) is an alias; write the value itself")
        }
    }

    private static func joined(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }

    /// What the parser found, on one line and without the text around it.
    private static func fault(_ error: any Error, place: String) -> ScenarioError {
        switch error as? YamlError {
        case .duplicatedKeysInMapping(let keys, let context):
            return ScenarioError(
                place: place, line: context.mark.line,
                reason: "\(Shown.value(keys.first ?? "")) is given twice; keep one")
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ScenarioError(place: place, line: mark.line, reason: "is not well-formed: \(problem)")
        case .reader(let problem, _, _, _):
            return ScenarioError(place: place, reason: "is not well-formed: \(problem)")
        default: return ScenarioError(place: place, reason: "cannot be read as YAML or JSON")
        }
    }

    /// The text under a path.
    func text(_ path: String) -> String? { scalars[path]?.text }

    /// The line of a path.
    func line(_ path: String) -> Int? { scalars[path]?.line }

    /// Sets or replaces a scalar.
    mutating func set(_ path: String, to text: String) {
        if scalars[path] == nil { order.append(path) }
        scalars[path] = Scalar(text: text, line: nil, pattern: HardwareKeys.pattern(of: path))
        // The next item of a list makes it longer.
        let parts = path.split(separator: ".")
        for (place, part) in parts.enumerated() {
            let list = parts[..<place].joined(separator: ".")
            if let length = lengths[list], Int(part) == length { lengths[list] = length + 1 }
        }
    }

    /// Removes a scalar, if it is there.
    mutating func remove(_ path: String) {
        scalars[path] = nil
        order.removeAll { $0 == path }
    }

    /// Whether a path holds a list, empty or not.
    func isList(_ path: String) -> Bool { lengths[path] != nil }

    /// How many items a list has; 0 where there is none.
    func count(of list: String) -> Int { lengths[list] ?? 0 }

    /// The path of a scalar with `N` for the index of a list item.
    func pattern(_ path: String) -> String { scalars[path]?.pattern ?? path }
}
