import Charts
import Search

/// The figures of a curve as Vega-Lite specifications with their data, for those who draw in their own style.
///
/// Source: the Vega-Lite 5 reference, https://vega.github.io/vega-lite/docs/.
public struct VegaLiteFrontier: Sendable {
    private let frontier: ScalingFrontier

    /// Takes a frontier with its landmarks.
    public init(_ frontier: ScalingFrontier) { self.frontier = frontier }

    /// Specifications with the names of their files, without `.vl.json`; none of a frontier without a plan.
    ///
    /// A curve gives `utilization` and `parallelism`, a grid `utilization` as a map.
    public var specifications: [(name: String, json: JSONValue)] {
        guard frontier.points.contains(where: { $0.plan != nil }) else { return [] }
        if case .grid = frontier.sweep.points { return [("utilization", map)] }
        return [("utilization", curve), ("parallelism", shares)]
    }

    private var plans: [PricedPlan] { frontier.points.compactMap(\.plan) }

    private func document(_ title: String, values: [JSONValue], _ members: [String: JSONValue]) -> JSONValue {
        let base: [String: JSONValue] = [
            "$schema": .text("https://vega.github.io/schema/vega-lite/v5.json"),
            "title": .text(title), "width": .integer(720), "height": .integer(360),
            "data": .object(["values": .array(values)]),
        ]
        return .object(base.merging(members) { first, _ in first })
    }

    private func channel(
        _ field: String, _ type: String, title: String, _ more: [String: JSONValue] = [:]
    ) -> JSONValue {
        let base: [String: JSONValue] = [
            "field": .text(field), "type": .text(type), "title": .text(title),
        ]
        return .object(base.merging(more) { first, _ in first })
    }

    private var compute: JSONValue {
        channel(
            "flop", "quantitative", title: "Training compute (FLOP)",
            [
                "scale": .object(["type": .text("log"), "nice": .flag(false)]),
                "axis": .object(["format": .text(".0e")]),
            ])
    }

    private func utilization(_ field: String) -> JSONValue {
        channel(
            field, "quantitative", title: "Model FLOP utilization (% of peak)",
            ["axis": .object(["format": .text("%")])])
    }

    private var machine: String { frontier.sweep.template.machine.title }

    private var curve: JSONValue {
        let values = plans.map { plan in
            JSONValue.object([
                "flop": .number(plan.run.flop), "utilization": .number(plan.utilization),
                "gpus": .integer(plan.gpus), "binding": .text(BindingName.words(plan.binding)),
                "strategy": .text(StrategyBands.name(plan)),
            ])
        }
        var marks: [JSONValue] = []
        for (name, flop) in [
            ("end of linear scaling", frontier.endOfLinearScaling?.flop),
            ("largest run", frontier.largestRun?.flop), ("latency wall", frontier.latencyWall),
        ] {
            if let flop { marks.append(.object(["flop": .number(flop), "landmark": .text(name)])) }
        }
        let line = JSONValue.object([
            "mark": .object(["type": .text("line")]),
            "encoding": .object(["x": compute, "y": utilization("utilization")]),
        ])
        let points = JSONValue.object([
            "mark": .object(["type": .text("point"), "filled": .flag(true), "tooltip": .flag(true)]),
            "encoding": .object([
                "x": compute, "y": utilization("utilization"),
                "color": channel("binding", "nominal", title: "binds"),
            ]),
        ])
        let rules = JSONValue.object([
            "data": .object(["values": .array(marks)]),
            "mark": .object([
                "type": .text("rule"), "strokeDash": .array([.integer(4), .integer(4)]),
                "tooltip": .flag(true),
            ]),
            "encoding": .object([
                "x": compute, "detail": .object(["field": .text("landmark"), "type": .text("nominal")]),
            ]),
        ])
        let layers = marks.isEmpty ? [line, points] : [line, points, rules]
        return document(
            "Utilization over training compute, \(machine)", values: values, ["layer": .array(layers)])
    }

    private var shares: JSONValue {
        let values = plans.flatMap { plan in
            [
                ("1 tensor", plan.plan.tensor), ("2 pipeline", plan.plan.pipeline),
                ("3 expert", plan.plan.expert), ("4 data", plan.plan.data),
            ].map { name, degree in
                JSONValue.object([
                    "flop": .number(plan.run.flop), "kind": .text(name), "degree": .integer(degree),
                    "doublings": .number(Doublings.of(degree)),
                ])
            }
        }
        return document(
            "Degrees of parallelism over training compute, \(machine)", values: values,
            [
                "mark": .object(["type": .text("area"), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": compute,
                    "y": channel(
                        "doublings", "quantitative", title: "Degrees of parallelism (doublings)",
                        ["stack": .text("zero")]),
                    "color": channel("kind", "nominal", title: "parallelism"),
                    "order": .object(["field": .text("kind"), "type": .text("nominal")]),
                ]),
            ])
    }

    private var map: JSONValue {
        let values = frontier.points.compactMap { point in
            point.plan.map { plan in
                JSONValue.object([
                    "flop": .number(point.cell.flop), "gpus_given": .integer(point.cell.gpus ?? plan.gpus),
                    "utilization": .number(plan.utilizationOfGiven),
                    "binding": .text(BindingName.words(plan.binding)),
                ])
            }
        }
        return document(
            "Utilization of the GPUs given, \(machine)", values: values,
            [
                "mark": .object(["type": .text("rect"), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": channel(
                        "flop", "ordinal", title: "Training compute (FLOP)",
                        ["axis": .object(["format": .text(".1e"), "labelOverlap": .flag(true)])]),
                    "y": channel(
                        "gpus_given", "ordinal", title: "GPUs given",
                        ["sort": .text("descending")]),
                    "color": channel(
                        "utilization", "quantitative", title: "Utilization (% of peak)",
                        ["legend": .object(["format": .text("%")])]),
                ]),
            ])
    }
}
