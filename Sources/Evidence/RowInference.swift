import Files
import Foundation
import Quantities
import Training
import TransformerModel

/// A row with everything known that a prediction needs.
public struct StepInputs: Sendable {
    /// Model, precision, kernels.
    public let job: TrainingJob
    /// Degrees and the rest of the layout.
    public let layout: TrainingLayout
    /// The machine.
    public let machine: Accelerator
    /// The software, which decides kernels and what runs beside what.
    public let software: TrainingSoftware
    /// What the row does not state, with what was taken, in order.
    public let assumed: [String]

    /// The kernels that the row's layout runs.
    public var kernels: KernelSet { job.kernelSet }

    /// The classes that predictions of this kind belong to, the widest first.
    public var classes: [String] {
        PredictionBand.names(software: software.name, job: job, machine: machine, gpus: layout.gpus)
    }
}

/// Turns rows into inputs by rules that hold for every row of every table.
///
/// What a row does not state: the software of the other rows of its group, else the one usual on its machine; the family's usual shape; degrees 1 and DP
/// the rest; expert ranks as many as there are, ZeRO 1 or the least that the software shards, microbatch 1; sequence
/// parallelism as the software lists it first; chunks of about four layers where it interleaves; and, as
/// the fastest setting that fits, the recomputation that takes least time of those with which the layout fits.
public struct RowInference: Sendable {
    private let machines: MachineTable
    private let groups: GroupSoftware
    /// What a question says for rows that leave it empty; nil where there is none.
    private let setup: AskedSetup?

    /// Makes the rules.
    /// - Parameters:
    ///   - machines: what the rows' `gpu` names.
    ///   - groups: the software of rows that name none, by their group.
    public init(machines: MachineTable, groups: GroupSoftware = GroupSoftware()) {
        self.machines = machines
        self.groups = groups
        setup = nil
    }

    /// Makes the rules for rows of somebody who asks a question.
    /// - Parameters:
    ///   - machines: what the rows' `gpu` names.
    ///   - setup: what they have in common with the question where they leave it empty.
    public init(machines: MachineTable, setup: AskedSetup) {
        self.machines = machines
        self.setup = setup
        groups = GroupSoftware()
    }

    /// The inputs of a row.
    /// - Throws: ``RowError`` naming the column, why, and what would do.
    public func inputs(_ row: StepRow) throws(RowError) -> StepInputs {
        let machine = try machines.machine(of: row)
        var assumed: [String] = []
        let software = try software(row, machine, &assumed)
        let model = try model(row, &assumed)
        let job = TrainingJob(
            model: model, precision: try precision(row, &assumed), kernels: try kernels(row),
            conduct: software.conduct)
        var layout = try layout(row, model, software, &assumed)
        if let problem = layout.problems(for: model).first { throw RowError("\(problem)") }
        if setup == nil, job.kernels.attention == nil {
            assumed.append("attention_kernel=\(job.kernelSet.attention.rawValue)")
        }
        if row.text("recompute") == nil {
            layout.recomputation = leastRecomputation(job, layout, machine, software)
            assumed.append("recompute=\(layout.recomputation.name)")
        }
        return StepInputs(job: job, layout: layout, machine: machine, software: software, assumed: assumed)
    }

    /// The software that a row or the other rows of its group name, if the catalogue has it; else the one that is usual
    /// on the machine.
    private func software(
        _ row: StepRow, _ machine: Accelerator, _ assumed: inout [String]
    ) throws(RowError) -> TrainingSoftware {
        if let setup { return try setup.software(of: row) }
        do {
            if let (framework, release) = groups.software(of: row),
                let known = try SoftwareCatalogue.software(framework: framework, release: release)
            {
                if row.text("framework") == nil { assumed.append("software=\(known.name)") }
                return known
            }
            let usual = try SoftwareCatalogue.usual(on: machine)
            assumed.append("software=\(usual.name)")
            return usual
        } catch { throw RowError("framework: \(error)") }
    }

    // MARK: Model

    /// The model that the question or the catalogue knows by the row's name, unless the row states another shape; else
    /// what the row states.
    private func model(_ row: StepRow, _ assumed: inout [String]) throws(RowError) -> Transformer {
        guard var known = try setup?.model(of: row) else {
            if setup != nil, row.text("layers") == nil {
                throw RowError(
                    "model is \(Shown.value(row.text("model") ?? "")), neither the question's nor in the catalogue; name "
                        + "one of 'meshwright models list', or state layers, d_model and the rest of its shape"
                )
            }
            return try stated(row, &assumed)
        }
        let shape = StepRow(shapeOf: known)
        guard row.agrees(with: shape) else {
            return try stated(row.completed(by: shape, in: StepRow.shape + ["seq_len"]), &assumed)
        }
        if let length = try row.count("seq_len") { known.sequenceLength = length }
        do { try known.validate() } catch { throw RowError("\(error)") }
        return known
    }

    private func stated(_ row: StepRow, _ assumed: inout [String]) throws(RowError) -> Transformer {
        let family = ModelFamily.named(row.text("model") ?? setup?.model.name ?? "")
        let layers = try row.needed("layers")
        let width = try row.needed("d_model")
        let heads = try row.count("heads") ?? max(1, width / 128)
        if row.text("heads") == nil { assumed.append("heads=\(heads)") }
        let form: AttentionForm
        if var latent = family.latent {
            latent.heads = heads
            form = .latent(latent)
        } else {
            form = .grouped(
                GroupedAttention(
                    heads: heads, keyValueHeads: try row.count("kv_heads") ?? heads,
                    headSize: try row.count("head_size") ?? family.headSize ?? max(1, width / heads)))
        }
        let usual = family.gating == .plain ? 4 * width : 8 * width / 3
        let inner = try row.count("d_ff") ?? usual
        if row.text("d_ff") == nil, row.text("experts") == nil { assumed.append("d_ff=\(inner)") }
        var experts: ExpertLayers?
        if let count = try row.count("experts"), count > 1 {
            experts = ExpertLayers(
                experts: count, topK: try row.needed("top_k"),
                width: try row.count("expert_d_ff") ?? family.expertWidth ?? inner,
                sharedExperts: try row.count("shared_experts", atLeast: 0) ?? family.sharedExperts,
                denseLayers: DenseLayers(
                    first: try row.count("dense_layers", atLeast: 0) ?? min(family.denseLayers, layers)))
        }
        let vocabulary = try row.count("vocab") ?? 51200
        if row.text("vocab") == nil { assumed.append("vocab=\(vocabulary)") }
        let model = Transformer(
            name: row.text("model") ?? "model", layers: layers, width: width,
            attention: Attention(form: form, window: family.window),
            feedForward: FeedForward(width: inner, gating: family.gating), experts: experts,
            vocabulary: vocabulary, embeddings: family.embeddings, positions: family.positions,
            norms: Norms(kind: family.norms), sequenceLength: try row.needed("seq_len"))
        do { try model.validate() } catch { throw RowError("\(error)") }
        return model
    }

    // MARK: Precision and kernels

    private func precision(
        _ row: StepRow, _ assumed: inout [String]
    ) throws(RowError) -> TrainingPrecision {
        guard let name = row.text("precision") else {
            if let setup {
                assumed.append("precision=\(setup.precision.name)")
                return setup.precision
            }
            assumed.append("precision=bf16")
            return .bf16
        }
        do { return try TrainingPrecision(named: name) } catch { throw RowError("\(error)") }
    }

    /// The kernels that a row states; the rest is what every run is taken to use.
    private func kernels(_ row: StepRow) throws(RowError) -> StatedKernels {
        guard let text = row.text("attention_kernel") else {
            return setup?.kernels ?? StatedKernels()
        }
        guard let kernels = StatedKernels(named: text) else {
            throw RowError("attention_kernel is '\(text)'; \(StatedKernels.accepted) is accepted")
        }
        return kernels
    }

    // MARK: Layout

    private func layout(
        _ row: StepRow, _ model: Transformer, _ software: TrainingSoftware, _ assumed: inout [String]
    ) throws(RowError) -> TrainingLayout {
        var layout = TrainingLayout(sharding: Sharding(.optimizer))
        let gpus = try row.needed("gpus")
        for field in LayoutField.all {
            guard let text = row.text(field.name) else { continue }
            do { try field.read(text, into: &layout) } catch { throw RowError("\(error)") }
        }
        try degrees(row, gpus: gpus, &layout)
        if setup != nil {
            assumed += ["tp", "pp", "cp"].filter { row.text($0) == nil }.map { "\($0)=1" }
        }
        if row.text("microbatch") == nil { assumed.append("microbatch=1") }
        _ = try row.needed("global_batch")
        if row.text("zero") == nil {
            let known = layout.pipeline > 1 ? software.pipelineSharding : software.sharding
            if !known.contains(.optimizer), let least = known.first(where: { $0 > .nothing }) {
                layout.sharding = Sharding(least, group: layout.sharding.group)
            }
            assumed.append("zero=\(layout.sharding.stage.rawValue)")
        }
        try experts(row, model, &layout, &assumed)
        chunks(row, model, software, &layout, &assumed)
        if row.text("sequence_parallel") == nil {
            layout.sequenceParallelism = layout.tensor > 1 ? software.sequenceParallelism.first ?? .off : .off
            if layout.tensor > 1 {
                assumed.append("sequence_parallel=\(layout.sequenceParallelism == .on ? "yes" : "no")")
            }
        }
        return layout
    }

    /// Replicas: what the other degrees leave of the accelerators.
    private func degrees(_ row: StepRow, gpus: Int, _ layout: inout TrainingLayout) throws(RowError) {
        var rest = 1
        for degree in [layout.tensor, layout.pipeline, layout.context] {
            let (product, overflow) = rest.multipliedReportingOverflow(by: degree)
            rest = overflow ? Int.max : product
        }
        guard gpus.isMultiple(of: rest) else {
            throw RowError(
                "gpus is \(gpus), not a multiple of tp × pp × cp = \(rest); give one that is")
        }
        if row.text("dp") != nil, layout.data != gpus / rest {
            throw RowError(
                "dp is \(layout.data), but gpus / (tp × pp × cp) is \(gpus / rest); leave it out or correct it"
            )
        }
        layout.data = gpus / rest
    }

    private func experts(
        _ row: StepRow, _ model: Transformer, _ layout: inout TrainingLayout, _ assumed: inout [String]
    ) throws(RowError) {
        guard let experts = model.experts else {
            let stated = ["top_k", "expert_d_ff", "shared_experts", "dense_layers"].first {
                row.text($0) != nil && row.text($0) != "0"
            }
            if let stated, row.text("experts") == nil {
                throw RowError(
                    "\(stated) is '\(row.text(stated) ?? "")', but experts is not stated; "
                        + "state it, or leave the cell empty")
            }
            return
        }
        guard row.text("ep") == nil else { return }
        layout.expert = min(experts.experts, layout.stageRanks)
        assumed.append("ep=\(layout.expert)")
    }

    private func chunks(
        _ row: StepRow, _ model: Transformer, _ software: TrainingSoftware, _ layout: inout TrainingLayout,
        _ assumed: inout [String]
    ) {
        let hasSchedule = row.text("schedule") != nil
        if row.text("interleave") == nil {
            if hasSchedule {
                // As many as the schedule has at least.
                layout.chunks = layout.schedule.chunkRange.lowerBound
            } else if software.schedules.contains(.interleaved), layout.pipeline > 1 {
                let chunks = (Double(model.layers) / Double(layout.pipeline) / 4).rounded(.toNearestOrEven)
                layout.chunks = max(1, Int(chunks))
                assumed.append("interleave=\(layout.chunks)")
            }
        }
        if layout.pipeline == 1, !hasSchedule { layout.chunks = 1 }
        if layout.chunks > 1, !hasSchedule { layout.schedule = .interleaved }
        if row.text("layers_by_chunk") == nil, software.usualStages == .byWeights, layout.cutCount > 1,
            layout.chunks == 1, layout.cutCount <= model.layers
        {
            layout.spread = .byWeights(model, stages: layout.pipeline)
            return
        }
        // More chunks than layers: embedding and head have chunks of their own.
        if row.text("layers_by_chunk") == nil, layout.cutCount > model.layers {
            layout.spread = .countingEnds
        }
    }

    /// The recomputation that takes least time of those with which the layout fits: none, modules that the software knows
    /// by name, or the fewest layers of a stage; all layers where it never fits.
    private func leastRecomputation(
        _ job: TrainingJob, _ layout: TrainingLayout, _ machine: Accelerator, _ software: TrainingSoftware
    ) -> LayoutRecomputation {
        let model = TransformerStepModel(job: job, machine: machine)
        let most = max(1, layout.stages(of: job.model).map(\.layerCount).max() ?? 1)
        var layout = layout
        layout.recomputation = .nothing
        if model.fits(layout) { return .nothing }
        var (low, high) = (1, most)
        while low < high {
            let middle = (low + high) / 2
            layout.recomputation = .layersPerStage(middle)
            if model.fits(layout) { high = middle } else { low = middle + 1 }
        }
        let whole: LayoutRecomputation = low == most ? .full : .layersPerStage(low)
        guard software.recomputation.contains(.modules) else { return whole }
        func seconds(_ choice: LayoutRecomputation) -> Double {
            layout.recomputation = choice
            return model.step(layout).total.value
        }
        let sets = RecomputedModules.sets(of: job.model, known: software.recomputedModules)
        let fitting = sets.map { LayoutRecomputation.modules($0) }.filter { choice in
            layout.recomputation = choice
            return model.fits(layout)
        }
        let priced = (fitting + [whole]).map { (choice: $0, seconds: seconds($0)) }
        return priced.min { $0.seconds < $1.seconds }?.choice ?? whole
    }
}
