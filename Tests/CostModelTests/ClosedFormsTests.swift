import Files
import Quantities
import ScalingModel
import TestSupport
import Testing

@Suite struct ClosedFormsTests {
    /// Published to three digits: within half a unit of the last one.
    @Test(
        "Critical compute as published",
        arguments: [
            ("v100-sxm", 0.0, 1.30e27), ("a100-sxm", 0, 2.62e28), ("h100-sxm", 0, 1.92e28),
            ("v100-sxm", 0.2, 2.19e29), ("a100-sxm", 0.2, 3.25e31), ("h100-sxm", 0.2, 1.94e31),
        ])
    func criticalCompute(name: String, exponent: Double, published: Double) throws {
        let machine = try HardwareCatalogue.entry(name).machine
        let value = ClosedForms.criticalCompute(machine: machine, exponentDifference: exponent).value
        #expect(relativeError(value, published) < 0.004, "\(value)")
    }

    @Test("Latency limit as published")
    func latencyLimit() {
        #expect(relativeError(ClosedForms.latencyLimit(exponentDifference: 0).value, 2.3e31) < 0.02)
    }
}
