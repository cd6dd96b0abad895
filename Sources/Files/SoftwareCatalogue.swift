import Training

/// The training software that comes with the program, one file each in `Software`.
public enum SoftwareCatalogue {
    /// Text of every catalogue file; a new file is added here.
    private static let files: [[UInt8]] = [
        PackageResources.deepspeed_yaml,
        PackageResources.megatron_core_yaml,
        PackageResources.torchtitan_yaml,
    ]

    /// Other names of the same software.
    private static let aliases = [
        "megatron": "megatron-core", "megatron-lm": "megatron-core", "megatron-bridge": "megatron-core",
        "nemo": "megatron-core", "titan": "torchtitan", "megatron-deepspeed": "deepspeed",
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
        let file = try catalogue.file(reference)
        return try SoftwareFile.read(text: file.text, place: file.name)
    }

    /// The software that a machine's plans are for unless another is named: Megatron-Core on GPUs, which it runs on.
    ///
    /// No software of the catalogue runs on other machines; what is planned there is all that is legal.
    public static func usual(on machine: Accelerator) throws(ScenarioError) -> TrainingSoftware {
        switch machine.architecture {
        case .volta, .ampere, .hopper, .blackwell, .cdna2, .cdna3, .cdna4: try software("megatron-core")
        case .fermi, .gaudi, .tpu, .trainium, nil: .anything
        }
    }

    private static let catalogue = EmbeddedCatalogue(
        files, aliases: aliases, option: "--software", listing: "meshwright software list")
}
