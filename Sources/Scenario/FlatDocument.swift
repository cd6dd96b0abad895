import Yams

/// A YAML or JSON file as a flat list of scalars under dotted key paths, each with its line.
///
/// `network: [{name: NVLink}]` becomes `network.0.name`. One shape serves reading, overriding a single
/// value and finding unknown keys.
struct FlatDocument {
    struct Scalar {
        var text: String
        var line: Int?
    }

    /// Where the text came from, for messages.
    let place: String
    /// Scalars by path.
    private(set) var scalars: [String: Scalar] = [:]
    /// Paths in the order of the file.
    private(set) var order: [String] = []

    /// Reads a file's text.
    /// - Parameters:
    ///   - text: YAML or JSON.
    ///   - place: file name for messages.
    /// - Throws: ``ScenarioError`` when the text is not well-formed.
    init(text: String, place: String) throws(ScenarioError) {
        self.place = place
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw ScenarioError(place: place, reason: Self.oneLine(error))
        } catch {
            throw ScenarioError(place: place, reason: "cannot be read as YAML or JSON: \(error)")
        }
        guard let root, case .mapping = root else {
            throw ScenarioError(
                place: place, reason: "is no mapping of keys to values; see 'hardware show h100-sxm'")
        }
        try add(root, path: "", depth: 0)
    }

    private mutating func add(_ node: Node, path: String, depth: Int) throws(ScenarioError) {
        guard depth < 16 else { throw ScenarioError(place: place, reason: "is nested too deeply at \(path)") }
        switch node {
        case .scalar(let scalar):
            guard scalars[path] == nil else {
                throw ScenarioError(place: place, line: scalar.mark?.line, reason: "\(path) is given twice")
            }
            scalars[path] = Scalar(text: scalar.string, line: scalar.mark?.line)
            order.append(path)
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard let name = key.string else {
                    throw ScenarioError(
                        place: place, line: key.mark?.line, reason: "a key must be a plain word")
                }
                try add(value, path: path.isEmpty ? name : "\(path).\(name)", depth: depth + 1)
            }
        case .sequence(let sequence):
            for (index, value) in sequence.enumerated() {
                try add(value, path: path.isEmpty ? "\(index)" : "\(path).\(index)", depth: depth + 1)
            }
        case .alias:
            throw ScenarioError(place: place, reason: "\(path) is an alias; write the value itself")
        }
    }

    private static func oneLine(_ error: YamlError) -> String {
        let words = "\(error)".split(whereSeparator: \.isNewline).map { String($0) }
        return "is not well-formed: " + words.joined(separator: " ")
    }

    /// The text under a path.
    func text(_ path: String) -> String? { scalars[path]?.text }

    /// The line of a path.
    func line(_ path: String) -> Int? { scalars[path]?.line }

    /// Sets or replaces a scalar.
    mutating func set(_ path: String, to text: String) {
        if scalars[path] == nil { order.append(path) }
        scalars[path] = Scalar(text: text, line: nil)
    }

    /// Removes a scalar, if it is there.
    mutating func remove(_ path: String) {
        scalars[path] = nil
        order.removeAll { $0 == path }
    }

    /// How many items a list has.
    func count(of list: String) -> Int {
        let indices = order.compactMap { path -> Int? in
            guard path.hasPrefix(list + ".") else { return nil }
            return Int(path.dropFirst(list.count + 1).prefix { $0 != "." })
        }
        return (indices.max() ?? -1) + 1
    }
}
