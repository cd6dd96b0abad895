import Foundation
import Optimization
import Planning
import ScalingModel
import Training

/// The figures of a curve as Vega-Lite specifications with their data, for those who draw in their own style.
///
/// Source: the Vega-Lite 5 reference, https://vega.github.io/vega-lite/docs/.
public struct VegaLiteFrontier<Question: ReportedQuestion>: Sendable {
    private let frontier: SweepFrontier<Question>
    private let uncertainty: FrontierUncertainty?

    /// Takes a frontier with its landmarks.
    /// - Parameters:
    ///   - frontier: from a sweep.
    ///   - uncertainty: how it fares on machines known roughly, for curves; nil where that was not asked.
    public init(_ frontier: SweepFrontier<Question>, uncertainty: FrontierUncertainty? = nil) {
        self.frontier = frontier
        self.uncertainty = uncertainty
    }

    /// Specifications with the names of their files, without `.vl.json`; none of a frontier without a plan.
    ///
    /// A curve gives `utilization` and `parallelism`, a grid `utilization` as a map, a curve over
    /// time `utilization`.
    public var specifications: [(name: String, json: JSONValue)] {
        guard frontier.points.contains(where: { $0.plan != nil }) else { return [] }
        switch frontier.sweep.points {
        case .grid: return [("utilization", map)]
        case .times: return [("utilization", overTime)]
        case .compute, .publishedWidths: return [("utilization", curve), ("parallelism", shares)]
        }
    }

    private var plans: [Question.Priced] { frontier.points.compactMap(\.plan) }

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

    /// The axis of compute, with a label at each power of ten and nowhere else.
    private func compute(_ flops: [Double]) -> JSONValue {
        let exponents = flops.filter { $0 > 0 && $0.isFinite }.map(log10)
        let decades =
            (exponents.min() ?? 0).rounded(
                .up)...max(
                (exponents.max() ?? 0).rounded(.down), (exponents.min() ?? 0).rounded(.up))
        let labels = stride(from: decades.lowerBound, through: decades.upperBound, by: 1)
            .map { JSONValue.number(pow(10, $0)) }
        return channel(
            "flop", "quantitative", title: "Training compute (FLOP)",
            [
                "scale": .object(["type": .text("log"), "nice": .flag(false)]),
                "axis": .object([
                    "format": .text(".0e"), "values": .array(labels), "labelOverlap": .flag(true),
                ]),
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
                "flop": .number(plan.flop), "utilization": .number(plan.utilization),
                "gpus": .integer(plan.gpus), "binding": .text(BindingName.words(plan.binding)),
                "strategy": .text(StrategyBands.name(plan)),
            ])
        }
        let marks = landmarks
        let compute = compute(plans.map(\.flop) + marks.map(\.flop))
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
        return document(
            "Utilization over training compute, \(machine)", values: values,
            ["layer": .array(ribbon(compute) + [line, points] + marks.flatMap { rule($0, compute) })])
    }

    private var overTime: JSONValue {
        let values = frontier.points.compactMap { point in
            point.plan.map { plan in
                JSONValue.object([
                    "deadline_seconds": .number(frontier.sweep.time(of: point.cell).value),
                    "utilization": .number(plan.utilization), "gpus_given": .integer(plan.gpusGiven),
                    "binding": .text(BindingName.words(plan.binding)),
                ])
            }
        }
        let scale: [String: JSONValue] = [
            "scale": .object(["type": .text("log"), "nice": .flag(false)])
        ]
        return document(
            "Utilization against the time allowed, \(machine)", values: values,
            [
                "mark": .object(["type": .text("line"), "point": .flag(true), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": channel("deadline_seconds", "quantitative", title: "Longest run (s)", scale),
                    "y": utilization("utilization"),
                ]),
            ])
    }

    private struct Mark {
        let name: String
        let flop: Double
        /// Side of the line on which the name stands, `top` for the right: the curve falls there, and the wall
        /// stands close behind the largest run.
        let baseline: String
    }

    private var landmarks: [Mark] {
        [
            ("end of linear scaling", frontier.endOfLinearScaling?.flop, "top"),
            ("largest run", frontier.largestRun?.flop, "bottom"),
            ("latency wall", frontier.latencyWall, "top"),
        ].compactMap { name, flop, baseline in
            flop.map { Mark(name: name, flop: $0, baseline: baseline) }
        }
    }

    /// A dashed line with its name along it.
    private func rule(_ landmark: Mark, _ compute: JSONValue) -> [JSONValue] {
        let data = JSONValue.object([
            "values": .array([
                .object(["flop": .number(landmark.flop), "landmark": .text(landmark.name)])
            ])
        ])
        return [
            .object([
                "data": data,
                "mark": .object([
                    "type": .text("rule"), "strokeDash": .array([.integer(4), .integer(4)]),
                    "tooltip": .flag(true),
                ]), "encoding": .object(["x": compute]),
            ]),
            .object([
                "data": data,
                "mark": .object([
                    "type": .text("text"), "angle": .integer(270), "align": .text("right"),
                    "baseline": .text(landmark.baseline), "dx": .integer(-4),
                    "dy": .integer(landmark.baseline == "top" ? 3 : -3),
                ]),
                "encoding": .object([
                    "x": compute, "y": .object(["value": .integer(0)]),
                    "text": .object(["field": .text("landmark"), "type": .text("nominal")]),
                ]),
            ]),
        ]
    }

    /// Utilization in 80 of 100 samples, behind the line; nothing where no number is uncertain.
    private func ribbon(_ compute: JSONValue) -> [JSONValue] {
        guard let uncertainty else { return [] }
        let values = uncertainty.points.filter { $0.anyPlan > 0 }.map { point in
            ([Field("flop", .number(point.cell.flop))] + point.utilization.fields("utilization")).json
        }
        return [
            .object([
                "data": .object(["values": .array(values)]),
                "mark": .object(["type": .text("area"), "opacity": .number(0.28), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": compute, "y": utilization("utilization_p10"),
                    "y2": .object(["field": .text("utilization_p90")]),
                ]),
            ])
        ]
    }

    private var shares: JSONValue {
        let all = plans.first?.parallelism.map(\.name) ?? []
        let kinds = all.indices.filter { index in
            !FrontierPlots<Question>.isSeldom(all[index])
                || plans.contains { $0.parallelism[index].degree > 1 }
        }
        let values = plans.flatMap { plan in
            kinds.enumerated().map { order, kind in
                let degree = plan.parallelism[kind].degree
                return JSONValue.object([
                    "flop": .number(plan.flop), "kind": .text(all[kind]), "order": .integer(order),
                    "degree": .integer(degree), "doublings": .number(Doublings.of(degree)),
                ])
            }
        }
        return document(
            "Degrees of parallelism over training compute, \(machine)", values: values,
            [
                "mark": .object(["type": .text("area"), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": compute(plans.map(\.flop)),
                    "y": channel(
                        "doublings", "quantitative", title: "Degrees of parallelism (doublings)",
                        ["stack": .text("zero")]),
                    "color": channel(
                        "kind", "nominal", title: "parallelism",
                        // The legend is read from the top, the stack from the bottom.
                        ["sort": .array(kinds.reversed().map { .text(all[$0]) })]),
                    "order": .object(["field": .text("order"), "type": .text("quantitative")]),
                ]),
            ])
    }

    private var unit: String { frontier.sweep.template.machine.unit }

    private var map: JSONValue {
        let values = frontier.points.compactMap { point in
            point.plan.map { plan in
                JSONValue.object([
                    "flop": .number(point.cell.flop), "gpus_given": .integer(point.cell.gpus ?? plan.gpus),
                    "utilization": .number(plan.utilization),
                    "binding": .text(BindingName.words(plan.binding)),
                ])
            }
        }
        return document(
            "Utilization of the \(unit)s given, \(machine)", values: values,
            [
                "mark": .object(["type": .text("rect"), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": channel(
                        "flop", "ordinal", title: "Training compute (FLOP)",
                        [
                            "scale": domain(
                                Set(frontier.points.map(\.cell.flop)).sorted().map { .number($0) }),
                            "axis": .object(["format": .text(".1e"), "labelOverlap": .flag(true)]),
                        ]),
                    "y": channel(
                        "gpus_given", "ordinal", title: "\(unit)s given",
                        [
                            "scale": domain(
                                Set(frontier.points.compactMap(\.cell.gpus)).sorted(by: >).map {
                                    .integer($0)
                                })
                        ]),
                    "color": channel(
                        "utilization", "quantitative", title: "Utilization (% of peak)",
                        ["legend": .object(["format": .text("%")])]),
                ]),
            ])
    }

    /// Every place of an axis, also those where no cell has a plan.
    private func domain(_ places: [JSONValue]) -> JSONValue { .object(["domain": .array(places)]) }
}
