import Quantities
import Training

/// The `calibration` block of hardware files: each key may be left out and then takes what is assumed.
enum CalibrationFields {
    static func read(_ reader: FieldReader) throws(ScenarioError) -> Calibration? {
        guard reader.hasAny(under: "calibration") else { return nil }
        var known = Calibration.assumed
        func number(_ name: String, _ value: inout Double) throws(ScenarioError) {
            let key = "calibration.\(name)"
            if reader.has(key) { value = try reader.number(key) }
        }
        func time(_ name: String, _ value: inout Seconds) throws(ScenarioError) {
            let key = "calibration.\(name)"
            if reader.has(key) { value = try reader.quantity(key) }
        }
        try number("matrix_fraction_16bit", &known.matrixFraction.bits16)
        try number("matrix_fraction_8bit", &known.matrixFraction.bits8)
        try number("matrix_fraction_4bit", &known.matrixFraction.bits4)
        try number("hbm_fraction", &known.memoryFraction)
        try number("inner_network_fraction", &known.innerNetworkFraction)
        try number("outer_network_fraction", &known.outerNetworkFraction)
        try time("inner_step_latency", &known.innerStepLatency)
        try time("outer_step_latency", &known.outerStepLatency)
        try number("power_share", &known.powerShare)
        return known
    }
}
