/// The keys of hardware files; `docs/hardware-files.md` gives each one's unit, range and meaning.
public enum HardwareKeys {
    /// Every key path, with `N` for the index of a list item.
    public static let all = [
        "name", "title", "vendor", "unit", "architecture", "compute.precision", "compute.word_bytes",
        "compute.peak",
        "compute.sustained_fraction", "compute.kernel_latency", "compute.peak_by_precision",
        "compute.units", "hbm.capacity", "hbm.bandwidth", "hbm.usable_fraction", "chip.multiprocessors",
        "chip.clock", "chip.blocks_per_multiprocessor",
        "chip.registers_per_block", "chip.usable_fraction", "chip.l2_capacity", "chip.l2_bandwidth",
        "chip.distributed_shared_memory", "network.N.name", "network.N.size",
        "network.N.bandwidth_bidirectional", "network.N.bandwidth_one_way", "network.N.latency",
        "network.N.kind",
        "calibration.matrix_fraction_16bit", "calibration.matrix_fraction_8bit",
        "calibration.matrix_fraction_4bit", "calibration.hbm_fraction",
        "calibration.inner_network_fraction", "calibration.outer_network_fraction",
        "calibration.inner_step_latency", "calibration.outer_step_latency", "calibration.power_share",
        "host.bandwidth_one_way", "host.memory_bandwidth", "host.memory_capacity",
        "power", "price",
        "provenance.N.keys", "provenance.N.kind",
        "provenance.N.source", "notes",
    ]

    /// The keys that steps and plans of the data-movement model alone depend on.
    public static let ofDataMovement: Set<String> = [
        "compute.word_bytes", "compute.kernel_latency", "chip.clock", "chip.blocks_per_multiprocessor",
        "chip.registers_per_block", "chip.usable_fraction", "chip.l2_capacity", "chip.l2_bandwidth",
        "chip.distributed_shared_memory",
    ]

    /// The keys that those of transformers alone depend on.
    public static let ofTransformers: Set<String> = Set(
        all.filter { $0.hasPrefix("calibration.") || $0.hasPrefix("host.") }
            + [
                "architecture", "compute.peak_by_precision", "compute.units", "hbm.usable_fraction",
                "network.N.kind",
            ])

    /// The first of some overrides whose key is among some.
    /// - Parameters:
    ///   - overrides: `key=value` texts, as for `--set`.
    ///   - keys: key paths, with `N` for the index of a list item.
    /// - Returns: the override's key as written, nil where there is none.
    public static func first(of overrides: [String], among keys: Set<String>) -> String? {
        overrides.lazy.map { String($0.prefix { $0 != "=" }) }.first { key in
            let parts = key.split(separator: ".").map(String.init)
            let pattern =
                switch (parts.first, parts.count) {
                case ("network", 3): "network.N.\(parts[2])"
                case ("compute", 3): "compute.\(parts[1])"
                default: key
                }
            return keys.contains(pattern)
        }
    }

    /// A key path with its list indices replaced by `N`.
    /// - Parameter key: for instance `network.0.size`.
    /// - Returns: for instance `network.N.size`.
    public static func pattern(of key: String) -> String {
        key.split(separator: ".").map { Int($0) == nil ? String($0) : "N" }.joined(separator: ".")
    }
}
