import Quantities

/// Why a machine cannot be used.
public struct HardwareError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Key path of the offending value in a hardware file, for instance `network.0.size`.
    public let key: String
    /// What is wrong and what would be accepted, as the end of a sentence.
    public let reason: String

    /// One line: key, reason, remedy.
    public var description: String { "\(key) \(reason)" }

    /// Makes an error.
    public init(key: String, reason: String) {
        self.key = key
        self.reason = reason
    }
}

extension Accelerator {
    /// Checks every number of the machine.
    /// - Throws: ``HardwareError`` for the first value out of its range.
    public func validate() throws(HardwareError) {
        try positive(compute.wordBytes, "compute.word_bytes")
        try positive(compute.peak.value, "compute.peak", .infiniteAllowed)
        try fraction(compute.sustainedFraction, "compute.sustained_fraction")
        try notNegative(compute.kernelLatency.value, "compute.kernel_latency")
        for (precision, peak) in compute.peakByPrecision {
            try positive(peak.value, "compute.peak_by_precision.\(precision)")
        }
        try positive(memory.capacity.value, "hbm.capacity", .infiniteAllowed)
        try positive(memory.bandwidth.value, "hbm.bandwidth", .infiniteAllowed)
        if let chip {
            try positive(Double(chip.multiprocessors), "chip.multiprocessors")
            try positive(chip.clock.value, "chip.clock", .infiniteAllowed)
            try positive(Double(chip.blocksPerMultiprocessor), "chip.blocks_per_multiprocessor")
            try positive(chip.registersPerBlock.value, "chip.registers_per_block")
            try fraction(chip.usableFraction, "chip.usable_fraction")
            try positive(chip.l2Capacity.value, "chip.l2_capacity")
            try positive(chip.l2Bandwidth.value, "chip.l2_bandwidth", .infiniteAllowed)
        }
        try positive(memory.usableFraction, "hbm.usable_fraction")
        if let calibration { try Self.validate(calibration) }
        try validateNetwork()
        if let host {
            try positive(host.oneWayBandwidth.value, "host.bandwidth_one_way", .infiniteAllowed)
            try positive(host.memoryBandwidth.value, "host.memory_bandwidth", .infiniteAllowed)
            try positive(host.capacity.value, "host.memory_capacity", .infiniteAllowed)
        }
        if let power { try positive(power.value, "power") }
        if let price { try positive(price.value, "price") }
    }

    private static func validate(_ known: Calibration) throws(HardwareError) {
        try fraction(known.matrixFraction.bits16, "calibration.matrix_fraction_16bit")
        try fraction(known.matrixFraction.bits8, "calibration.matrix_fraction_8bit")
        try fraction(known.matrixFraction.bits4, "calibration.matrix_fraction_4bit")
        try fraction(known.memoryFraction, "calibration.hbm_fraction")
        try fraction(known.innerNetworkFraction, "calibration.inner_network_fraction")
        try fraction(known.outerNetworkFraction, "calibration.outer_network_fraction")
        try notNegative(known.innerStepLatency.value, "calibration.inner_step_latency")
        try notNegative(known.outerStepLatency.value, "calibration.outer_step_latency")
        try positive(known.powerShare, "calibration.power_share")
    }

    private func validateNetwork() throws(HardwareError) {
        guard let last = network.indices.last else {
            throw HardwareError(key: "network", reason: "is empty; give at least one level")
        }
        guard network.count <= Self.maximumNetworkLevels else {
            throw HardwareError(
                key: "network",
                reason: "has \(network.count) levels; at most \(Self.maximumNetworkLevels) are supported")
        }
        for (index, level) in network.enumerated() {
            let key = "network.\(index)"
            try positive(
                level.bidirectionalBandwidth.value, "\(key).bandwidth_bidirectional", .infiniteAllowed)
            try notNegative(level.latency.value, "\(key).latency")
            if index == last {
                guard level.size == nil else {
                    throw HardwareError(
                        key: "\(key).size",
                        reason:
                            "is given on the last level, which takes the rest; leave it out or add a level")
                }
            } else {
                guard let size = level.size else {
                    throw HardwareError(
                        key: "\(key).size", reason: "is missing; only the last level has no size")
                }
                guard (1...1_000_000).contains(size) else {
                    throw HardwareError(
                        key: "\(key).size", reason: "is \(size); a whole number from 1 to 1000000 is needed")
                }
            }
        }
    }
}

private enum Infinity { case infiniteAllowed, finiteOnly }

private func positive(
    _ value: Double, _ key: String, _ infinity: Infinity = .finiteOnly
) throws(HardwareError) {
    guard value > 0, value.isFinite || infinity == .infiniteAllowed else {
        throw HardwareError(
            key: key,
            reason: "is \(Readable.significant(value, digits: 6)); a number above zero is needed")
    }
}

private func notNegative(_ value: Double, _ key: String) throws(HardwareError) {
    guard value >= 0, value.isFinite else {
        throw HardwareError(
            key: key,
            reason: "is \(Readable.significant(value, digits: 6)); zero or a finite number above is needed")
    }
}

private func fraction(_ value: Double, _ key: String) throws(HardwareError) {
    guard value > 0, value <= 1 else {
        throw HardwareError(
            key: key,
            reason: "is \(Readable.significant(value, digits: 6)); a share above 0 and at most 1 is needed")
    }
}
