import Charts
import Foundation
import Optimization
import Planning
import Quantities
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
    private var kind: ComputeKind { frontier.sweep.kind }

    /// Places of the curve with their plans, in the compute that the sweep counts.
    private var places: [(flop: Double, plan: Question.Priced)] {
        frontier.points.compactMap { point in
            point.plan.map { (frontier.sweep.flop(point, $0), $0) }
        }
    }

    /// Utilization of a plan as the curve is judged, and where compute is effective also what its run spends.
    private func uses(_ plan: Question.Priced) -> [String: JSONValue] {
        let spent: [String: JSONValue] = ["utilization": .number(plan.utilization)]
        guard kind == .effective else { return spent }
        return spent.merging([
            "flop": .number(plan.flop),
            kind.utilizationField: .number(frontier.sweep.utilization(plan)),
        ]) { first, _ in first }
    }

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
            kind.flopField, "quantitative", title: "\(kind.title) (FLOP)",
            [
                "scale": .object(["type": .text("log"), "nice": .flag(false)]),
                "axis": .object([
                    "format": .text(".0e"), "values": .array(labels), "labelOverlap": .flag(true),
                ]),
            ])
    }

    private func utilization(_ suffix: String = "") -> JSONValue {
        channel(
            kind.utilizationField + suffix, "quantitative", title: kind.utilizationAxis.label,
            ["axis": .object(["format": .text("%")])])
    }

    private var machine: String { frontier.sweep.template.machine.title }

    private var curve: JSONValue {
        let values = places.map { flop, plan in
            JSONValue.object(
                uses(plan).merging([
                    kind.flopField: .number(flop), "gpus": .integer(plan.gpus),
                    "binding": .text(BindingName.words(plan.binding)), "strategy": .text(plan.strategy),
                ]) { first, _ in first })
        }
        let marks = landmarks
        let compute = compute(places.map(\.flop) + marks.map(\.flop))
        let line = JSONValue.object([
            "mark": .object(["type": .text("line")]),
            "encoding": .object(["x": compute, "y": utilization()]),
        ])
        let points = JSONValue.object([
            "mark": .object(["type": .text("point"), "filled": .flag(true), "tooltip": .flag(true)]),
            "encoding": .object([
                "x": compute, "y": utilization(),
                "color": channel("binding", "nominal", title: "binds"),
            ]),
        ])
        return document(
            "\(kind.words) over \(kind.title.lowercased()), \(machine)", values: values,
            ["layer": .array(ribbons(compute) + [line, points] + marks.flatMap { rule($0, compute) })])
    }

    private var overTime: JSONValue {
        let values = frontier.points.compactMap { point in
            point.plan.map { plan in
                JSONValue.object(
                    uses(plan).merging([
                        "deadline_seconds": .number(frontier.sweep.time(of: point.cell).value),
                        "gpus_given": .integer(plan.gpusGiven),
                        "binding": .text(BindingName.words(plan.binding)),
                    ]) { first, _ in first })
            }
        }
        let scale: [String: JSONValue] = [
            "scale": .object(["type": .text("log"), "nice": .flag(false)])
        ]
        return document(
            "\(kind.words) against the time allowed, \(machine)", values: values,
            [
                "mark": .object(["type": .text("line"), "point": .flag(true), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": channel("deadline_seconds", "quantitative", title: "Longest run (s)", scale),
                    "y": utilization(),
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
            ("linear again up to here", frontier.lastReturn?.flop, "top"),
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
                .object([kind.flopField: .number(landmark.flop), "landmark": .text(landmark.name)])
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

    /// Behind the line: what published steps say of how sure it is, and utilization in 80 of 100 samples; nothing where
    /// there is neither.
    private func ribbons(_ compute: JSONValue) -> [JSONValue] {
        let sureness = FrontierSureness(sweep: frontier.sweep)
        let seen = places.filter { sureness.range($0.plan) != nil }.map { flop, plan in
            ([Field(kind.flopField, .number(flop))] + sureness.fields(plan)).json
        }
        let drawn = (uncertainty?.points ?? []).filter { $0.anyPlan > 0 }.map { point in
            ([Field(kind.flopField, .number(point.cell.flop))]
                + point.utilization.fields(kind.utilizationField)).json
        }
        return [
            area(seen, from: "_low", to: "_high", colour: "grey", compute),
            area(drawn, from: "_p10", to: "_p90", colour: "steelblue", compute),
        ].compactMap { $0 }
    }

    /// The area between two columns; nil without values.
    private func area(
        _ values: [JSONValue], from low: String, to high: String, colour: String, _ compute: JSONValue
    ) -> JSONValue? {
        guard !values.isEmpty else { return nil }
        return .object([
            "data": .object(["values": .array(values)]),
            "mark": .object([
                "type": .text("area"), "opacity": .number(0.28), "color": .text(colour),
                "tooltip": .flag(true),
            ]),
            "encoding": .object([
                "x": compute, "y": utilization(low),
                "y2": .object(["field": .text("\(kind.utilizationField)\(high)")]),
            ]),
        ])
    }

    private var shares: JSONValue {
        let all = plans.first?.parallelism.map(\.name) ?? []
        let kinds = all.indices.filter { index in
            !FrontierPlots<Question>.isSeldom(all[index])
                || plans.contains { $0.parallelism[index].degree > 1 }
        }
        let values = places.flatMap { flop, plan in
            kinds.enumerated().map { order, index in
                let degree = plan.parallelism[index].degree
                return JSONValue.object([
                    kind.flopField: .number(flop), "kind": .text(all[index]), "order": .integer(order),
                    "degree": .integer(degree), "doublings": .number(Doublings.of(degree)),
                ])
            }
        }
        return document(
            "Degrees of parallelism over \(kind.title.lowercased()), \(machine)", values: values,
            [
                "mark": .object(["type": .text("area"), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": compute(places.map(\.flop)),
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
                JSONValue.object(
                    uses(plan).merging([
                        kind.flopField: .number(point.cell.flop),
                        "gpus_given": .integer(point.cell.gpus ?? plan.gpus),
                        "binding": .text(BindingName.words(plan.binding)),
                    ]) { first, _ in first })
            }
        }
        return document(
            "\(kind.words) of the \(unit)s given, \(machine)", values: values,
            [
                "mark": .object(["type": .text("rect"), "tooltip": .flag(true)]),
                "encoding": .object([
                    "x": channel(
                        kind.flopField, "ordinal", title: "\(kind.title) (FLOP)",
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
                        kind.utilizationField, "quantitative", title: "\(kind.words) (% of peak)",
                        ["legend": .object(["format": .text("%")])]),
                ]),
            ])
    }

    /// Every place of an axis, also those where no cell has a plan.
    private func domain(_ places: [JSONValue]) -> JSONValue { .object(["domain": .array(places)]) }
}
