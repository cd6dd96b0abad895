import Files
import Optimization
import Quantities
import ScalingModel
import Testing
import Training

/// The answer to one of the three questions, put into another, is its answer.
@Suite struct AskBackTests {
    static let seeds: [Range<UInt64>] = stride(from: UInt64(1000), to: 1300, by: 50).map { $0..<($0 + 50) }

    @Test(
        "On 300 random questions every answer asks back exactly, and a little less is not enough",
        arguments: seeds)
    func allThree(seeds: Range<UInt64>) throws {
        var asked = 0
        for seed in seeds {
            let question = RandomQuestion(seed: seed)
            let (gpus, flop) = (question.gpus, question.flop)
            guard let fastest = try question.best(.gpusAndFlop(gpus: gpus, flop: flop)) else { continue }
            asked += 1
            let time = fastest.total
            // How many for the least time: no more than were given, and that many are enough.
            let fewest = try #require(
                try question.best(.flopAndTime(flop: flop, time: time)), "seed \(seed)")
            #expect(fewest.gpusGiven <= gpus, "seed \(seed)")
            try expectFewest(fewest, question, time, "seed \(seed)")
            let longer = time * 2.3
            let fewer = try #require(
                try question.best(.flopAndTime(flop: flop, time: longer)), "seed \(seed)")
            try expectFewest(fewer, question, longer, "seed \(seed), longer")
            // How large: at least what was asked; it finishes, and a larger one does not.
            let largest = try #require(
                try question.best(.gpusAndTime(gpus: gpus, time: time)), "seed \(seed)")
            #expect(largest.run.flop >= flop * (1 - 1e-12), "seed \(seed)")
            let again = try #require(try question.best(.gpusAndFlop(gpus: gpus, flop: largest.run.flop)))
            #expect(again.total <= time, "seed \(seed)")
            let needed = try #require(try question.best(.flopAndTime(flop: largest.run.flop, time: time)))
            #expect(needed.gpusGiven <= gpus, "seed \(seed)")
            let more = try #require(
                try question.best(.gpusAndFlop(gpus: gpus, flop: largest.run.flop * (1 + 1e-9))))
            #expect(more.total > time, "seed \(seed)")
        }
        #expect(asked > 20, "\(asked)")
    }

    /// The plan's cluster finishes in time, and one accelerator fewer does not.
    private func expectFewest(
        _ fewest: PricedPlan, _ question: RandomQuestion, _ time: Seconds, _ label: String
    ) throws {
        #expect(fewest.total <= time, "\(label)")
        let given = fewest.gpusGiven
        let back = try #require(
            try question.best(.gpusAndFlop(gpus: given, flop: question.flop)), "\(label)")
        #expect(back.total <= fewest.total, "\(label)")
        guard given > 1 else { return }
        let less = try question.best(.gpusAndFlop(gpus: given - 1, flop: question.flop))
        #expect(less.map { $0.total > time } ?? true, "\(label): \(given - 1) finish too")
    }

    @Test("Plans on parts of nodes name the nodes: 3.1623e27 FLOP in three months")
    func partsOfNodes() throws {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        let settings = ModelSettings(accounting: .published)
        let time = Calendar.month * 3
        let fewest = try #require(
            try Planner(
                PlanningQuestion(
                    machine: machine, given: .flopAndTime(flop: 3.1623e27, time: time), settings: settings)
            ).answer().best)
        #expect(fewest.gpusGiven <= 663_552)
        for (gpus, isEnough) in [(fewest.gpusGiven, true), (fewest.gpusGiven - 1, false)] {
            let back = try #require(
                try Planner(
                    PlanningQuestion(
                        machine: machine, given: .gpusAndFlop(gpus: gpus, flop: 3.1623e27), settings: settings
                    )
                ).answer().best)
            #expect((back.total <= time) == isEnough)
        }
    }

    @Test("A domain of 576 is cut into blocks: no slower than nodes of 8")
    func largeDomain() throws {
        let nodes = try HardwareCatalogue.entry("h100-sxm").machine
        var racks = nodes
        racks.network[0].size = 576
        let times = try [nodes, racks].map { machine in
            try #require(
                try Planner(
                    PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1_048_576, flop: 1e27))
                ).answer().best
            ).total
        }
        #expect(times[1] <= times[0])
    }
}
