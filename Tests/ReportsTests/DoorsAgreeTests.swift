import Files
import Planning
import Quantities
import Reports
import TestSupport
import Testing
import Training
import TransformerModel

/// One layout has one price, whoever asks for it: a plan with every decision fixed, a row of a table, a layout
/// written down for an explanation, and the library.
@Suite struct DoorsAgreeTests {
    /// Models that a row of a table can state in full, with the machine that they are priced on.
    static let doors = [
        ("llama-3-8b", "LLAMA", "h100-sxm-80gb"), ("llama-3-8b", "LLAMA", "a100-sxm-80gb"),
        ("llama-3-70b", "LLAMA", "gb200-nvl72"), ("mixtral-8x7b", "Mixtral", "h100-sxm-80gb"),
    ]
    /// Everything fits, so that layouts are judged by their price.
    private static let overrides = ["hbm.capacity=1e6GB"]

    private static func layout(_ model: Transformer, _ random: inout SplitMix64) -> TrainingLayout? {
        func power(_ most: Int) -> Int { 1 << Int.random(in: 0...most, using: &random) }
        var layout = TrainingLayout()
        layout.tensor = power(3)
        layout.context = power(1)
        layout.contextMethod = layout.context > 1 && Bool.random(using: &random) ? .allToAll : .ring
        layout.pipeline = power(3)
        layout.data = power(3)
        layout.microbatch = power(2)
        layout.globalBatch = layout.data * layout.microbatch * power(5)
        layout.sequenceParallelism = layout.tensor > 1 && Bool.random(using: &random) ? .on : .off
        layout.schedule = Schedule.allCases.randomElement(using: &random) ?? .oneForwardOneBackward
        layout.chunks = layout.schedule == .interleaved ? 2 : layout.schedule.chunkRange.lowerBound
        if layout.pipeline == 1 { (layout.schedule, layout.chunks) = (.oneForwardOneBackward, 1) }
        let stage = Sharding.Stage.allCases.randomElement(using: &random) ?? .nothing
        layout.sharding = Sharding(stage)
        if stage > .nothing, layout.gradientRanks > 4, Bool.random(using: &random) {
            layout.sharding.group = 4
        }
        let known = RecomputedModules(RecomputedModules.named.map(\.module))
        let sets = RecomputedModules.sets(of: model, known: known)
        layout.recomputation =
            [.nothing, .selective, .full, .modules(sets.randomElement(using: &random) ?? .coreAttention)]
            .randomElement(using: &random) ?? .nothing
        if model.experts != nil {
            layout.expert = power(3)
            layout.expertTensor = min(layout.tensor, power(1))
        }
        return layout.problems(for: model).isEmpty ? layout : nil
    }

    private static func row(_ layout: TrainingLayout, _ model: Transformer, name: String) -> [(
        String, String
    )] {
        var cells: [(String, String)] = [
            ("model", name), ("layers", "\(model.layers)"), ("d_model", "\(model.width)"),
            ("d_ff", "\(model.feedForward.width)"), ("heads", "\(model.attention.form.heads)"),
            ("kv_heads", "\(model.attention.form.keyValueHeads)"), ("vocab", "\(model.vocabulary)"),
            ("seq_len", "\(model.sequenceLength)"), ("gpu", ""), ("gpus", "\(layout.gpus)"),
            ("experts", model.experts.map { "\($0.experts)" } ?? ""),
            ("top_k", model.experts.map { "\($0.topK)" } ?? ""),
            ("expert_d_ff", model.experts.map { "\($0.width)" } ?? ""),
        ]
        for field in LayoutField.all {
            switch field.value(in: layout) {
            case .count(let count): cells.append((field.name, "\(count)"))
            case .word(let word): cells.append((field.name, word))
            case .absent: cells.append((field.name, ""))
            }
        }
        return cells
    }

    /// A question with every decision fixed to a layout's.
    private static func fixed(
        _ layout: TrainingLayout, _ model: TransformerStepModel
    ) throws -> TransformerQuestion {
        var question = TransformerQuestion(
            job: model.job, machine: model.machine, given: .gpus(layout.gpus), globalBatch: layout.globalBatch
        )
        let names = [
            "tp", "cp", "context_method", "pp", "dp", "ep", "expert_tensor", "microbatch", "interleave",
            "zero",
            "offload", "schedule", "recompute", "sequence_parallel",
        ]
        var decisions: [(name: String, values: [String])] = []
        for field in LayoutField.all where names.contains(field.name) {
            switch field.value(in: layout) {
            case .count(let count): decisions.append((field.name, ["\(count)"]))
            case .word(let word): decisions.append((field.name, [word]))
            case .absent: break
            }
        }
        decisions.append(("shard_group", [layout.sharding.group.map { "\($0)" } ?? "all"]))
        decisions.append(("stages", ["even"]))
        question.limits = try LayoutLimits(fixing: decisions)
        return question
    }

    @Test("Plan, evaluate, explain and library: same step, same memory, same verdict", arguments: doors)
    func agree(_ name: String, _ rowName: String, _ hardware: String) throws {
        var random = SplitMix64(seed: 20_261_128)
        let transformer = try ModelLookup.entry(name).model
        let machine = try HardwareLookup.entry(hardware, overrides: Self.overrides).machine
        let model = TransformerStepModel(
            job: TrainingJob(model: transformer, conduct: try SoftwareCatalogue.usual(on: machine).conduct),
            machine: machine)
        var layouts: [TrainingLayout] = []
        for _ in 0..<2_000 { if let layout = Self.layout(transformer, &random) { layouts.append(layout) } }
        #expect(layouts.count > 300, "\(layouts.count) legal draws")
        let rows = layouts.map { Self.row($0, transformer, name: rowName) }
        let text = ([rows[0].map(\.0)] + rows.map { $0.map(\.1) }).map { $0.joined(separator: ",") }
        let evaluated = try TransformerEvaluation(
            table: CSVTable(text: text.joined(separator: "\n"), place: "rows"), hardware: hardware,
            overrides: Self.overrides, counting: .full
        ).run()
        #expect(evaluated.failures == 0)
        for (layout, record) in zip(layouts, evaluated.records) {
            let (step, memory) = (model.step(layout), model.memory(layout))
            func number(_ name: String) -> Field.Value? { record.last { $0.name == name }?.value }
            #expect(number("predicted_step_seconds") == .number(step.total.value), "\(layout)")
            #expect(number("memory_bytes") == .number(memory.total.value), "\(layout)")
            #expect(number("fits") == .integer(1), "\(layout)")
            let answer = try TransformerPlanner(Self.fixed(layout, model)).answer()
            let best = try #require(answer.best, "\(layout): \(answer.infeasibility)")
            #expect(best.step == step && best.memory == memory, "\(layout)")
            #expect(number("mfu") == .number(answer.modelUtilization(best)), "\(layout)")
            let verdict = try answer.question.verdict(
                on: GivenLayout("own", .all(layout)), beside: LayoutRun(answer), others: [])
            #expect(verdict?.plan?.priced.step == step && verdict?.plan?.priced.memory == memory, "\(layout)")
            #expect(verdict?.violations == [], "\(layout): \(verdict?.violations ?? [])")
        }
    }

    @Test("The parts of a step add up to it in the record of every layout")
    func parts() throws {
        var random = SplitMix64(seed: 5)
        let transformer = try ModelLookup.entry("llama-3-8b").model
        let model = TransformerStepModel(
            job: TrainingJob(model: transformer), machine: try HardwareLookup.entry("h100-sxm-80gb").machine)
        var draws = 0
        for _ in 0..<2_000 {
            guard let layout = Self.layout(transformer, &random) else { continue }
            draws += 1
            let step = model.step(layout)
            let sum = step.fields.reduce(0.0) { sum, field in
                if case .number(let value) = field.value { sum + value } else { sum }
            }
            #expect(abs(sum / step.total.value - 1) < 1e-12, "\(layout)")
            let memory = model.memory(layout)
            let bytes = memory.fields.reduce(0.0) { sum, field in
                if case .number(let value) = field.value { sum + value } else { sum }
            }
            #expect(abs(bytes / memory.total.value - 1) < 1e-12, "\(layout)")
        }
        #expect(draws > 300)
    }
}
