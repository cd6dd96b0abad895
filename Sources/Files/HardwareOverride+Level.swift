extension HardwareOverride {
    /// The key that adds a network level.
    static let addedLevel = "network.+"

    /// Keys of an added level: those of a level, and how many domains of the level that was outermost until
    /// now one domain of it holds.
    private static let levelKeys = [
        "name", "size_below", "bandwidth_bidirectional", "bandwidth_one_way", "latency", "kind",
    ]

    /// `network.+={name: WAN, size_below: 2048, bandwidth_one_way: 10GB/s, latency: 5ms}`: a level outside
    /// all others; the level that was the last gets the size.
    /// - Parameters:
    ///   - value: a mapping in braces.
    ///   - document: gets the level.
    /// - Throws: ``ScenarioError`` naming the key that is missing or unknown.
    static func addLevel(_ value: String, to document: inout FlatDocument) throws(ScenarioError) {
        let place = "--set \(addedLevel)=\(value)"
        let example = "{name: WAN, size_below: 2048, bandwidth_one_way: 10GB/s, latency: 5ms}"
        guard value.hasPrefix("{"), let level = try? FlatDocument(text: value, place: place) else {
            throw ScenarioError(place: place, reason: "write the level like \(example)")
        }
        for key in level.order where !levelKeys.contains(key) {
            throw ScenarioError(
                place: place, reason: "'\(key)' is not a key" + Suggestion.phrase(for: key, among: levelKeys))
        }
        guard let size = level.text("size_below") else {
            throw ScenarioError(
                place: place,
                reason:
                    "size_below is missing: how many domains of the last level so far are in one of it"
            )
        }
        let count = document.count(of: "network")
        guard count > 0 else {
            throw ScenarioError(place: place, reason: "the machine has no network level yet")
        }
        document.set("network.\(count - 1).size", to: size)
        for key in level.order where key != "size_below" {
            document.set("network.\(count).\(key)", to: level.text(key) ?? "")
        }
    }
}
