import Evidence
import Foundation
import Quantities

/// A comparison with measurements for people: plain text or Markdown.
public enum ValidationReport {
    /// The whole comparison.
    /// - Parameters:
    ///   - run: the comparison.
    ///   - style: plain or Markdown.
    /// - Returns: text with a final newline.
    public static func text(_ run: ValidationRun, style: TableStyle = .plain) -> String {
        var parts = [errors(run.steps, title: "Errors by group and machine, percent", style: style)]
        parts.append(sweeps(run.steps, title: "Sweeps: rows that differ in the plan alone", style: style))
        parts.append(memory(run, style: style))
        if style == .plain { parts.append(assumed(run)) }
        if !run.failures.isEmpty { parts.append(failures(run)) }
        return parts.joined(separator: "\n")
    }

    /// Errors: all rows, by group and machine, complete rows, the noise floor.
    static func errors(_ steps: StepValidation, title: String, style: TableStyle) -> String {
        var table = ReportTable(
            title: title,
            columns: ["rows", "count", "median", "mean", "p90", "bias", "rank corr.", "regret"], words: 1)
        func add(_ name: String, _ errors: ErrorStatistics, _ group: StepValidation.Group? = nil) {
            table.rows.append([
                name, "\(errors.rows)", percent(errors.medianAbsolute), percent(errors.meanAbsolute),
                percent(errors.ninetiethAbsolute), signed(errors.bias),
                group?.rankCorrelation.map { fixed($0, 2) } ?? "",
                group?.selectionRegret.map(percent) ?? "",
            ])
        }
        for group in [steps.overall, steps.sharedMachines, steps.singleMachines].compactMap({ $0 }) {
            add(group.name, group.errors, group)
        }
        if let complete = steps.overall?.completeErrors { add("complete rows", complete) }
        if let doubtful = steps.doubtful { add(doubtful.name, doubtful.errors) }
        for group in steps.classes { add(group.name, group.errors, group) }
        for group in steps.machines { add(group.name, group.errors, group) }
        for group in steps.groups {
            if let complete = group.completeErrors { add("\(group.name), complete rows", complete) }
        }
        if let noise = steps.measured.noise { add("noise floor", noise) }
        return table.text(style)
    }

    /// Sweeps with their correlation and regret, and the means.
    static func sweeps(_ steps: StepValidation, title: String, style: TableStyle) -> String {
        var table = ReportTable(
            title: title, columns: ["sweep", "plans", "rank corr.", "regret"], words: 1)
        for sweep in steps.sweeps {
            table.rows.append([
                sweep.name, "\(sweep.plans.count)", sweep.rankCorrelation.map { fixed($0, 2) } ?? "",
                sweep.selectionRegret.map(percent) ?? "",
            ])
        }
        guard !table.rows.isEmpty else { return "\(title): none\n" }
        table.rows.append([
            "mean", "", steps.rankCorrelation.map { fixed($0, 3) } ?? "",
            steps.selectionRegret.map(percent) ?? "",
        ])
        table.rows.append(["worst regret", "", "", steps.worstRegret.map(percent) ?? ""])
        return table.text(style)
    }

    /// Plans that ran and plans that did not, and readings against their like.
    static func memory(_ run: ValidationRun, style: TableStyle) -> String {
        var table = ReportTable(title: "Memory, percent", columns: ["what", "count", "share"], words: 1)
        if let all = run.steps.overall {
            table.rows.append(["ran, predicted to fit", "\(all.errors.rows)", percent(all.fitting)])
        }
        for group in run.steps.groups {
            table.rows.append([
                "ran, predicted to fit: \(group.name)", "\(group.errors.rows)", percent(group.fitting),
            ])
        }
        if let failed = run.failed, let share = failed.notFitting {
            table.rows.append([
                "out of memory, predicted not to fit", "\(failed.predictions.count)", percent(share),
            ])
        }
        var text = table.text(style)
        if let readings = run.readings {
            var table = ReportTable(
                title: "Readings of memory against their like, percent",
                columns: ["quantity", "count", "median", "mean", "p90", "bias"], words: 1)
            for quantity in MemoryReadings.Quantity.allCases {
                guard let errors = readings.errors(of: quantity) else { continue }
                table.rows.append([
                    name(quantity), "\(errors.rows)", percent(errors.medianAbsolute),
                    percent(errors.meanAbsolute), percent(errors.ninetiethAbsolute), signed(errors.bias),
                ])
            }
            text += "\n" + table.text(style)
            text += "\n\(readings.skipped.count) readings have no like or lack what a prediction needs.\n"
        }
        return text
    }

    private static func name(_ quantity: MemoryReadings.Quantity) -> String {
        switch quantity {
        case .allocated: "allocator's peak"
        case .device: "driver's reading"
        case .activations: "activations (computed by others)"
        case .unspecified: "peak of which the source says no more"
        }
    }

    private static func assumed(_ run: ValidationRun) -> String {
        var table = ReportTable(
            title: "Assumed where rows do not say (ten most frequent)", columns: ["what", "rows"], words: 1)
        for entry in run.assumptions.prefix(10) { table.rows.append([entry.assumption, "\(entry.rows)"]) }
        return table.text(.plain)
    }

    private static func failures(_ run: ValidationRun) -> String {
        (["\(run.failures.count) rows could not be priced:"] + run.failures.map { "  \($0.id): \($0.reason)" })
            .joined(separator: "\n") + "\n"
    }

    static func percent(_ share: Double) -> String { fixed(100 * share, 1) }

    static func signed(_ share: Double) -> String { (share < 0 ? "−" : "+") + percent(abs(share)) }

    static func fixed(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }
}
