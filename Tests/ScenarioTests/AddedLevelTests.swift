import Files
import Quantities
import Testing
import Training

@Suite struct AddedLevelTests {
    @Test("One line adds a level outside all others and bounds the one that was the last")
    func added() throws {
        let machine = try HardwareCatalogue.entry(
            "h100-sxm",
            overrides: [
                "network.0.size=72",
                "network.+={name: WAN, size_below: 2048, bandwidth_one_way: 10GB/s, latency: 5ms}",
            ]
        ).machine
        #expect(machine.network.map(\.size) == [72, 2048, nil])
        #expect(machine.network[2].name == "WAN")
        #expect(machine.network[2].oneWayBandwidth == BytesPerSecond(10e9))
        #expect(machine.network[2].latency == Seconds(5e-3))
    }

    @Test("Two lines add two levels")
    func two() throws {
        let machine = try HardwareCatalogue.entry(
            "h100-sxm",
            overrides: [
                "network.+={name: hall, size_below: 64, bandwidth_one_way: 20GB/s, latency: 5us}",
                "network.+={name: WAN, size_below: 4, bandwidth_one_way: 1GB/s, latency: 5ms}",
            ]
        ).machine
        #expect(machine.network.map(\.size) == [8, 64, 4, nil])
    }

    @Test("The number after the last begins a level; a later one is refused")
    func numbered() throws {
        let added = try HardwareCatalogue.entry(
            "h100-sxm",
            overrides: [
                "network.1.size=32", "network.2.name=spine", "network.2.bandwidth_one_way=5GB/s",
                "network.2.latency=1ms",
            ]
        ).machine
        #expect(added.network.map(\.size) == [8, 32, nil])
        #expect(throws: ScenarioError.self) {
            try HardwareCatalogue.entry("h100-sxm", overrides: ["network.3.latency=1us"])
        }
    }

    @Test(
        "A level that is not whole is refused",
        arguments: [
            "WAN", "{name: WAN}", "{size_below: 4, speed: 2}", "{size_below: 4, latency: 1ms}",
            "{size_below: x, bandwidth_one_way: 1GB/s, latency: 1ms}",
        ])
    func refused(_ value: String) {
        #expect(throws: ScenarioError.self) {
            try HardwareCatalogue.entry("h100-sxm", overrides: ["network.+=\(value)"])
        }
    }
}
