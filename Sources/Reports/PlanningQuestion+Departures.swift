import Quantities
import ScalingModel
import Training

/// What a question of the data-movement model has other than by default, for headings.
extension PlanningQuestion {
    /// Of what is trained: experts, shape, sequences, data, loss.
    var subjectDepartures: [String] {
        let usual = WorkloadLaws()
        var words: [String] = []
        if shape != .law { words.append("shapes searched") }
        if let width = laws.fixedWidth { words.append("width \(Readable.count(width))") }
        if let layers = laws.fixedLayers { words.append("\(Readable.count(layers)) layers") }
        if case .fixed(let experts) = laws.sparsity { words.append("\(Readable.count(experts)) experts") }
        if laws.sequenceLength != usual.sequenceLength {
            words.append("sequences of \(Readable.count(laws.sequenceLength)) tokens")
        }
        if laws.tokensPerParameter != usual.tokensPerParameter {
            words.append("\(PlainNumber.text(laws.tokensPerParameter)) tokens a parameter")
        }
        if let most = laws.mostTokens { words.append("at most \(Readable.significant(most)) tokens") }
        if sequences == .whole { words.append("whole sequences in a microbatch") }
        if shape != .law, let loss { words.append("loss \(loss.name)") }
        if shape != .law, penalty != .kaplan {
            words.append(
                penalty == .none
                    ? "no penalty of shapes" : "penalty \(penalty.depth),\(penalty.ratio) of shapes")
        }
        return words
    }

    /// Of the plans and how they are priced, the accounting left out.
    var planDepartures: [String] {
        var words: [String] = []
        if let hidden = hiddenWords { words.append(hidden) }
        if settings.recomputation != .none {
            words.append("\(settings.recomputation.rawValue) recomputation")
        }
        if !limits.isEmpty { words.append("only \(limits)") }
        return words
    }

    /// Which traffic hides, where that is not the usual.
    private var hiddenWords: String? {
        let usual = ModelSettings()
        let traffic = [
            ("tensor", settings.tensorTraffic, usual.tensorTraffic),
            ("pipeline", settings.pipelineTraffic, usual.pipelineTraffic),
            ("data", settings.dataTraffic, usual.dataTraffic),
        ]
        guard traffic.contains(where: { $0.1 != $0.2 }) else { return nil }
        let hidden = traffic.filter { $0.1 == .overlapped }.map(\.0)
        return hidden.isEmpty ? "no traffic hides" : "\(hidden.joined(separator: ", ")) traffic hides"
    }
}
