import Hardware
import Scenario

/// Machines by the names that tables use, with the networks of clusters whose publications state them.
public enum PublishedClusters {
    /// A group of runs on a cluster whose network is not the one that the machine's datasheet comes with.
    struct Cluster: Sendable {
        let group: String
        let gpu: String
        let overrides: [String]
    }

    /// BLOOM ran on Jean Zay: four Omni-Path links of 100 Gb/s for a node of eight, 6.25 GB/s one way for each
    /// accelerator (Le Scao et al. 2022, arXiv:2211.05100, section 3.4.1).
    static let all = [
        Cluster(
            group: "BLOOM", gpu: "a100-sxm-80gb", overrides: ["network.1.bandwidth_bidirectional=12.5GB/s"])
    ]

    /// Names in tables that the catalogue has under another name.
    static let names = ["h200": "h200-sxm", "h100-sxm": "h100-sxm-80gb"]

    /// The machine of a row.
    /// - Parameters:
    ///   - name: the row's `gpu`: a name of a table or of the catalogue, or a hardware file.
    ///   - group: the row's group, nil where it has none.
    ///   - overrides: for every machine.
    /// - Throws: `ScenarioError` where there is no such machine.
    public static func machine(
        _ name: String, group: String?, overrides: [String] = []
    ) throws(ScenarioError) -> Accelerator {
        let cluster = all.first { $0.group == group && $0.gpu == name }
        return try HardwareLookup.entry(
            names[name] ?? name, overrides: (cluster?.overrides ?? []) + overrides
        ).machine
    }
}
