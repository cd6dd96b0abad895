extension LayoutField {
    /// Every decision of a layout, in the order in which reports write them.
    public static let all: [LayoutField] = [
        .count("tp", aliases: ["tensor"], \.tensor),
        sequenceParallelism,
        .count("cp", aliases: ["context"], \.context),
        .choice("context_method", \.contextMethod),
        .count("pp", aliases: ["pipeline"], \.pipeline),
        .count("interleave", aliases: ["chunks"], \.chunks, most: mostLayers),
        .choice("schedule", \.schedule),
        .count("ep", aliases: ["expert"], \.expert),
        .count("expert_tensor", \.expertTensor),
        .count("dp", aliases: ["data"], \.data),
        sharding,
        .count("microbatch", \.microbatch),
        .count("global_batch", \.globalBatch),
        recomputation,
        shardGroup,
        offload,
        spread,
    ]

    private static let sequenceParallelism = LayoutField(
        "sequence_parallel", accepted: "yes or no"
    ) { text, layout in
        switch text {
        case "yes": layout.sequenceParallelism = .on
        case "no": layout.sequenceParallelism = .off
        default: return false
        }
        return true
    } write: {
        .word($0.sequenceParallelism == .on ? "yes" : "no")
    }

    /// The stage alone; a shard group stays where something is sharded.
    private static let sharding = LayoutField("zero", accepted: "0 to 3") { text, layout in
        guard let number = whole(text, in: 0...3), let stage = Sharding.Stage(rawValue: number) else {
            return false
        }
        layout.sharding = Sharding(stage, group: stage == .nothing ? nil : layout.sharding.group)
        return true
    } write: {
        .count($0.sharding.stage.rawValue)
    }

    private static let shardGroup = LayoutField(
        "shard_group", accepted: "all, or a whole number from 1 to \(most)"
    ) { text, layout in
        guard text != "all" else {
            layout.sharding.group = nil
            return true
        }
        guard let size = whole(text, in: 1...most) else { return false }
        layout.sharding.group = size
        return true
    } write: {
        $0.sharding.group.map { .count($0) } ?? .absent
    }

    private static let recomputation = LayoutField(
        "recompute",
        accepted:
            "none, selective, modules joined by + as in core_attn+mlp, full, full-K or full-K/K/… for each stage"
    ) { text, layout in
        guard let known = LayoutRecomputation(named: text) else { return false }
        layout.recomputation = known
        return true
    } write: {
        .word($0.recomputation.name)
    }

    private static let offload = LayoutField(
        "offload", accepted: "none, or any of optimizer, weights and activations with + between them"
    ) { text, layout in
        guard let known = Offload(named: text) else { return false }
        layout.offload = known
        return true
    } write: {
        .word($0.offload.name)
    }

    private static let spread = LayoutField(
        "layers_by_chunk", accepted: "even, \(LayerSpread.countingEndsWord), or layers such as 4/4/3"
    ) { text, layout in
        guard let known = LayerSpread(named: text) else { return false }
        layout.spread = known
        return true
    } write: {
        $0.spread == .even ? .absent : .word($0.spread.name)
    }
}

extension LayerSpread {
    static let countingEndsWord = "counting-ends"

    /// `even`, `counting-ends`, or the layers of each chunk: `4/4/3`.
    public var name: String {
        switch self {
        case .even: "even"
        case .countingEnds: Self.countingEndsWord
        case .given(let counts): counts.map(String.init).joined(separator: "/")
        }
    }

    /// Reads a ``name``; any other word gives nil.
    /// - Parameter name: as ``name`` writes it; no chunk above 100,000 layers.
    public init?(named name: String) {
        switch name {
        case "even": self = .even
        case Self.countingEndsWord: self = .countingEnds
        default:
            let words = name.split(separator: "/", omittingEmptySubsequences: false)
            let counts = words.compactMap { Int($0) }
            guard counts.count == words.count, counts.allSatisfy((0...LayoutField.mostLayers).contains) else {
                return nil
            }
            self = .given(counts)
        }
    }
}
