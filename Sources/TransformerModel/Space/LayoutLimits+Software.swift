import Training

extension LayoutLimits {
    /// These limits without what a training software does not run.
    ///
    /// Decisions that it never takes leave the lists, so that a search does not come to them; what it does not run
    /// together is left out where a search meets it.
    /// - Parameter software: that must run the layouts.
    /// - Returns: the limits.
    /// - Throws: `LayoutFieldError` where nothing that the software runs is left of a decision.
    public func run(by software: TrainingSoftware) throws(LayoutFieldError) -> LayoutLimits {
        var limits = self
        limits.software = software
        guard !software.isAnything else { return limits }
        func keep<Value>(
            _ name: String, _ values: [Value], _ words: (Value) -> String, beside: TrainingOptimizer? = nil,
            _ isRun: (Value) -> Bool
        ) throws(LayoutFieldError) -> [Value] {
            let kept = values.filter(isRun)
            guard kept.isEmpty, !values.isEmpty else { return kept }
            throw LayoutFieldError(
                "\(software.label) runs no layout with \(name)=\(values.map(words).joined(separator: ","))"
                    + (beside.map { " beside \($0.rawValue)" } ?? "")
                    + "; leave that out, or name another software")
        }
        limits.schedules = try keep("schedule", schedules, \.rawValue) {
            // Without a pipeline nothing is scheduled.
            software.schedules.contains($0) || $0 == .oneForwardOneBackward
        }
        limits.sharding = try keep("zero", sharding, { "\($0.rawValue)" }, beside: software.optimizer) {
            // One rank shares nothing, whatever it is called.
            (software.sharding.contains($0) || software.pipelineSharding.contains($0))
                && software.updates(beside: $0) || $0 == .nothing
        }
        limits.recomputation = try keep("recompute", recomputation, \.rawValue) {
            software.recomputation.contains($0)
        }
        func alone(_ name: String, _ degrees: [Int]?) throws(LayoutFieldError) -> [Int] {
            try keep(name, degrees ?? [1], { "\($0)" }) { $0 == 1 }
        }
        if software.tensorParallelism == .absent { limits.tensor = try alone("tensor", tensor) }
        if software.schedules.isEmpty { limits.pipeline = try alone("pipeline", pipeline) }
        if software.contextMethods.isEmpty {
            limits.context = try alone("context", context)
        } else {
            // The ring stands for gathering too, which is priced alike.
            let methods = contextMethods.map {
                $0 == .ring && !software.contextMethods.contains(.ring) ? ContextMethod.allGather : $0
            }
            limits.contextMethods = try keep("context_method", methods, \.rawValue) {
                software.contextMethods.contains($0)
            }
        }
        limits.offload = try keep("offload", offload, \.name, beside: software.optimizer) {
            (software.offload?.contains($0) ?? true)
                && (!$0.contains(.optimizer) || software.offloadsOptimizer)
        }
        limits.stages = try keep("stages", stages, \.rawValue) {
            software.stages == .anyLayers || $0 == .even
        }
        return limits
    }

    /// These limits, of which the software runs something: where it runs nothing, for any software.
    public var runnable: LayoutLimits {
        if let limits = try? run(by: software) { return limits }
        var limits = self
        limits.software = .anything
        return limits
    }
}

extension TransformerQuestion {
    /// The same question of plans that a training software runs, priced as it runs them.
    /// - Parameter software: the software.
    /// - Returns: the question.
    /// - Throws: `LayoutFieldError` where nothing that the software runs is left of a decision, or it lacks the format
    ///   of the products.
    public func run(by software: TrainingSoftware) throws(LayoutFieldError) -> TransformerQuestion {
        guard software.has(job.precision.matrix) else {
            let problem = SoftwareProblem.format(job.precision, known: software.formats ?? [])
            throw LayoutFieldError(
                "\(software.label): \(problem); take one of them, or name another software")
        }
        var question = self
        question.limits = try limits.run(by: software.running(job.optimizer, in: job.precision.matrix))
        question.job.conduct = software.conduct
        return question
    }

    /// The same question, its layouts priced by other numbers of its machine and its software.
    /// - Parameters:
    ///   - calibration: what the machine reaches of its datasheet.
    ///   - conduct: what the software does with a layout.
    /// - Returns: the question; which layouts there are stays.
    public func priced(by calibration: Calibration?, _ conduct: SoftwareConduct) -> TransformerQuestion {
        var question = self
        question.machine.calibration = calibration
        question.job.conduct = conduct
        question.limits.software.conduct = conduct
        return question
    }
}
