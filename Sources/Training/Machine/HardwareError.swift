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
        try check(compute.wordBytes, "compute.word_bytes", HardwareRanges.wordBytes)
        try check(compute.peak.value, "compute.peak", HardwareRanges.rate)
        try check(compute.sustainedFraction, "compute.sustained_fraction", .share)
        try check(compute.kernelLatency.value, "compute.kernel_latency", HardwareRanges.latency)
        for (precision, peak) in compute.peakByPrecision.sorted(by: { $0.key < $1.key }) {
            try check(peak.value, "compute.peak_by_precision.\(precision)", HardwareRanges.finiteRate)
        }
        if let units = compute.units { try check(Double(units), "compute.units", HardwareRanges.units) }
        try check(memory.capacity.value, "hbm.capacity", HardwareRanges.memory)
        try check(memory.bandwidth.value, "hbm.bandwidth", HardwareRanges.rate)
        try check(memory.usableFraction, "hbm.usable_fraction", HardwareRanges.usable)
        if let chip { try Self.validate(chip) }
        if let calibration { try Self.validate(calibration) }
        try validateNetwork()
        if let host {
            try check(host.oneWayBandwidth.value, "host.bandwidth_one_way", HardwareRanges.rate)
            try check(host.memoryBandwidth.value, "host.memory_bandwidth", HardwareRanges.rate)
            try check(host.capacity.value, "host.memory_capacity", HardwareRanges.memory)
        }
        if let power { try check(power.value, "power", HardwareRanges.power) }
        if let price { try check(price.value, "price", HardwareRanges.price) }
    }

    private static func validate(_ chip: Chip) throws(HardwareError) {
        try check(Double(chip.multiprocessors), "chip.multiprocessors", HardwareRanges.units)
        try check(chip.clock.value, "chip.clock", HardwareRanges.rate)
        try check(
            Double(chip.blocksPerMultiprocessor), "chip.blocks_per_multiprocessor", HardwareRanges.units)
        try check(chip.registersPerBlock.value, "chip.registers_per_block", HardwareRanges.finiteMemory)
        try check(chip.usableFraction, "chip.usable_fraction", .share)
        try check(chip.l2Capacity.value, "chip.l2_capacity", HardwareRanges.finiteMemory)
        try check(chip.l2Bandwidth.value, "chip.l2_bandwidth", HardwareRanges.rate)
    }

    private static func validate(_ known: Calibration) throws(HardwareError) {
        try check(known.matrixFraction.bits16, "calibration.matrix_fraction_16bit", .share)
        try check(known.matrixFraction.bits8, "calibration.matrix_fraction_8bit", .share)
        try check(known.matrixFraction.bits4, "calibration.matrix_fraction_4bit", .share)
        try check(known.memoryFraction, "calibration.hbm_fraction", .share)
        try check(known.innerNetworkFraction, "calibration.inner_network_fraction", .share)
        try check(known.outerNetworkFraction, "calibration.outer_network_fraction", .share)
        try check(
            known.innerStepLatency.value, "calibration.inner_step_latency", HardwareRanges.latency)
        try check(
            known.outerStepLatency.value, "calibration.outer_step_latency", HardwareRanges.latency)
        try check(known.powerShare, "calibration.power_share", HardwareRanges.powerShare)
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
        var domain = 1.0
        for (index, level) in network.enumerated() {
            let key = "network.\(index)"
            try check(
                level.bidirectionalBandwidth.value, "\(key).bandwidth_bidirectional", HardwareRanges.rate)
            try check(level.latency.value, "\(key).latency", HardwareRanges.latency)
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
                guard HardwareRanges.levelSize.contains(size) else {
                    throw HardwareError(
                        key: "\(key).size", reason: "is \(size); a whole number from 1 to 1000000 is needed")
                }
                domain *= Double(size)
                guard domain <= HardwareRanges.mostOfDomain else {
                    throw HardwareError(
                        key: "\(key).size",
                        reason: "makes domains of \(Readable.significant(domain)) accelerators; "
                            + "at most \(Readable.significant(HardwareRanges.mostOfDomain)) are possible")
                }
            }
        }
    }
}

private func check(_ value: Double, _ key: String, _ range: NumberRange) throws(HardwareError) {
    guard range.contains(value) else {
        throw HardwareError(
            key: key, reason: "is \(Readable.significant(value, digits: 6)); a number \(range) is needed")
    }
}
