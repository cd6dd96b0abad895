import Optimization
import Planning
import Quantities
import ScalingModel

extension Sweep where Question: ReportedQuestion {
    /// Everything that decides the answers of the sweep, as JSON in base units; a time limit only decides how
    /// many of them there are.
    public var inputs: JSONValue {
        .object([
            "question": template.json, "points": places, "seconds": .number(time.value),
        ])
    }

    private var places: JSONValue {
        switch points {
        case .compute(let from, let to, let count):
            .object(["from": .number(from), "to": .number(to), "count": .integer(count)])
        case .publishedWidths: .text("published widths")
        case .grid(let gpus, let from, let to, let count):
            .object([
                "from": .number(from), "to": .number(to), "count": .integer(count),
                "gpus": .array(gpus.map { .integer($0) }),
            ])
        case .times(let flop, let from, let to, let count):
            .object([
                "flop": .number(flop), "seconds_from": .number(from.value), "seconds_to": .number(to.value),
                "count": .integer(count),
            ])
        }
    }
}
