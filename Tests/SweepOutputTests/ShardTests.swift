import Files
import Optimization
import Quantities
import ScalingModel
import Testing
@testable import Planning

@Suite struct ShardTests {
    static func sweep(points: Int) throws -> FrontierSweep {
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        return try FrontierSweep(
            template: PlanningQuestion(machine: machine, given: .gpusAndFlop(gpus: 1, flop: 1e24)),
            points: .grid(gpus: [64, 100, 128, 500], from: 1e21, to: 1e24, count: points),
            time: Calendar.month)
    }

    @Test("Every cell is in exactly one of n shards, and no shard is empty or has twice its share")
    func partition() throws {
        let sweep = try Self.sweep(points: 50)
        for count in [1, 2, 3, 7] {
            let parts = try (0..<count).map { try Shard(parsing: "\($0)/\(count)").cells(of: sweep) }
            #expect(parts.flatMap { $0 }.map(\.index).sorted() == Array(sweep.cells.indices))
            #expect(parts.allSatisfy { !$0.isEmpty && $0.count <= 2 * sweep.cells.count / count })
        }
    }

    @Test("Parts may be counted from 0 or from 1")
    func counting() throws {
        #expect(try Shard(parsing: "4/4") == Shard(parsing: "0/4"))
        #expect(try Shard(parsing: "3/4").index == 3)
    }

    @Test(
        "What is no part of a whole is refused", arguments: ["", "1", "1/0", "5/4", "-1/4", "a/b", "1/2/3"])
    func refused(text: String) {
        #expect(throws: PlanningError.self) { try Shard(parsing: text) }
    }
}
