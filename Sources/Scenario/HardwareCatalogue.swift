/// The machines that come with the program, one file each in `Catalogue`.
public enum HardwareCatalogue {
    /// Text of every catalogue file; a new file is added here.
    private static let files: [[UInt8]] = [
        PackageResources.a100_sxm_yaml,
        PackageResources.a100_sxm_40gb_yaml,
        PackageResources.a100_sxm_80gb_yaml,
        PackageResources.a800_80gb_yaml,
        PackageResources.b200_yaml,
        PackageResources.b300_yaml,
        PackageResources.gaudi3_yaml,
        PackageResources.gb200_nvl72_yaml,
        PackageResources.gb300_nvl72_yaml,
        PackageResources.gtx_580_yaml,
        PackageResources.gtx_580_datasheet_yaml,
        PackageResources.h100_96gb_500w_yaml,
        PackageResources.h100_pcie_yaml,
        PackageResources.h100_pcie_80gb_yaml,
        PackageResources.h100_sxm_yaml,
        PackageResources.h100_sxm_80gb_yaml,
        PackageResources.h100_sxm_global_nvlink_yaml,
        PackageResources.h100_sxm_global_nvlink_low_latency_yaml,
        PackageResources.h100_sxm_infinite_network_low_latency_yaml,
        PackageResources.h100_sxm_low_latency_yaml,
        PackageResources.h100_sxm_superpod_yaml,
        PackageResources.h200_sxm_yaml,
        PackageResources.mi250x_gcd_yaml,
        PackageResources.mi300x_yaml,
        PackageResources.mi355x_yaml,
        PackageResources.tpu_v4_yaml,
        PackageResources.tpu_v5e_yaml,
        PackageResources.tpu_v5p_yaml,
        PackageResources.tpu_v6e_yaml,
        PackageResources.v100_sxm_yaml,
        PackageResources.v100_sxm_32gb_yaml,
    ]

    /// Other names that a machine is known by in published tables.
    private static let aliases = ["h200": "h200-sxm", "mi250x": "mi250x-gcd", "gb200": "gb200-nvl72"]

    /// Names of all entries, sorted.
    public static let names: [String] = catalogue.names

    /// The entry of a name.
    /// - Parameters:
    ///   - name: one of ``names`` or a known other name.
    ///   - overrides: `key=value` texts that replace single values.
    /// - Returns: the machine with its provenance.
    /// - Throws: ``ScenarioError`` when there is no such entry or an override cannot be used.
    public static func entry(
        _ name: String, overrides: [String] = []
    ) throws(ScenarioError) -> HardwareEntry {
        let file = try catalogue.file(name)
        return try HardwareFile.read(text: file.text, place: file.name, overrides: overrides)
    }

    private static let catalogue = EmbeddedCatalogue(
        files, aliases: aliases, option: "--hardware", listing: "meshwright hardware list")
}
