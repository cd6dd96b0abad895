import Evidence
import Files
import Foundation
import Quantities
import Training

/// A fit to measured steps, for people and scripts.
public enum CalibrationReport {
    /// The fit with its residuals.
    /// - Parameters:
    ///   - run: the fit.
    ///   - style: plain or Markdown.
    /// - Returns: text with a final newline.
    public static func text(_ run: CalibrationRun, style: TableStyle = .plain) -> String {
        var parts = [numbers(run, style)]
        if style == .plain {
            parts.append(ValidationReport.errors(run.before, title: "Errors before, percent", style: style))
        }
        parts.append(ValidationReport.errors(run.fitted, title: "Errors as fitted, percent", style: style))
        parts.append(ValidationReport.sweeps(run.fitted, title: "Sweeps as fitted", style: style))
        if let left = run.crossValidated {
            parts.append(
                ValidationReport.errors(
                    left, title: "Errors of fits that have not seen the row's like, percent", style: style))
            parts.append(
                ValidationReport.sweeps(
                    left, title: "Sweeps by fits that have not seen their like", style: style))
        }
        if !run.failures.isEmpty {
            let lines = run.failures.map { "  \($0.id): \($0.reason)" }
            parts.append("\(run.failures.count) rows were left out:\n" + lines.joined(separator: "\n") + "\n")
        }
        return parts.joined(separator: "\n")
    }

    /// Numbers with priors, old and new values.
    static func numbers(_ run: CalibrationRun, _ style: TableStyle) -> String {
        var table = ReportTable(
            title: "Fitted numbers; z is the distance from the prior in its standard deviations",
            columns: ["number", "of", "prior", "±", "before", "fitted", "z"], words: 2)
        for outcome in run.outcomes {
            let number = outcome.number
            table.rows.append([
                number.name, number.scope, digits(number.prior),
                ValidationReport.percent(number.deviation) + " %", outcome.old.map(digits) ?? "",
                outcome.isDetermined ? digits(outcome.value) : "not determined",
                outcome.isDetermined
                    ? (outcome.shift < 0 ? "−" : "+") + ValidationReport.fixed(abs(outcome.shift), 1) : "",
            ])
        }
        return table.text(style)
    }

    /// The fit as JSON.
    public static func json(_ run: CalibrationRun, version: String) -> JSONValue {
        var members: [String: JSONValue] = [
            "version": .text(version), "numbers": .array(records(run).map(\.json)),
            "before": figures(run.before), "fitted": figures(run.fitted),
            "objective": .number(run.fit.objective), "iterations": .integer(run.fit.iterations),
            "failures": .array(
                run.failures.map { [Field("id", .text($0.id)), Field("error", .text($0.reason))].json }),
        ]
        if let left = run.crossValidated { members["cross_validated"] = figures(left) }
        members["rows"] = .array(rows(run).map(\.json))
        return .object(members)
    }

    /// The fitted numbers as CSV lines, header first.
    public static func csv(_ run: CalibrationRun) -> [String] {
        let records = records(run)
        return (records.first.map { [CSVText.header($0)] } ?? []) + records.map(CSVText.row)
    }

    /// The hardware file of a machine with what was fitted for it; nil where nothing of it was determined.
    /// - Parameters:
    ///   - entry: the machine as it was.
    ///   - run: a fit that it took part in.
    ///   - source: what to say of where the numbers come from.
    /// - Returns: YAML, or nil.
    public static func hardwareFile(_ entry: HardwareEntry, _ run: CalibrationRun, source: String) -> String?
    {
        var values: [String: String] = [:]
        var order: [String] = []
        for outcome in run.outcomes where outcome.isDetermined {
            guard case .machines(let names, _) = outcome.number.place, names.contains(entry.machine.name)
            else { continue }
            let key = "calibration.\(outcome.number.name)"
            if values[key] == nil { order.append(key) }
            values[key] = HardwareText.text(
                of: outcome.value, in: key.hasSuffix("latency") ? .microseconds : .plain)
        }
        guard !order.isEmpty else { return nil }
        return HardwareText.yaml(
            of: entry, replacing: order.map { (key: $0, text: values[$0] ?? "") },
            provenance: Provenance(keys: order, kind: .fitted, source: source))
    }

    private static func records(_ run: CalibrationRun) -> [[Field]] {
        run.outcomes.map { outcome in
            [
                Field("name", .text(outcome.number.name)), Field("of", .text(outcome.number.scope)),
                Field("entries", .text(outcome.number.place.entries.sorted().joined(separator: "; "))),
                Field("prior", .number(outcome.number.prior)),
                Field("deviation", .number(outcome.number.deviation)),
                Field("before", outcome.old.map { .number($0) } ?? .missing),
                Field("value", .number(outcome.value)), Field("shift", .number(outcome.shift)),
                Field("determined", .flag(outcome.isDetermined)),
            ]
        }
    }

    /// Measured and predicted seconds of each case.
    private static func rows(_ run: CalibrationRun) -> [[Field]] {
        run.fitted.measured.cases.indices.map { index in
            let entry = run.fitted.measured.cases[index]
            return [
                Field("id", .text(entry.ids.first ?? "")), Field("group", .text(entry.group)),
                Field("classes", .text(entry.inputs.classes.joined(separator: "; "))),
                Field("gpus", .integer(entry.inputs.layout.gpus)),
                Field("doubtful", .flag(entry.isDoubtful)),
                Field("measured_seconds", .number(entry.measured)),
                Field("before_seconds", .number(run.before.seconds[index])),
                Field("fitted_seconds", .number(run.fitted.seconds[index])),
                Field(
                    "cross_validated_seconds",
                    run.crossValidated.map { .number($0.seconds[index]) } ?? .missing
                ),
            ]
        }
    }

    private static func figures(_ steps: StepValidation) -> JSONValue {
        var members: [String: JSONValue] = [:]
        func add(_ name: String, _ groups: [StepValidation.Group]) {
            members[name] = .object(
                Dictionary(
                    groups.map { ($0.name, ValidationRecord.fields($0).json) },
                    uniquingKeysWith: { first, _ in first }))
        }
        if let all = steps.overall { members["overall"] = ValidationRecord.fields(all).json }
        if let shared = steps.sharedMachines {
            members["machines_of_several_groups"] = ValidationRecord.fields(shared).json
        }
        if let single = steps.singleMachines {
            members["machines_of_one_group"] = ValidationRecord.fields(single).json
        }
        add("groups", steps.groups)
        add("machines", steps.machines)
        let worst = steps.worstRegret.map { Field.Value.number($0) } ?? .missing
        members["worst_selection_regret"] = worst.json
        return .object(members)
    }

    private static func digits(_ number: Double) -> String { String(format: "%.4g", number) }
}
