import Testing
import Training

@Suite struct LayerSpreadTests {
    /// 7 at both ends, 14 stages of 8 between: 126 layers.
    private let sevens: [Int] = [7, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 7]

    @Test("126 layers over 16 stages: 14 stages of 8 in the middle, 7 at both ends")
    func even() {
        let layout = TrainingLayout(pipeline: 16, globalBatch: 16)
        // 126 = 16*7 + 14.
        #expect(layout.layersByChunk(of: LayoutExamples.dense) == sevens)
    }

    @Test("Counting the ends gives the same for 126 layers: 128 over 16, less one at each end")
    func countingEnds() {
        let layout = TrainingLayout(pipeline: 16, spread: .countingEnds, globalBatch: 16)
        #expect(layout.layersByChunk(of: LayoutExamples.dense) == sevens)
    }

    @Test("Every spread covers every layer once", arguments: [1, 2, 3, 5, 7, 12, 31, 32])
    func covers(pipeline: Int) {
        for spread in [LayerSpread.even, .countingEnds] {
            let layout = TrainingLayout(pipeline: pipeline, spread: spread)
            let stages = layout.stages(of: LayoutExamples.experts)
            #expect(stages.flatMap { $0.chunks.flatMap(\.layers) }.sorted() == Array(0..<32))
            #expect(stages.count == pipeline)
            #expect(stages.flatMap { $0.elements(of: LayoutExamples.experts) }.count == 34)
        }
    }

    @Test("Interleaved chunks go round the stages; a V goes there and back; DualPipe holds each twice")
    func positions() {
        let model = LayoutExamples.experts
        var layout = TrainingLayout(pipeline: 4, chunks: 2, schedule: .interleaved, globalBatch: 8)
        #expect(
            layout.stages(of: model).map { $0.chunks.map(\.position) } == [
                [0, 4], [1, 5], [2, 6], [3, 7],
            ])
        for schedule in [Schedule.zeroBubbleV, .dualPipeV] {
            layout.schedule = schedule
            #expect(
                layout.stages(of: model).map { $0.chunks.map(\.position) } == [
                    [0, 7], [1, 6], [2, 5], [3, 4],
                ])
        }
        layout.schedule = .dualPipe
        #expect(
            layout.stages(of: model).map { $0.chunks.map(\.position) } == [
                [0, 3], [1, 2], [1, 2], [0, 3],
            ])
    }

    @Test("Given numbers are checked against chunks and layers")
    func given() {
        var layout = TrainingLayout(pipeline: 2, spread: .given([20, 12]), globalBatch: 2)
        #expect(layout.problems(for: LayoutExamples.experts) == [])
        #expect(layout.stages(of: LayoutExamples.experts).map(\.layerCount) == [20, 12])
        layout.spread = .given([20, 13])
        #expect(layout.problems(for: LayoutExamples.experts).count == 1)
        layout.spread = .given([32])
        #expect(layout.problems(for: LayoutExamples.experts).count == 1)
    }

    @Test("k layers a stage are recomputed where a stage has so many")
    func recomputed() {
        let layout = TrainingLayout(
            pipeline: 2, spread: .given([30, 2]), globalBatch: 2, recomputation: .layersPerStage(4))
        // 4 of 30 and 2 of 2: 6 of 32.
        #expect(layout.recomputedWork(for: LayoutExamples.experts) == .layers(share: 6.0 / 32))
    }
}
