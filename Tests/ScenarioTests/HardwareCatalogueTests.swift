import Foundation
import Scenario
import Testing

@Suite struct HardwareCatalogueTests {
    @Test("Every catalogue file is listed, named after its entry, and valid")
    func complete() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Scenario/Catalogue").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(".yaml".count)) }.sorted()
        #expect(files == HardwareCatalogue.names)
        for name in HardwareCatalogue.names {
            #expect(try HardwareCatalogue.entry(name).machine.name == name)
        }
    }

    @Test("Every number of every entry has exactly one provenance", arguments: HardwareCatalogue.names)
    func provenance(name: String) throws {
        let entry = try HardwareCatalogue.entry(name)
        let words: Set<String> = ["name", "title", "vendor", "unit", "compute.precision"]
        let numbers = entry.fields.map(\.key).filter {
            !words.contains($0) && !$0.hasSuffix(".name") && $0 != "chip.distributed_shared_memory"
        }
        #expect(entry.provenance.flatMap(\.keys).sorted() == numbers.sorted())
        #expect(entry.provenance.allSatisfy { !$0.source.isEmpty })
    }

    @Test("An override replaces one value, all levels by *, one by its name")
    func overrides() throws {
        let machine = try HardwareCatalogue.entry(
            "h100-sxm",
            overrides: [
                "hbm.bandwidth=4.8TB/s", "network.*.latency=0.1us", "network.NVLink.bandwidth_one_way=1TB/s",
            ]
        ).machine
        #expect(machine.memory.bandwidth.value == 4.8e12)
        #expect(machine.network.map(\.latency.value) == [1e-7, 1e-7])
        #expect(machine.network[0].bidirectionalBandwidth.value == 2e12)
    }

    @Test(
        "What cannot be used is named with a remedy",
        arguments: [
            ("hbm.bandwith=4TB/s", "hbm.bandwidth"), ("hbm.bandwidth", "key=value"),
            ("hbm.bandwidth=-1", "from 1 to 1e30"), ("network.nvlnk.latency=1us", "NVLink"),
            ("hbm.capacity=80 parsecs", "80GB"), ("network.1.size=4", "last level"),
            ("compute.sustained_fraction=1.5", "at most 1"), ("compute.peak=nan", "is not a number"),
        ])
    func badOverrides(override: String, remedy: String) {
        #expect {
            _ = try HardwareCatalogue.entry("h100-sxm", overrides: [override])
        } throws: { "\($0)".contains(remedy) }
    }

    @Test("An unknown name suggests the nearest")
    func unknownName() {
        #expect { _ = try HardwareCatalogue.entry("h100-sxn") } throws: { "\($0)".contains("'h100-sxm'") }
    }
}
