import Strategy
import TransformerCost
import Workload

/// Some decisions of a layout; the rest is taken from another.
public struct PartialLayout: Hashable, Sendable {
    private var values: [String: String]

    /// Names of the decisions, as in tables of steps.
    public static let keys = [
        "tp", "sequence_parallel", "cp", "context_method", "pp", "interleave", "schedule", "ep",
        "expert_tensor", "dp", "zero", "microbatch", "recompute", "layers_by_chunk",
    ]

    /// Takes decisions by name.
    /// - Parameter fields: names of ``keys`` with values as tables have them.
    /// - Throws: ``ExplainError`` for a name that is none.
    public init(fields: [(name: String, value: String)]) throws(ExplainError) {
        values = [:]
        for field in fields {
            guard Self.keys.contains(field.name) else {
                throw ExplainError(
                    "'\(field.name)' is no decision of a layout; write one of "
                        + Self.keys.joined(separator: ", "))
            }
            values[field.name] = field.value
        }
    }

    /// The layout with these decisions, and the others of another one.
    ///
    /// What cannot stay follows: replicas from the accelerators given, one chunk without interleaving, even
    /// stages where the pipeline changes, and as few recomputed layers as fit.
    /// - Parameters:
    ///   - other: for what is not given.
    ///   - gpus: accelerators given.
    ///   - model: prices memory.
    /// - Returns: the layout, whether legal or not.
    /// - Throws: ``ExplainError`` for a value that cannot be read.
    public func completed(
        by other: TrainingLayout, gpus: Int, model: TransformerStepModel
    ) throws(ExplainError) -> TrainingLayout {
        var layout = other
        layout.tensor = try count("tp") ?? other.tensor
        layout.context = try count("cp") ?? other.context
        layout.pipeline = try count("pp") ?? other.pipeline
        layout.expert = try count("ep") ?? other.expert
        layout.expertTensor = try count("expert_tensor") ?? min(other.expertTensor, layout.tensor)
        layout.microbatch = try count("microbatch") ?? other.microbatch
        let inner = layout.tensor * layout.context * layout.pipeline
        layout.data = try count("dp") ?? max(1, gpus / max(1, inner))
        if let text = values["sequence_parallel"] { layout.sequenceParallelism = text == "yes" ? .on : .off }
        if layout.tensor == 1 { layout.sequenceParallelism = .off }
        layout.contextMethod = try choice("context_method") ?? other.contextMethod
        if let stage = try count("zero", from: 0) {
            guard let known = Sharding.Stage(rawValue: stage) else {
                throw ExplainError("zero=\(stage): 0 to 3 are known")
            }
            layout.sharding = Sharding(known)
        }
        try completePipeline(&layout, other)
        if let text = values["recompute"] {
            guard let known = LayoutRecomputation(named: text) else {
                throw ExplainError("recompute=\(text): none, selective, full or full-3 is needed")
            }
            layout.recomputation = known
        } else if layout != other {
            layout.recomputation = Self.leastRecomputation(layout, model)
        }
        return layout
    }

    private func completePipeline(
        _ layout: inout TrainingLayout, _ other: TrainingLayout
    ) throws(ExplainError) {
        let chunks = try count("interleave")
        if let schedule: LayoutSchedule = try choice("schedule") {
            layout.schedule = schedule
        } else if let chunks {
            layout.schedule = chunks > 1 ? .interleaved : .oneForwardOneBackward
        }
        if layout.pipeline == 1 { layout.schedule = .oneForwardOneBackward }
        let accepted = layout.schedule.chunkRange
        layout.chunks = chunks ?? min(max(other.chunks, accepted.lowerBound), accepted.upperBound)
        if let text = values["layers_by_chunk"] {
            let counts = text.split(separator: "/").compactMap { Int($0) }
            layout.spread = .given(counts)
        } else if layout.cutCount != other.cutCount {
            layout.spread = .even
        }
    }

    private func count(_ name: String, from least: Int = 1) throws(ExplainError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), number >= least else {
            throw ExplainError("\(name)=\(text): a whole number from \(least) is needed")
        }
        return number
    }

    private func choice<Choice: CaseIterable & RawRepresentable>(
        _ name: String
    ) throws(ExplainError) -> Choice? where Choice.RawValue == String {
        guard let text = values[name] else { return nil }
        guard let known = Choice(rawValue: text) else {
            throw ExplainError(
                "\(name)=\(text): one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")) is needed"
            )
        }
        return known
    }

    /// The fewest layers a stage recomputes with which a layout fits; none where none or nothing helps.
    private static func leastRecomputation(
        _ layout: TrainingLayout, _ model: TransformerStepModel
    ) -> LayoutRecomputation {
        var layout = layout
        let most = layout.stages(of: model.job.model).map(\.layerCount).max() ?? 0
        let choices = [.nothing] + (1..<max(1, most)).map { .layersPerStage($0) } + [LayoutRecomputation.full]
        return choices.first { choice in
            layout.recomputation = choice
            return model.fits(layout)
        } ?? .nothing
    }
}
