import Testing
import Training

@Suite struct LegalityTests {
    @Test("A usual layout of 16,384 ranks is legal, uneven stages included")
    func legal() throws {
        // 8 * 16 * 128 = 16,384; 126 layers over 16 stages are uneven; 2048 / 128 = 16 microbatches.
        let layout = TrainingLayout(
            tensor: 8, sequenceParallelism: .on, pipeline: 16, data: 128, sharding: Sharding(.optimizer),
            globalBatch: 2048)
        #expect(layout.gpus == 16_384)
        #expect(layout.microbatches == 16)
        #expect(layout.problems(for: LayoutExamples.dense) == [])
        try layout.check(for: LayoutExamples.dense, gpus: 16_384)
        #expect(throws: LayoutProblem.ranks(needed: 16_384, given: 16_000)) {
            try layout.check(for: LayoutExamples.dense, gpus: 16_000)
        }
    }

    @Test("Heads that the tensor degree does not divide are named with the degrees that would do")
    func heads() {
        let layout = TrainingLayout(tensor: 12)
        let problem = layout.problems(for: LayoutExamples.dense).first
        #expect(problem == .doesNotDivide(field: "tensor", value: 12, of: "heads", total: 128))
        #expect(
            problem?.description
                == "heads 128 is not divisible by tensor 12; tensor 8 or 16 would be accepted")
    }

    @Test("Fewer heads of keys than tensor ranks are copied, which is legal")
    func copies() {
        #expect(TrainingLayout(tensor: 16).problems(for: LayoutExamples.dense) == [])
    }

    @Test("Expert degrees fold into tensor x context x data")
    func experts() {
        let layout = TrainingLayout(tensor: 2, context: 2, expert: 8, data: 4, globalBatch: 4)
        #expect(layout.gpus == 16)
        // 2*2*4 = 16 ranks of the stage, 8 experts: each expert twice.
        #expect(layout.expertData == 2)
        #expect(layout.problems(for: LayoutExamples.experts) == [])
        #expect(
            layout.problems(for: LayoutExamples.dense) == [.noExperts(field: "expert", value: 8)])
        let tooMany = TrainingLayout(expert: 8, data: 4, globalBatch: 4)
        #expect(
            tooMany.problems(for: LayoutExamples.experts) == [
                .doesNotDivide(field: "expert x expert_tensor", value: 8, of: "ranks of a stage", total: 4)
            ])
    }

    @Test("Experts are sharded over their own copies, weights outside them over data and context")
    func shards() {
        var layout = TrainingLayout(
            tensor: 4, context: 2, expert: 2, data: 4, sharding: Sharding(.optimizer), globalBatch: 4)
        // 4*2 ranks hold the same weights; 4*2*4/2 = 16 ranks hold the same expert.
        #expect(layout.shardRanks == 8)
        #expect(layout.expertShardRanks == 16)
        layout.sharding.group = 4
        #expect(layout.shardRanks == 4)
        // 4 ranks of data and context with their 4 tensor ranks hold every expert 4*4/2 = 8 times.
        #expect(layout.expertShardRanks == 8)
        // All of them is no group.
        layout.sharding.group = 8
        #expect(layout.expertShardRanks == 16)
        layout.sharding = Sharding()
        #expect(layout.shardRanks == 1)
        #expect(layout.expertShardRanks == 1)
    }

    @Test(
        "Each rule has a reason of its own",
        arguments: [
            (TrainingLayout(tensor: 0), "tensor is 0; it starts at 1"),
            (
                TrainingLayout(context: 3, globalBatch: 1),
                "sequence_length 8192 is not divisible by 2 x context 6; 2 x context 4 or 8 would be accepted"
            ),
            (
                TrainingLayout(tensor: 64, context: 4, contextMethod: .allToAll),
                "heads of a tensor rank 2 is not divisible by context 4; context 2 would be accepted"
            ),
            (
                TrainingLayout(pipeline: 2, chunks: 2),
                "schedule 1f1b has 1 chunks a stage, not 2"
            ),
            (
                TrainingLayout(chunks: 2, schedule: .interleaved),
                "schedule interleaved needs at least 2 stages; with pipeline 1, 1f1b is accepted"
            ),
            (
                TrainingLayout(pipeline: 256),
                "256 chunks cannot each have one of 126 layers; at most 126 are accepted"
            ),
            (
                TrainingLayout(data: 3, globalBatch: 8),
                "global_batch 8 is not divisible by data x microbatch 3; "
                    + "data x microbatch 2 or 4 would be accepted"
            ),
            (
                TrainingLayout(data: 8, sharding: Sharding(group: 4), globalBatch: 8),
                "a shard group of 4 without sharding; leave it out, or shard the optimizer at least"
            ),
            (
                TrainingLayout(pipeline: 4, chunks: 2, schedule: .dualPipe, globalBatch: 6),
                "schedule dualpipe needs at least 8 microbatches, not 6; "
                    + "raise the global batch or lower data or microbatch"
            ),
            (
                TrainingLayout(pipeline: 3, chunks: 2, schedule: .dualPipeV, globalBatch: 5),
                "schedule dualpipev needs at least 6 microbatches, not 5; "
                    + "raise the global batch or lower data or microbatch"
            ),
            (
                TrainingLayout(pipeline: 16, globalBatch: 16, recomputation: .layersPerStage(9)),
                "recomputation of 9 layers a stage, but the largest stage has 8; 1 to 8, or full, is accepted"
            ),
        ])
    func reasons(layout: TrainingLayout, text: String) {
        #expect(layout.problems(for: LayoutExamples.dense).map(\.description) == [text])
    }

    @Test("Degrees past the range of integers are refused, not overflowed")
    func overflow() {
        let layout = TrainingLayout(tensor: Int.max, data: Int.max)
        #expect(layout.problems(for: LayoutExamples.dense) == [.tooManyRanks])
    }
}
