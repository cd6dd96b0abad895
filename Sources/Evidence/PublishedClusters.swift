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

    /// Names in published tables that the catalogue has under another name.
    static let names = [
        "h200": "h200-sxm", "h100-sxm": "h100-sxm-80gb", "A100-80GB SXM": "a100-sxm-80gb",
        "A800-80GB": "a800-80gb", "B200-SXM": "b200", "H100-80GB SXM": "h100-sxm-80gb",
        "H100 96GB HBM2e 2.4TB/s, 500W power cap": "h100-96gb-500w", "MI300X": "mi300x", "MI355X": "mi355x",
    ]
}
