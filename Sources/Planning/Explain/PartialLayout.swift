import Quantities
import Training
import TransformerModel

/// Some decisions of a layout; the rest is taken from another.
public struct PartialLayout: Hashable, Sendable {
    private var values: [String: String]

    /// Names of the decisions, as in tables of steps; the batch is the question's.
    public static let keys = LayoutField.all.map(\.name).filter { $0 != "global_batch" }

    /// Takes decisions by name.
    /// - Parameter fields: names of ``keys``, or what else they are called, with values as tables have them.
    /// - Throws: ``ExplainError`` for a name that is none, that is given twice, or a value that cannot be read.
    public init(fields: [(name: String, value: String)]) throws(ExplainError) {
        values = [:]
        var scratch = TrainingLayout()
        for (name, value) in fields {
            guard let field = LayoutField.named(name), Self.keys.contains(field.name) else {
                throw ExplainError(
                    "\(Shown.value(name)) is no decision of a layout; write one of "
                        + Self.keys.joined(separator: ", "))
            }
            guard values[field.name] == nil else { throw ExplainError("\(Shown.value(name)) is given twice") }
            do { try field.read(value, into: &scratch) } catch { throw ExplainError("\(error)") }
            values[field.name] = value
        }
    }

    /// The layout with these decisions, and the others of another one.
    ///
    /// What cannot stay follows: replicas from the accelerators given, one chunk without interleaving, even
    /// stages where the pipeline changes, all ranks in one shard group where the ranks change, and as few
    /// recomputed layers as fit.
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
        for field in LayoutField.all {
            guard let text = values[field.name] else { continue }
            do { try field.read(text, into: &layout) } catch { throw ExplainError("\(error)") }
        }
        if !gives("expert_tensor") { layout.expertTensor = min(other.expertTensor, layout.tensor) }
        if layout.tensor == 1, !gives("sequence_parallel") { layout.sequenceParallelism = .off }
        completePipeline(&layout, other)
        if !gives("dp") {
            var data = gpus
            for degree in [layout.tensor, layout.context, layout.pipeline] { data /= degree }
            layout.data = max(1, data)
        }
        if !gives("shard_group"), layout.gradientRanksIfSmall != other.gradientRanksIfSmall {
            layout.sharding.group = nil
        }
        if !gives("recompute"), layout != other {
            layout.recomputation = Self.leastRecomputation(layout, model)
        }
        return layout
    }

    /// Limits with these decisions in place of what they say of them; neither the layers of each chunk nor how many
    /// are recomputed limits a search.
    /// - Throws: ``ExplainError`` where the limits allow none of them.
    func limiting(_ limits: LayoutLimits) throws(ExplainError) -> LayoutLimits {
        let fixed = values.filter { $0.key != "layers_by_chunk" }.map { name, value in
            let isCount =
                name == "recompute" && LayoutRecomputation.Kind(rawValue: value) == nil
            return (name: name, values: [isCount ? LayoutRecomputation.Kind.layers.rawValue : value])
        }
        do { return try limits.fixing(fixed) } catch { throw ExplainError("\(error)") }
    }

    /// Whether a layout has these decisions.
    func isKept(by layout: TrainingLayout) -> Bool {
        values.allSatisfy { name, text in
            guard let field = LayoutField.named(name) else { return false }
            var same = layout
            return (try? field.read(text, into: &same)) != nil && same == layout
        }
    }

    /// The decisions that are not given, as `name value` of a layout that has them.
    public func absent(in layout: TrainingLayout) -> [String] {
        LayoutField.all.filter { Self.keys.contains($0.name) && !gives($0.name) }.compactMap { field in
            switch field.value(in: layout) {
            case .count(let count): "\(field.name) \(count)"
            case .word(let word): "\(field.name) \(word)"
            case .absent: nil
            }
        }
    }

    private func gives(_ name: String) -> Bool { values[name] != nil }

    private func completePipeline(_ layout: inout TrainingLayout, _ other: TrainingLayout) {
        if !gives("schedule") {
            if gives("interleave") {
                layout.schedule = layout.chunks > 1 ? .interleaved : .oneForwardOneBackward
            }
            if layout.pipeline == 1 { layout.schedule = .oneForwardOneBackward }
        }
        if !gives("interleave") {
            let accepted = layout.schedule.chunkRange
            layout.chunks = min(max(other.chunks, accepted.lowerBound), accepted.upperBound)
        }
        if !gives("layers_by_chunk"),
            (layout.pipeline, layout.chunks, layout.schedule) != (
                other.pipeline, other.chunks, other.schedule
            )
        {
            layout.spread = .even
        }
    }

    /// The fewest layers a stage recomputes with which a layout fits; none where none or nothing helps.
    private static func leastRecomputation(
        _ layout: TrainingLayout, _ model: TransformerStepModel
    ) -> LayoutRecomputation {
        var layout = layout
        layout.recomputation = .nothing
        // What is not legal has no stages to look at.
        guard layout.problems(for: model.job.model).isEmpty else { return .nothing }
        let most = layout.stages(of: model.job.model).map(\.layerCount).max() ?? 0
        let choices = [.nothing] + (1..<max(1, most)).map { .layersPerStage($0) } + [LayoutRecomputation.full]
        return choices.first { choice in
            layout.recomputation = choice
            return model.fits(layout)
        } ?? .nothing
    }
}

extension TrainingLayout {
    /// Ranks of data and context; nil where they are too many to be counted.
    fileprivate var gradientRanksIfSmall: Int? {
        let (ranks, overflow) = data.multipliedReportingOverflow(by: context)
        return overflow ? nil : ranks
    }
}
