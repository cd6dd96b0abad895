/// Plans that ran out of memory beside what is predicted for them.
public struct FailedPlans: Sendable {
    /// Predictions for the plans that could be priced.
    public let predictions: [StepPrediction]
    /// The others, with why.
    public let failures: [MeasuredSteps.Failure]

    /// Reads a table whose rows all ran out of memory.
    /// - Parameters:
    ///   - table: columns of a table of steps.
    ///   - inference: what is taken where a row does not state something.
    public init(_ table: StepTable, inference: RowInference) {
        var predictions: [StepPrediction] = []
        var failures: [MeasuredSteps.Failure] = []
        for (index, row) in table.rows.enumerated() {
            let id = row.text("id") ?? "row \(index + 1)"
            do {
                let inputs = try inference.inputs(row)
                predictions.append(StepPrediction(id: id, group: row.text("group") ?? "", inputs: inputs))
            } catch { failures.append(MeasuredSteps.Failure(id: id, reason: "\(error)")) }
        }
        self.predictions = predictions
        self.failures = failures
    }

    /// Share that is predicted not to fit; nil where nothing could be priced.
    public var notFitting: Double? {
        guard !predictions.isEmpty else { return nil }
        return Double(predictions.count { !$0.fits }) / Double(predictions.count)
    }
}
