import Charts
import TransformerModel

/// The terms that can bind a plan, in words and colours for figures.
enum BindingName {
    /// The term in words.
    /// - Parameter term: as in the column `binding`.
    /// - Returns: words for a legend.
    static func words(_ term: String) -> String {
        switch term {
        case "arithmetic": "arithmetic"
        case "hbm": "memory bandwidth"
        case "l2": "L2 bandwidth"
        case "shared": "shared memory"
        case "kernel_latency": "kernel latency"
        case "tensor": "tensor traffic"
        case "pipeline_expert": "pipeline and expert traffic"
        case "data": "data traffic"
        case "network_latency": "network latency"
        case "bubble": "pipeline bubble"
        case "memory": "memory capacity"
        case "network_bandwidth": "network bandwidth"
        default: StepBreakdown.words(term)
        }
    }

    /// A colour for each term that occurs, no two alike while there are at most twelve.
    /// - Parameter terms: in any order, with repetitions.
    /// - Returns: each term once, in the order of legends.
    static func hues(_ terms: some Sequence<String>) -> [(term: String, hue: Hue)] {
        var used: Set<Hue> = []
        let present = Set(terms)
        let known = preferred.filter { present.contains($0.term) }
        let others = present.subtracting(known.map(\.term)).sorted().map { (term: $0, hue: Hue.grey) }
        return (known + others).map { term, wish in
            let hue = used.contains(wish) ? Hue.allCases.first { !used.contains($0) } ?? wish : wish
            used.insert(hue)
            return (term, hue)
        }
    }

    /// In the order of legends; a colour that an earlier term has taken is replaced.
    private static let preferred: [(term: String, hue: Hue)] = [
        ("arithmetic", .blue), ("tensor", .purple), ("pipeline_expert", .green), ("data", .orange),
        ("network_latency", .vermillion), ("bubble", .yellow), ("memory", .grey), ("hbm", .sky),
        ("l2", .sky), ("shared", .sky), ("kernel_latency", .grey),
    ]
}
