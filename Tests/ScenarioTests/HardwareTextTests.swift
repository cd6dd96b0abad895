import Testing
import Training

@testable import Files

@Suite struct HardwareTextTests {
    @Test("Every machine is written and read again with the replaced values, and nothing else changes")
    func roundTrip() throws {
        for name in HardwareCatalogue.names {
            let entry = try HardwareCatalogue.entry(name)
            let values = [
                (key: "calibration.hbm_fraction", text: "0.8123"),
                (key: "calibration.inner_step_latency", text: "4.5 us"),
            ]
            let text = HardwareText.yaml(
                of: entry, replacing: values,
                provenance: Provenance(
                    keys: values.map(\.key), kind: .fitted, source: "a \"test\": its source"))
            let again = try HardwareFile.read(text: text, place: "written")
            let overrides = values.map { "\($0.key)=\($0.text)" }
            // A file has its values as its own; what is set for one question is named in the title.
            var changed = try HardwareCatalogue.entry(name, overrides: overrides).machine
            #expect(changed.title == "\(entry.machine.title), but \(overrides.joined(separator: ", "))")
            changed.title = entry.machine.title
            #expect(again.machine == changed)
            #expect(again.provenance.first?.source == "a \"test\": its source")
            #expect(again.notes == entry.notes && again.vendor == entry.vendor)
        }
    }

    @Test("Numbers have four digits, latencies their unit")
    func numbers() {
        #expect(HardwareText.text(of: 0.812345, in: .plain) == "0.8123")
        #expect(HardwareText.text(of: 4.0734e-6, in: .microseconds) == "4.073 us")
    }
}
