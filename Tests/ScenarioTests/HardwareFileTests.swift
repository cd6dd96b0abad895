import Files
import Quantities
import TestSupport
import Testing
import Training

@Suite struct HardwareFileTests {
    static let small = """
        name: toy
        compute: {precision: bf16, word_bytes: 2, peak: 100 TFLOP/s, sustained_fraction: 0.8, kernel_latency: 4us}
        hbm: {capacity: 16 GB, bandwidth: 1 TB/s}
        network:
          - {name: bus, size: 4, bandwidth_one_way: 50 GB/s, latency: 1us}
          - {name: fabric, bandwidth_bidirectional: 20 GB/s, latency: 2us}
        """

    @Test("A small YAML file is a machine; one-way bandwidth is doubled")
    func yaml() throws {
        let machine = try HardwareFile.read(text: Self.small, place: "toy.yaml").machine
        #expect(machine.network[0].bidirectionalBandwidth.value == 100e9)
        #expect(machine.domainSizes == [4])
        #expect(machine.chip == nil)
    }

    @Test("The same machine as JSON")
    func json() throws {
        let text = """
            {"name": "toy", "compute": {"precision": "bf16", "word_bytes": 2, "peak": "100 TFLOP/s",
             "sustained_fraction": 0.8, "kernel_latency": "4us"}, "hbm": {"capacity": 16e9, "bandwidth": "1 TB/s"},
             "network": [{"name": "bus", "size": 4, "bandwidth_one_way": "50 GB/s", "latency": "1us"},
             {"name": "fabric", "bandwidth_bidirectional": "20 GB/s", "latency": "2us"}]}
            """
        let machine = try HardwareFile.read(text: text, place: "toy.json").machine
        #expect(machine == (try HardwareFile.read(text: Self.small, place: "toy.yaml").machine))
    }

    @Test("A file may name its architecture; an unknown one is refused with those known")
    func architecture() throws {
        let text = Self.small + "\narchitecture: hopper\n"
        #expect(try HardwareFile.read(text: text, place: "toy.yaml").machine.architecture == .hopper)
        #expect(try HardwareFile.read(text: Self.small, place: "toy.yaml").machine.architecture == nil)
        let line = text.split(separator: "\n").count
        #expect {
            _ = try HardwareFile.read(text: text.replacing("hopper", with: "grace"), place: "toy.yaml")
        } throws: {
            "\($0)".hasPrefix("toy.yaml, line \(line): architecture is 'grace'; one of fermi, volta, ")
        }
    }

    @Test("An unknown key is an error with its line and the nearest known key")
    func unknownKey() {
        let text = Self.small.replacing("capacity", with: "capacty")
        #expect { _ = try HardwareFile.read(text: text + "\n", place: "toy.yaml") } throws: {
            "\($0)".contains("toy.yaml, line 3") || "\($0)".contains("hbm.capacity is missing")
        }
    }

    @Test("Damaged files give one line, never a crash")
    func fuzz() {
        var random = SplitMix64(seed: 7)
        let bytes = Array(Self.small.utf8)
        for _ in 0..<2000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: damaged.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 32..<127, using: &random)
                case 1: damaged.remove(at: place)
                default: damaged.insert(UInt8.random(in: 9..<127, using: &random), at: place)
                }
            }
            do {
                let text = String(decoding: damaged, as: UTF8.self)
                let machine = try HardwareFile.read(text: text, place: "toy.yaml").machine
                #expect(machine.network.count <= 8)
            } catch {
                #expect(!"\(error)".contains("\n"))
            }
        }
    }
}
