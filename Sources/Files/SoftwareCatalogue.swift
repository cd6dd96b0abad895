import Synchronization
import Training

/// The training software that comes with the program, one file each in `Software`.
public enum SoftwareCatalogue {
    /// Text of every catalogue file; a new file is added here.
    private static let files: [[UInt8]] = [
        PackageResources.deepseek_2024_yaml,
        PackageResources.deepspeed_yaml,
        PackageResources.internevo_2023_yaml,
        PackageResources.llm_foundry_2023_yaml,
        PackageResources.maxtext_yaml,
        PackageResources.megatron_bridge_26_04_yaml,
        PackageResources.megatron_core_yaml,
        PackageResources.megatron_deepspeed_2022_yaml,
        PackageResources.megatron_like_2023_yaml,
        PackageResources.megatron_lm_2022_yaml,
        PackageResources.modalities_2024_yaml,
        PackageResources.nanotron_2024_yaml,
        PackageResources.torchtitan_yaml,
    ]

    /// Other names of the same software.
    private static let aliases = [
        "megatron": "megatron-core", "megatron-lm": "megatron-core", "megatron-bridge": "megatron-core",
        "megatron-bridge-25.09": "megatron-bridge-26.04", "megatron-bridge-25.11": "megatron-bridge-26.04",
        "megatron-bridge-26.02": "megatron-bridge-26.04", "megatron-bridge-26.02.01": "megatron-bridge-26.04",
        "megatron-bridge-26.04.01": "megatron-bridge-26.04", "nemo": "megatron-core",
        "deepseek": "deepseek-2024", "hai-llm": "deepseek-2024", "titan": "torchtitan",
        "megatron-deepspeed": "deepspeed",
        "megatron-lm-2021": "megatron-lm-2022", "megatron-lm-2023": "megatron-lm-2022",
        "megatron-deepspeed-2023": "megatron-deepspeed-2022",
        "internevo": "internevo-2023", "llm-foundry": "llm-foundry-2023", "composer": "llm-foundry-2023",
        "megatron-like": "megatron-like-2023", "modalities": "modalities-2024", "nanotron": "nanotron-2024",
    ]

    /// Names of all entries, sorted; ``TrainingSoftware/anything`` is none of them.
    public static let names: [String] = catalogue.names

    /// A software by its name, or from a YAML or JSON file where the text names one.
    /// - Parameter reference: a path, as ``HardwareLookup/isFile(_:)`` tells, one of ``names``, a known other name, or
    ///   `any`.
    /// - Returns: the software.
    /// - Throws: ``ScenarioError`` when nothing is found or a value cannot be used.
    public static func software(_ reference: String) throws(ScenarioError) -> TrainingSoftware {
        if reference.lowercased() == TrainingSoftware.anything.name { return .anything }
        if HardwareLookup.isFile(reference) {
            return try SoftwareFile.read(text: TextFile.read(reference), place: reference)
        }
        return try entry(reference)
    }

    /// The software that plans on a machine are for: what a name says, else ``usual(on:)``.
    ///
    /// What stands for all software does with a layout what is usual on the machine.
    /// - Parameters:
    ///   - reference: as ``software(_:)`` takes it; nil where none is named.
    ///   - machine: the machine.
    /// - Returns: the software.
    /// - Throws: ``ScenarioError`` as ``software(_:)`` does.
    public static func software(
        _ reference: String?, on machine: Accelerator
    ) throws(ScenarioError) -> TrainingSoftware {
        guard let reference else { return try usual(on: machine) }
        var software = try software(reference)
        if software.isAnything { software.conduct = try usual(on: machine).conduct }
        return software
    }

    /// The software of a published run: the entry of its release where there is one, else of its name.
    /// - Parameters:
    ///   - framework: name in tables of steps.
    ///   - release: of it; nil where the table has none.
    /// - Returns: the entry, or nil where the catalogue has none.
    /// - Throws: ``ScenarioError`` where the entry's file cannot be read.
    public static func software(
        framework: String, release: String?
    ) throws(ScenarioError) -> TrainingSoftware? {
        let dated = release.map { "\(framework)-\($0)" }
        guard let name = dated.flatMap(catalogue.ownName(of:)) ?? catalogue.ownName(of: framework) else {
            return nil
        }
        return try entry(name)
    }

    /// Entries that were read; tables of steps ask for the same ones row by row.
    private static let known = Mutex<[String: TrainingSoftware]>([:])

    /// An entry of the catalogue, which may be like another one.
    static func entry(_ name: String) throws(ScenarioError) -> TrainingSoftware {
        let file = try catalogue.file(name)
        if let entry = known.withLock({ $0[file.name] }) { return entry }
        // Read outside the lock, as it may read the one that it is like.
        let entry = try SoftwareFile.read(text: file.text, place: file.name)
        known.withLock { $0[file.name] = entry }
        return entry
    }

    /// The software that a machine's plans are for unless another is named: Megatron-Core on GPUs, MaxText on TPUs.
    ///
    /// No software of the catalogue runs on other machines; what is planned there is all that is legal.
    public static func usual(on machine: Accelerator) throws(ScenarioError) -> TrainingSoftware {
        switch machine.architecture {
        case .volta, .ampere, .hopper, .blackwell, .cdna2, .cdna3, .cdna4: try software("megatron-core")
        case .tpu: try software("maxtext")
        case .fermi, .gaudi, .trainium, nil: .anything
        }
    }

    private static let catalogue = EmbeddedCatalogue(
        files, aliases: aliases, option: "--software", listing: "meshwright software list")
}
