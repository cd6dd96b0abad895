import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// The shard groups that are looked at unasked.
@Suite struct ShardGroupTests {
    private func sizes(
        _ groups: ShardGroups, tensor: Int, ranks: Int, experts: Int = 1, domains: [Int]
    ) -> [Int?] {
        var sizes: [Int?] = []
        groups.forEach(tensor: tensor, ranks: ranks, experts: experts, domains: domains) { sizes.append($0) }
        return sizes
    }

    @Test("Groups that fill a domain, that divide one of no power of two, and shorter rings of long ones")
    func listed() {
        func domains(_ tensor: Int, _ ranks: Int, _ domains: [Int], experts: Int = 1) -> [Int?] {
            sizes(.domains, tensor: tensor, ranks: ranks, experts: experts, domains: domains)
        }
        #expect(domains(2, 64, [8]) == [nil, 4])
        // Domains that all ranks fit in, and of which tensor ranks divide none.
        #expect(domains(2, 4, [8]) == [nil])
        #expect(domains(16, 64, [8]) == [nil])
        #expect(domains(1, 12, [8]) == [nil, 4])
        #expect(domains(1, 1024, [8, 256]) == [nil, 8, 256, 32])
        // A pod of TPU v5p: 8,960 = 256 x 35.
        #expect(domains(8, 4096, [8960]) == [nil, 32])
        #expect(domains(1, 35 * 1024, [8960]) == [nil, 8960, 1120, 140, 256, 32])
        #expect(domains(8, 5 * 2048, [8960]) == [nil, 160, 20, 32])
        #expect(domains(1, 144, [72]) == [nil, 72, 9, 8])
        // A group with its tensor ranks holds all experts.
        #expect(domains(2, 64, [8], experts: 16) == [nil])
    }

    @Test("Sizes come once, divide the ranks, hold whole experts, and are among those of every divisor")
    func legal() {
        var random = SplitMix64(seed: 5)
        var seen = 0
        for _ in 0..<3000 {
            let tensor = 1 << Int.random(in: 0...3, using: &random)
            let ranks = Int.random(in: 2...5000, using: &random)
            let experts = [1, 2, 8].randomElement(using: &random) ?? 1
            let inner = Int.random(in: 2...80, using: &random)
            let domains = [inner, inner * Int.random(in: 1...200, using: &random)]
            let found = sizes(.domains, tensor: tensor, ranks: ranks, experts: experts, domains: domains)
            let every = sizes(.any, tensor: tensor, ranks: ranks, experts: experts, domains: domains)
            #expect(Set(found).count == found.count && Set(found).isSubset(of: every), "\(found)")
            for case let size? in found {
                #expect(domains.contains { $0.isMultiple(of: size * tensor) }, "\(size)")
            }
            seen += found.count
        }
        #expect(seen > 3500)
    }

    @Test(
        "On pods of 8,960 chips more chips are never slower, and no divisor is much quicker than what is looked at"
    )
    func pods() throws {
        let machine = try HardwareLookup.entry("tpu-v5p").machine
        let job = TrainingJob(model: try ModelCatalogue.entry("llama-3-405b").model)
        var last = Double.infinity
        for gpus in [8192, 16_384, 32_768, 131_072] {
            func seconds(_ groups: ShardGroups) throws -> Double {
                var limits = LayoutLimits()
                limits.shardGroups = groups
                var question = TransformerQuestion(
                    job: job, machine: machine, given: .gpus(gpus), globalBatch: 1280)
                question.limits = limits
                let answer = try TransformerPlanner(
                    question.run(by: SoftwareCatalogue.software("maxtext"))
                )
                .answer()
                return try #require(answer.best).step.total.value
            }
            let (usual, every) = (try seconds(.domains), try seconds(.any))
            #expect(every <= usual && usual <= every * 1.02, "\(gpus): \(usual) against \(every)")
            #expect(usual < last)
            last = usual
        }
    }
}
