import Evidence
import Quantities
import Training
import TransformerModel

/// A comparison with measurements as JSON and CSV.
public enum ValidationRecord {
    /// The whole comparison.
    /// - Parameters:
    ///   - run: the comparison.
    ///   - version: of the program.
    /// - Returns: the members promised in `docs/command-line.md`.
    public static func json(_ run: ValidationRun, version: String) -> JSONValue {
        let steps = run.steps
        var members: [String: JSONValue] = [
            "version": .text(version),
            "overall": overall(run),
            "groups": object(steps.groups),
            "machines": object(steps.machines), "classes": object(steps.classes),
            "rows": .array(rows(run).map(\.json)),
            "sweeps": .array(steps.sweeps.map(sweep)),
            "memory": memory(run),
            "failures": .array(run.failures.map(failure)),
            "assumed": .array(
                run.assumptions.map {
                    [Field("assumption", .text($0.assumption)), Field("rows", .integer($0.rows))].json
                }),
        ]
        if let doubtful = steps.doubtful { members["doubtful"] = fields(doubtful).json }
        if let shared = steps.sharedMachines { members["machines_of_several_groups"] = fields(shared).json }
        if let single = steps.singleMachines { members["machines_of_one_group"] = fields(single).json }
        return .object(members)
    }

    /// The rows as CSV lines, header first.
    public static func csv(_ run: ValidationRun) -> [String] {
        let rows = rows(run)
        return (rows.first.map { [CSVText.header($0)] } ?? []) + rows.map(CSVText.row)
    }

    /// One record for each distinct set of inputs.
    static func rows(_ run: ValidationRun) -> [[Field]] {
        let steps = run.steps
        return zip(steps.measured.cases, steps.predictions).map { entry, prediction in
            let seconds = prediction.step.total.value
            return [
                Field("id", .text(prediction.id)), Field("group", .text(entry.group)),
                Field("ids", .text(entry.ids.joined(separator: " "))),
                Field("gpu", .text(entry.inputs.machine.name)),
                Field("complete", .flag(entry.isComplete)),
                Field("measured_seconds", .number(entry.measured)),
                Field("predicted_seconds", .number(seconds)),
                Field("error", .number(seconds / entry.measured - 1)),
                Field("memory_bytes", .number(prediction.memory.total.value)),
                Field("fits", .flag(prediction.fits)),
                Field("assumed", .text(entry.inputs.assumed.joined(separator: "; "))),
            ]
        }
    }

    static func fields(_ group: StepValidation.Group) -> [Field] {
        statistics(group.errors) + [
            Field("rank_correlation", optional(group.rankCorrelation)),
            Field("selection_regret", optional(group.selectionRegret)),
            Field("ran_predicted_to_fit", .number(group.fitting)),
        ]
    }

    static func statistics(_ errors: ErrorStatistics) -> [Field] {
        [
            Field("rows", .integer(errors.rows)),
            Field("median_abs_error", .number(errors.medianAbsolute)),
            Field("mean_abs_error", .number(errors.meanAbsolute)),
            Field("p90_abs_error", .number(errors.ninetiethAbsolute)),
            Field("bias", .number(errors.bias)),
        ]
    }

    private static func overall(_ run: ValidationRun) -> JSONValue {
        guard let all = run.steps.overall, case .object(var members) = fields(all).json else { return .null }
        members["worst_selection_regret"] = optional(run.steps.worstRegret).json
        if let complete = all.completeErrors { members["complete"] = statistics(complete).json }
        if let noise = run.steps.measured.noise { members["noise_floor"] = statistics(noise).json }
        return .object(members)
    }

    private static func object(_ groups: [StepValidation.Group]) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for group in groups {
            guard case .object(var one) = fields(group).json else { continue }
            if let complete = group.completeErrors { one["complete"] = statistics(complete).json }
            members[group.name] = .object(one)
        }
        return .object(members)
    }

    private static func sweep(_ sweep: SweepStatistics) -> JSONValue {
        let plans = sweep.plans.map { plan in
            [
                Field("id", .text(plan.id)), Field("measured_seconds", .number(plan.measured)),
                Field("predicted_seconds", .number(plan.predicted)),
            ].json
        }
        return .object([
            "name": .text(sweep.name), "plans": .array(plans),
            "rank_correlation": optional(sweep.rankCorrelation).json,
            "selection_regret": optional(sweep.selectionRegret).json,
        ])
    }

    private static func memory(_ run: ValidationRun) -> JSONValue {
        var members: [String: JSONValue] = [
            "ran_predicted_to_fit": optional(run.steps.overall?.fitting).json,
            "failed_predicted_not_to_fit": optional(run.failed?.notFitting).json,
        ]
        if let readings = run.readings {
            for quantity in MemoryReadings.Quantity.allCases {
                guard let errors = readings.errors(of: quantity) else { continue }
                members["\(quantity.rawValue)_readings"] = statistics(errors).json
            }
            members["readings_skipped"] = .array(readings.skipped.map(failure))
            members["readings"] = .array(
                readings.readings.map {
                    [
                        Field("row", .integer($0.row)), Field("quantity", .text($0.quantity.rawValue)),
                        Field("name", .text($0.name)), Field("measured_bytes", .number($0.measured.value)),
                        Field("predicted_bytes", .number($0.predicted.value)),
                    ].json
                })
        }
        if let failed = run.failed {
            members["failed"] = .array(
                failed.predictions.map {
                    [
                        Field("id", .text($0.id)), Field("memory_bytes", .number($0.memory.total.value)),
                        Field("fits", .flag($0.fits)),
                    ].json
                })
        }
        return .object(members)
    }

    private static func failure(_ failure: MeasuredSteps.Failure) -> JSONValue {
        [Field("id", .text(failure.id)), Field("error", .text(failure.reason))].json
    }

    private static func optional(_ number: Double?) -> Field.Value { number.map { .number($0) } ?? .missing }
}
