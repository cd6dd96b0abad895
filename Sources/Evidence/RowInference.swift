import Foundation
import Hardware
import Quantities
import Scenario
import Strategy
import TransformerCost
import Workload

/// A row with everything known that a prediction needs.
public struct StepInputs: Sendable {
    /// Model, precision, kernels.
    public let job: TrainingJob
    /// Degrees and the rest of the layout.
    public let layout: TrainingLayout
    /// The machine.
    public let machine: Accelerator
    /// What the row does not state, with what was taken, in order.
    public let assumed: [String]
}

/// Turns rows into inputs by rules that hold for every row of every table.
///
/// What a row does not state: the family's usual shape; degrees 1 and DP the rest; expert ranks as many as
/// there are, ZeRO 1, microbatch 1; sequence parallelism where there are tensor ranks and the software is of
/// the overlapped generation; with it chunks of about four layers; and, as the fastest setting that fits, the
/// fewest layers recomputed with which the layout fits into memory.
public struct RowInference: Sendable {
    private let machines: MachineTable

    /// Makes the rules.
    /// - Parameter machines: what the rows' `gpu` names.
    public init(machines: MachineTable) { self.machines = machines }

    /// The inputs of a row.
    /// - Throws: ``RowError`` naming the column, why, and what would do.
    public func inputs(_ row: StepRow) throws(RowError) -> StepInputs {
        let machine = try machines.machine(of: row)
        var assumed: [String] = []
        let software = (machine.calibration ?? .assumed).software
        let family = ModelFamily.named(row.text("model") ?? "")
        let model = try model(row, family, &assumed)
        let job = TrainingJob(
            model: model, precision: try precision(row, &assumed),
            kernels: try kernels(row, family, software, &assumed))
        var layout = try layout(row, model, software, &assumed)
        if let problem = layout.problems(for: model).first { throw RowError("\(problem)") }
        if row.text("recompute") == nil {
            layout.recomputation = leastRecomputation(job, layout, machine)
            assumed.append("recompute=\(layout.recomputation.name)")
        }
        return StepInputs(job: job, layout: layout, machine: machine, assumed: assumed)
    }

    // MARK: Model

    private func model(
        _ row: StepRow, _ family: ModelFamily, _ assumed: inout [String]
    ) throws(RowError) -> Transformer {
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
                    headSize: family.headSize ?? max(1, width / heads)))
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
            assumed.append("precision=bf16")
            return .bf16
        }
        do { return try TrainingPrecision(named: name) } catch { throw RowError("\(error)") }
    }

    private func kernels(
        _ row: StepRow, _ family: ModelFamily, _ software: TrainingSoftware, _ assumed: inout [String]
    ) throws(RowError) -> KernelSet {
        // Sharded weights are the framework's own way, with its own kernels; without them, software of the
        // overlapped generation is Megatron-LM and its kin.
        let isSharded = row.text("zero") == "3"
        let isJoined = software == .overlapped ? !isSharded : family.hasJoinedKernels
        let passes: KernelSet.Passes = isJoined ? .joined : .single
        let loss: KernelSet.Fusion = isSharded ? family.shardedLoss : .fused
        guard let text = row.text("attention_kernel") else {
            let kernel: AttentionKernel =
                family.hasJoinedKernels && software == .classic ? .fused : family.attention
            assumed.append("attention_kernel=\(kernel.rawValue)")
            return KernelSet(attention: kernel, passes: passes, loss: loss)
        }
        // A stated list names every kernel that is not made of single operations.
        let names = text.split(separator: "+").map(String.init)
        guard let first = names.first, let kernel = AttentionKernel(rawValue: first) else {
            let known = AttentionKernel.allCases.map(\.rawValue).joined(separator: ", ")
            throw RowError(
                "attention_kernel is '\(text)'; one of \(known) is needed, with +rmsnorm for a norm kernel")
        }
        return KernelSet(
            attention: kernel, norms: names.contains("rmsnorm") ? .fused : .eager, elementwise: .eager,
            passes: passes, loss: loss)
    }

    // MARK: Layout

    private func layout(
        _ row: StepRow, _ model: Transformer, _ software: TrainingSoftware, _ assumed: inout [String]
    ) throws(RowError) -> TrainingLayout {
        var layout = TrainingLayout()
        let gpus = try row.needed("gpus")
        layout.tensor = try row.count("tp") ?? 1
        layout.pipeline = try row.count("pp") ?? 1
        layout.context = try row.count("cp") ?? 1
        let rest = layout.tensor * layout.pipeline * layout.context
        guard gpus.isMultiple(of: rest) else {
            throw RowError(
                "gpus is \(gpus), not a multiple of tp × pp × cp = \(rest); give one that is")
        }
        layout.data = gpus / rest
        if let stated = try row.count("dp"), stated != layout.data {
            throw RowError(
                "dp is \(stated), but gpus / (tp × pp × cp) is \(layout.data); leave it out or correct it")
        }
        layout.microbatch = try row.count("microbatch") ?? 1
        if row.text("microbatch") == nil { assumed.append("microbatch=1") }
        layout.globalBatch = try row.needed("global_batch")
        if let stage = try row.count("zero", atLeast: 0) {
            guard let known = Sharding.Stage(rawValue: stage) else {
                throw RowError("zero is \(stage); 0 to 3 is accepted")
            }
            layout.sharding = Sharding(known)
        } else {
            layout.sharding = Sharding(.optimizer)
            assumed.append("zero=1")
        }
        layout.sharding.group = try row.count("shard_group")
        if let name = row.text("offload") {
            guard let known = Offload(named: name) else {
                throw RowError(
                    "offload is '\(name)'; none, or any of optimizer, weights and activations with + between "
                        + "them is accepted")
            }
            layout.offload = known
        }
        try experts(row, model, &layout, &assumed)
        try chunks(row, model, software, &layout, &assumed)
        switch row.text("sequence_parallel") {
        case "yes": layout.sequenceParallelism = layout.tensor > 1 ? .on : .off
        case "no": layout.sequenceParallelism = .off
        case nil:
            layout.sequenceParallelism = layout.tensor > 1 && software == .overlapped ? .on : .off
            if layout.tensor > 1 {
                assumed.append("sequence_parallel=\(layout.sequenceParallelism == .on ? "yes" : "no")")
            }
        case let other?: throw RowError("sequence_parallel is '\(other)'; yes or no is accepted")
        }
        if let name = row.text("recompute") {
            guard let known = LayoutRecomputation(named: name) else {
                throw RowError("recompute is '\(name)'; none, selective, full or full-K is accepted")
            }
            layout.recomputation = known
        }
        return layout
    }

    private func experts(
        _ row: StepRow, _ model: Transformer, _ layout: inout TrainingLayout, _ assumed: inout [String]
    ) throws(RowError) {
        guard let experts = model.experts else { return }
        if let stated = try row.count("ep") {
            layout.expert = stated
        } else {
            layout.expert = min(experts.experts, layout.stageRanks)
            assumed.append("ep=\(layout.expert)")
        }
    }

    private func chunks(
        _ row: StepRow, _ model: Transformer, _ software: TrainingSoftware, _ layout: inout TrainingLayout,
        _ assumed: inout [String]
    ) throws(RowError) {
        if let stated = try row.count("interleave") {
            layout.chunks = stated
        } else if software == .overlapped, layout.pipeline > 1 {
            let chunks = (Double(model.layers) / Double(layout.pipeline) / 4).rounded(.toNearestOrEven)
            layout.chunks = max(1, Int(chunks))
            assumed.append("interleave=\(layout.chunks)")
        }
        if layout.pipeline == 1 { layout.chunks = 1 }
        if layout.chunks > 1 { layout.schedule = .interleaved }
        // More chunks than layers: embedding and head have chunks of their own.
        if layout.cutCount > model.layers { layout.spread = .countingEnds }
    }

    /// The fewest layers a stage recomputes with which the layout fits; all of them where it never fits.
    private func leastRecomputation(
        _ job: TrainingJob, _ layout: TrainingLayout, _ machine: Accelerator
    ) -> LayoutRecomputation {
        let model = TransformerStepModel(job: job, machine: machine)
        let most = (job.model.layers + layout.pipeline - 1) / layout.pipeline
        var layout = layout
        layout.recomputation = .nothing
        if model.fits(layout) { return .nothing }
        var (low, high) = (1, most)
        while low < high {
            let middle = (low + high) / 2
            layout.recomputation = .layersPerStage(middle)
            if model.fits(layout) { high = middle } else { low = middle + 1 }
        }
        return low == most ? .full : .layersPerStage(low)
    }
}
