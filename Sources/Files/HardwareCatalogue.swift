/// The machines that come with the program, one file each in `Catalogue`.
public enum HardwareCatalogue {
    /// Text of every catalogue file; a new file is added here.
    private static let files: [[UInt8]] = [
        PackageResources.a100_64gb_leonardo_yaml,
        PackageResources.a100_sxm_yaml,
        PackageResources.a100_sxm_40gb_yaml,
        PackageResources.a100_sxm_80gb_yaml,
        PackageResources.a800_80gb_yaml,
        PackageResources.b200_yaml,
        PackageResources.b300_yaml,
        PackageResources.gaudi3_yaml,
        PackageResources.gb200_nvl72_yaml,
        PackageResources.gb200_nvl72_superpod_yaml,
        PackageResources.gb300_nvl72_yaml,
        PackageResources.gh200_96gb_alps_yaml,
        PackageResources.gtx_580_yaml,
        PackageResources.gtx_580_datasheet_yaml,
        PackageResources.h100_64gb_mn5_yaml,
        PackageResources.h100_96gb_500w_yaml,
        PackageResources.h100_meta_24k_yaml,
        PackageResources.h100_pcie_yaml,
        PackageResources.h100_pcie_80gb_yaml,
        PackageResources.h100_sxm_yaml,
        PackageResources.h100_sxm_80gb_yaml,
        PackageResources.h100_sxm_global_nvlink_yaml,
        PackageResources.h100_sxm_global_nvlink_low_latency_yaml,
        PackageResources.h100_sxm_infinite_network_low_latency_yaml,
        PackageResources.h100_sxm_low_latency_yaml,
        PackageResources.h100_sxm_superpod_yaml,
        PackageResources.h20_sxm_96gb_yaml,
        PackageResources.h200_sxm_yaml,
        PackageResources.h800_sxm_80gb_yaml,
        PackageResources.mi250x_gcd_yaml,
        PackageResources.mi300x_yaml,
        PackageResources.mi325x_yaml,
        PackageResources.mi350x_yaml,
        PackageResources.mi355x_yaml,
        PackageResources.tpu_v4_yaml,
        PackageResources.tpu_v5e_yaml,
        PackageResources.tpu_v5p_yaml,
        PackageResources.tpu_v5p_sites_yaml,
        PackageResources.tpu_v6e_yaml,
        PackageResources.tpu7x_yaml,
        PackageResources.trainium_1_yaml,
        PackageResources.trainium_2_yaml,
        PackageResources.v100_sxm_yaml,
        PackageResources.v100_sxm_32gb_yaml,
    ]

    /// Other names of the same machines: short ones, and those of published tables.
    ///
    /// A short name stands for the part with datasheet figures that is most in use, not for the entries with the
    /// constants of one paper.
    private static let aliases = [
        "a100": "a100-sxm-80gb", "a100-80gb": "a100-sxm-80gb", "a100-80gb-sxm": "a100-sxm-80gb",
        "a100-40gb": "a100-sxm-40gb", "a100-64gb": "a100-64gb-leonardo", "leonardo": "a100-64gb-leonardo",
        "a800": "a800-80gb", "b200-sxm": "b200", "gb200": "gb200-nvl72", "gb300": "gb300-nvl72",
        "gh200": "gh200-96gb-alps", "gh200-96gb": "gh200-96gb-alps", "h20": "h20-sxm-96gb",
        "h20-96gb": "h20-sxm-96gb", "h100": "h100-sxm-80gb", "h100-80gb": "h100-sxm-80gb",
        "h100-80gb-sxm": "h100-sxm-80gb", "h100-64gb": "h100-64gb-mn5", "h200": "h200-sxm",
        "h800": "h800-sxm-80gb", "h800-80gb": "h800-sxm-80gb", "ironwood": "tpu7x", "tpu-v7x": "tpu7x",
        "mi250x": "mi250x-gcd", "tpu-v6": "tpu-v6e", "trillium": "tpu-v6e", "trainium1": "trainium-1",
        "trainium2": "trainium-2", "trn1": "trainium-1", "trn2": "trainium-2", "v100": "v100-sxm-32gb",
    ]

    /// Names of all entries, sorted.
    public static let names: [String] = catalogue.names

    /// A machine's own name.
    /// - Parameter name: one of ``names`` or a known other name, in any case of letters; spaces and underscores
    ///   count as hyphens.
    /// - Returns: the name in ``names``, or nil when there is no such entry.
    public static func ownName(of name: String) -> String? { catalogue.ownName(of: name) }

    /// The entry of a name.
    /// - Parameters:
    ///   - name: as ``ownName(of:)`` takes it.
    ///   - overrides: `key=value` texts that replace single values.
    /// - Returns: the machine with its provenance.
    /// - Throws: ``ScenarioError`` when there is no such entry or an override cannot be used.
    public static func entry(
        _ name: String, overrides: [String] = []
    ) throws(ScenarioError) -> HardwareEntry {
        let file = try catalogue.file(name)
        var entry = try HardwareFile.read(text: file.text, place: file.name, overrides: overrides)
        entry.aliases = catalogue.aliases(of: file.name)
        return entry
    }

    private static let catalogue = EmbeddedCatalogue(
        files, aliases: aliases, option: "--hardware", listing: "meshwright hardware list")
}
