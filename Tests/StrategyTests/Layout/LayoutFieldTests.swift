import Testing
import Training

@Suite struct LayoutFieldTests {
    private static let layouts = [
        TrainingLayout(),
        TrainingLayout(
            tensor: 8, sequenceParallelism: .on, context: 2, contextMethod: .allToAll, pipeline: 4, chunks: 3,
            schedule: .interleaved, spread: .countingEnds, expert: 4, expertTensor: 2, data: 16,
            sharding: Sharding(.gradients, group: 8), microbatch: 2, globalBatch: 128,
            recomputation: .layersByStage([1, 2, 0, 0]), offload: [.optimizer, .activations]),
        TrainingLayout(pipeline: 2, spread: .given([3, 5]), recomputation: .layersPerStage(2)),
    ]

    @Test("What a field writes it reads, and all fields together are the layout", arguments: layouts)
    func roundTrip(_ layout: TrainingLayout) throws {
        var read = TrainingLayout()
        for field in LayoutField.all {
            switch field.value(in: layout) {
            case .count(let count): try field.read("\(count)", into: &read)
            case .word(let word): try field.read(word, into: &read)
            case .absent: break
            }
        }
        #expect(read == layout)
    }

    @Test("No two fields share a name, and dashes are underscores")
    func names() {
        let names = LayoutField.all.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        #expect(LayoutField.named("expert-tensor")?.name == "expert_tensor")
        #expect(LayoutField.named("tensor")?.name == "tp")
        #expect(LayoutField.named("banana") == nil)
    }

    @Test(
        "Values out of range and words that are none are refused by the field's name",
        arguments: [
            ("tp", "0"), ("tp", "16777217"), ("pp", "9223372036854775807"), ("interleave", "100001"),
            ("microbatch", "1.5"), ("zero", "4"), ("zero", "-1"), ("sequence_parallel", "banana"),
            ("schedule", "2f2b"), ("recompute", "full-"), ("offload", "disk"), ("shard_group", "0"),
            ("layers_by_chunk", "4/x"), ("layers_by_chunk", "4/-1"), ("layers_by_chunk", "100001"),
        ])
    func refused(_ name: String, _ text: String) throws {
        let field = try #require(LayoutField.named(name))
        var layout = TrainingLayout()
        let error = #expect(throws: LayoutFieldError.self) { try field.read(text, into: &layout) }
        #expect(error?.description.hasPrefix("\(name) is '\(text)'; ") == true)
        #expect(layout == TrainingLayout())
    }

    @Test("Sizes that cannot be multiplied are problems of range, not crashes")
    func ranges() {
        var layout = TrainingLayout(tensor: Int.max, pipeline: Int.max, globalBatch: Int.max)
        #expect(!layout.rangeProblems.isEmpty)
        layout = TrainingLayout(sharding: Sharding(.weights, group: Int.max))
        layout.tensor = 2
        #expect(layout.rangeProblems == [.tooManyRanks])
        layout = TrainingLayout(recomputation: .layersByStage([Int.max, Int.max]))
        #expect(layout.rangeProblems.isEmpty)
    }
}
