import Files
import Foundation
import Quantities
import Testing
import Training

@Suite struct HardwareCatalogueTests {
    @Test("Every catalogue file is listed, named after its entry, and valid")
    func complete() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/Files/Catalogue").standardized
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
        let words: Set<String> = ["name", "title", "vendor", "unit", "architecture", "compute.precision"]
        let numbers = entry.fields.map(\.key).filter {
            !words.contains($0) && !$0.hasSuffix(".name") && !$0.hasSuffix(".kind")
                && $0 != "chip.distributed_shared_memory"
        }
        #expect(entry.provenance.flatMap(\.keys).sorted() == numbers.sorted())
        #expect(entry.provenance.allSatisfy { !$0.source.isEmpty })
    }

    @Test("Every entry names its architecture", arguments: HardwareCatalogue.names)
    func architecture(name: String) throws {
        #expect(try HardwareCatalogue.entry(name).machine.architecture != nil)
    }

    /// Published figures, as the sources named in the files have them; bandwidths in GB/s, one way.
    struct Published: Sendable, CustomTestStringConvertible {
        let name: String
        let peak: Double
        let memory: Double
        let memoryBandwidth: Double
        let network: [(size: Int?, oneWay: Double)]
        var testDescription: String { name }
    }

    static let published = [
        // Export variants: NVLink 400 GB/s for H800; 15 % of H100's rate for H20.
        Published(
            name: "h800-sxm-80gb", peak: 989.4, memory: 80, memoryBandwidth: 3350,
            network: [(8, 200), (nil, 50)]),
        Published(
            name: "h20-sxm-96gb", peak: 148, memory: 96, memoryBandwidth: 4000,
            network: [(8, 450), (nil, 25)]),
        // Clusters of nodes of four: 800 Gb/s, 400 Gb/s and four of 200 Gb/s a node.
        Published(
            name: "h100-64gb-mn5", peak: 989.4, memory: 64, memoryBandwidth: 2 * 1.593 * 4096 / 8,
            network: [(4, 450), (nil, 800 / 8 / 4)]),
        Published(
            name: "a100-64gb-leonardo", peak: 309_000 / 13_824 * 16, memory: 64, memoryBandwidth: 1600,
            network: [(4, 300), (nil, 400 / 8 / 4)]),
        Published(
            name: "gh200-96gb-alps", peak: 989.4, memory: 96, memoryBandwidth: 4000,
            network: [(4, 3 * 150), (nil, 25)]),
        // Clusters with what lies outside: 3,072 GPUs at 400 Gb/s, eight pods 1:7, sites.
        Published(
            name: "h100-meta-24k", peak: 989.4, memory: 80, memoryBandwidth: 3350,
            network: [(8, 450), (3072 / 8, 50), (24_576 / 3072, 50.0 / 7), (nil, 200e3 / 8 / 24_576)]),
        Published(
            name: "gb200-nvl72-superpod", peak: 2500, memory: 186, memoryBandwidth: 8000,
            network: [(72, 900), (9216 / 72, 50), (64, 50.0 / 7), (nil, 6e6 / 8 / 589_824)]),
        Published(
            name: "tpu-v5p-sites", peak: 459, memory: 96, memoryBandwidth: 2800,
            network: [(8960, 540), (18_432 / 6144, 6.25), (nil, 200e3 / 8 / 26_880)]),
        // TPU chips: ICI 1200 GB/s both ways, 100 Gb/s a chip outside.
        Published(
            name: "tpu7x", peak: 2307, memory: 192 * 1.073741824, memoryBandwidth: 7380,
            network: [(9216, 600), (nil, 12.5)]),
        // Meshes of seven links.
        Published(
            name: "mi325x", peak: 304 * 4 * 256 * 2 * 2.1e-3, memory: 256, memoryBandwidth: 6000,
            network: [(8, 7 * 64), (nil, 50)]),
        Published(
            name: "mi350x", peak: 256 * 4 * 512 * 2 * 2.2e-3, memory: 288, memoryBandwidth: 8000,
            network: [(8, 7 * 76.8), (nil, 50)]),
        // Instances of sixteen chips with 800 Gb/s and 3,200 Gb/s.
        Published(
            name: "trainium-1", peak: 190, memory: 32 * 1.073741824, memoryBandwidth: 820,
            network: [(16, 192), (nil, 800 / 8 / 16)]),
        Published(
            name: "trainium-2", peak: 667, memory: 96 * 1.073741824, memoryBandwidth: 2900,
            network: [(16, 512), (nil, 3200 / 8 / 16)]),
    ]

    @Test("Machines have the figures of their datasheets and clusters", arguments: published)
    func figures(known: Published) throws {
        let machine = try HardwareCatalogue.entry(known.name).machine
        func near(_ value: Double, _ wanted: Double) -> Bool { abs(value / wanted - 1) < 1e-3 }
        #expect(near(machine.compute.peak.value, known.peak * 1e12))
        #expect(near(machine.memory.capacity.value, known.memory * 1e9))
        #expect(near(machine.memory.bandwidth.value, known.memoryBandwidth * 1e9))
        #expect(machine.network.map(\.size) == known.network.map(\.size))
        for (level, wanted) in zip(machine.network, known.network) {
            #expect(near(level.oneWayBandwidth.value, wanted.oneWay * 1e9), "\(level.name)")
        }
    }

    @Test(
        "A machine with what lies outside its cluster is the machine without, inside",
        arguments: [
            ("h100-meta-24k", "h100-sxm-80gb"), ("gb200-nvl72-superpod", "gb200-nvl72"),
            ("tpu-v5p-sites", "tpu-v5p"),
        ])
    func outside(name: String, inner: String) throws {
        let (own, base) = (
            try HardwareCatalogue.entry(name).machine, try HardwareCatalogue.entry(inner).machine
        )
        #expect(own.compute == base.compute && own.memory == base.memory && own.chip == base.chip)
        #expect(own.calibration == base.calibration && own.host == base.host && own.power == base.power)
        #expect(own.network[0] == base.network[0])
        #expect(own.network[1].bidirectionalBandwidth == base.network[1].bidirectionalBandwidth)
        #expect(own.network[1].latency == base.network[1].latency)
        for (level, farther) in zip(own.network, own.network.dropFirst()) {
            #expect(farther.oneWayBandwidth <= level.oneWayBandwidth && farther.latency >= level.latency)
        }
    }

    @Test("The host of a GH200 is reached over NVLink-C2C")
    func hostLink() throws {
        let host = try #require(try HardwareCatalogue.entry("gh200-96gb-alps").machine.host)
        #expect(host.oneWayBandwidth.value == 450e9 && host.capacity.value == 120e9)
    }

    @Test(
        "What is usable of a memory is at most 1 % more than drivers report of it, in MiB",
        arguments: [
            ("a100-sxm-80gb", 81920.0), ("h100-sxm-80gb", 81559), ("h200-sxm", 143771), ("b200", 183359),
            ("b300", 275040), ("gb300-nvl72", 284208),
        ])
    func usableMemory(name: String, reported: Double) throws {
        let usable = try HardwareCatalogue.entry(name).machine.memory.usable.value
        #expect(usable <= 1.01 * reported * 1_048_576)
        #expect(usable >= 0.97 * reported * 1_048_576)
    }

    @Test(
        "Short names and names of published tables stand for one machine, in any case of letters",
        arguments: [
            ("h100", "h100-sxm-80gb"), ("H100", "h100-sxm-80gb"), ("a100", "a100-sxm-80gb"),
            ("A100-80GB SXM", "a100-sxm-80gb"), ("A800", "a800-80gb"), ("A800-80GB", "a800-80gb"),
            ("h200", "h200-sxm"), ("H800", "h800-sxm-80gb"), ("h20", "h20-sxm-96gb"), ("B200-SXM", "b200"),
            ("gb200", "gb200-nvl72"), ("gb300", "gb300-nvl72"), ("gh200", "gh200-96gb-alps"),
            ("mi250x", "mi250x-gcd"), ("MI300X", "mi300x"), ("TPU v5p", "tpu-v5p"), ("ironwood", "tpu7x"),
            ("trn2", "trainium-2"), ("v100", "v100-sxm-32gb"), ("h100-sxm", "h100-sxm"),
        ])
    func aliases(name: String, own: String) throws {
        let entry = try HardwareLookup.entry(name)
        #expect(entry.machine.name == own)
        #expect(HardwareCatalogue.ownName(of: name) == own)
    }

    @Test("An entry says by which other names it is known")
    func listedAliases() throws {
        #expect(try HardwareCatalogue.entry("h200-sxm").aliases == ["h200"])
        #expect(try HardwareCatalogue.entry("h100").aliases.contains("h100"))
        #expect(try HardwareCatalogue.entry("tpu-v5p").aliases.isEmpty)
        let all = try HardwareCatalogue.names.flatMap { try HardwareCatalogue.entry($0).aliases }
        #expect(Set(all).count == all.count && Set(all).isDisjoint(with: HardwareCatalogue.names))
        for alias in all { #expect(HardwareCatalogue.ownName(of: alias) != nil) }
    }

    @Test(
        "A name that may stand for several machines is refused with them",
        arguments: [
            (
                "tpu-v5",
                "may be short for tpu-v5e, tpu-v5p, tpu-v5p-sites; 'meshwright hardware list' names them all"
            ),
            ("Trainium", "may be short for trainium-1, trainium-2; 'meshwright"),
            ("h", " more; 'meshwright hardware list' names them all"),
            ("mi250", "did you mean 'mi250x-gcd'?"), ("h20x", "did you mean 'h20'?"), ("", "neither a file"),
        ])
    func ambiguous(name: String, reason: String) {
        #expect {
            _ = try HardwareCatalogue.entry(name)
        } throws: { "\($0)".hasPrefix("--hardware \(name): ") && "\($0)".contains(reason) }
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
