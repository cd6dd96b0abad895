import Files
import Quantities
import Training
import TransformerModel

/// What a question about a transformer has other than by default, for headings.
extension TransformerQuestion {
    /// Of what is trained: sequences, formats, optimizer, kernels.
    var subjectDepartures: [String] {
        var words: [String] = []
        let known = try? ModelCatalogue.entry(job.model.name).model
        if let known, known.sequenceLength != job.model.sequenceLength {
            words.append("sequences of \(Readable.count(job.model.sequenceLength)) tokens")
        }
        let usual = TrainingJob(model: job.model)
        if job.formatWords != usual.formatWords { words.append(job.formatWords) }
        if let attention = job.kernels.attention {
            words.append(
                "\(attention.rawValue) attention\(job.kernels.norms == nil ? "" : " and fused norms")")
        }
        return words
    }

    /// Of the layouts: what is fixed, and what the software's numbers are set to.
    var planDepartures: [String] {
        let software = limits.software
        var words: [String] = []
        if let changes = software.changes { words.append(changes.joined(separator: ", ")) }
        if job.conduct.headroom != software.conduct.headroom {
            words.append("\(Readable.percent(job.conduct.headroom)) of memory left free")
        }
        if let free = try? LayoutLimits().run(by: software) {
            let fixed = limits.departures(from: job.suiting(free))
            if !fixed.isEmpty { words.append("only \(fixed.joined(separator: ", "))") }
        }
        if let goodput { words.append(goodput.words(unit: machine.unit)) }
        return words
    }
}

extension LayoutLimits {
    /// Decisions that may take other values than within other limits, as `--fix` has them.
    func departures(from free: LayoutLimits) -> [String] {
        func words<Value: Equatable>(
            _ name: String, _ values: [Value]?, _ usual: [Value]?, _ text: (Value) -> String
        ) -> String? {
            guard let values, values != usual else { return nil }
            return "\(name)=\(values.map(text).joined(separator: ","))"
        }
        let counts: [(String, KeyPath<LayoutLimits, [Int]?>)] = [
            ("tp", \.tensor), ("cp", \.context), ("pp", \.pipeline), ("dp", \.data), ("ep", \.expert),
            ("expert_tensor", \.expertTensor), ("microbatch", \.microbatch), ("interleave", \.chunks),
        ]
        let sets = recomputedModules == free.recomputedModules ? nil : recomputedModules
        let recomputed =
            recomputation.filter { sets == nil || $0 != .modules }.map(\.rawValue) + (sets ?? []).map(\.name)
        let isRecomputed = recomputation == free.recomputation && recomputedModules == free.recomputedModules
        return counts.compactMap { name, path in
            words(name, self[keyPath: path], free[keyPath: path]) { "\($0)" }
        }
            + [
                words("schedule", schedules, free.schedules, \.rawValue),
                words("zero", sharding, free.sharding) { "\($0.rawValue)" },
                shardGroups == free.shardGroups ? nil : "shard_group=\(shardGroups.text)",
                words("offload", offload, free.offload, \.name),
                isRecomputed ? nil : "recompute=\(recomputed.joined(separator: ","))",
                words("context_method", contextMethods, free.contextMethods, \.rawValue),
                words("sequence_parallel", sequenceParallelism, free.sequenceParallelism) {
                    $0 == .on ? "yes" : "no"
                },
                words("stages", stages, free.stages, \.rawValue),
            ].compactMap { $0 }
    }
}

extension ShardGroups {
    /// The groups as `--fix` has them.
    fileprivate var text: String {
        switch self {
        case .domains: "domains"
        case .any: "any"
        case .given(let sizes): sizes.map { $0.map { "\($0)" } ?? "all" }.joined(separator: ",")
        }
    }
}

extension ReliabilityFactors {
    /// That times are of the wall clock, with what takes them.
    fileprivate func words(unit: String) -> String {
        var words: [String] = []
        if let failures {
            words.append("a failure of a \(unit) every \(Readable.time(failures.meanTime))")
            if case .given(let time) = failures.interval {
                words.append("checkpoints after \(Readable.time(time))")
            }
            words.append("\(Readable.time(failures.write)) a checkpoint")
            words.append("\(Readable.time(failures.restart)) a restart")
        }
        if stragglers.deviation > 0 {
            words.append("stragglers of \(Readable.percent(stragglers.deviation))")
        }
        return "wall-clock time with " + words.joined(separator: ", ")
    }
}
