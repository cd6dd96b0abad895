import Files

/// Clusters whose publications state another network than the one that the machine's datasheet comes with.
enum PublishedClusters {
    /// A group of runs on such a cluster.
    struct Cluster: Sendable {
        let group: String
        let gpu: String
        let overrides: [String]
    }

    /// The clusters.
    ///
    /// BLOOM ran on Jean Zay: four Omni-Path links of 100 Gb/s for a node of eight, 6.25 GB/s one way for each
    /// accelerator (Le Scao et al. 2022, arXiv:2211.05100, section 3.4.1).
    static let all = [
        Cluster(
            group: "BLOOM", gpu: "a100-sxm-80gb", overrides: ["network.1.bandwidth_bidirectional=12.5GB/s"])
    ]

    /// The name of a machine that the column `gpu` of a table names.
    ///
    /// Tables follow the catalogue, short names included, but for the names here.
    /// - Parameter name: as the table has it.
    /// - Returns: the catalogue's own name, or `name` where the catalogue has no such machine.
    static func machineName(_ name: String) -> String {
        let known = names[name] ?? name
        return HardwareCatalogue.ownName(of: known) ?? known
    }

    /// Names that mean another machine in published tables than in the catalogue, or none there.
    private static let names = [
        "h100-sxm": "h100-sxm-80gb", "H100 96GB HBM2e 2.4TB/s, 500W power cap": "h100-96gb-500w",
    ]
}
