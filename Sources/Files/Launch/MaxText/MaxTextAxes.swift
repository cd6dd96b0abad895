import Training

/// The axes of MaxText's mesh with their ranks inside a slice and across slices.
///
/// Inside a slice ranks are joined by the accelerators' own links (`ici_`), across slices by the network of the hosts
/// (`dcn_`). The innermost ranks of a plan fill a slice; source: maxtext 0.2.5, `maxtext/configs/base.yml`.
struct MaxTextAxes: Hashable {
    /// An axis.
    struct Axis: Hashable {
        let name: String
        let inside: Int
        let across: Int
    }

    /// Axes from the innermost of the plan.
    let axes: [Axis]

    /// Names of all axes that a layout is read from.
    static let names = ["tensor", "tensor_sequence", "context", "expert", "fsdp", "data", "pipeline"]

    /// Lays out the ranks; nil where those of a slice are no product of parts of the axes.
    init?(_ request: LaunchRequest) {
        let layout = request.layout
        let isSequence = layout.sequenceParallelism == .on
        let isSharded = layout.sharding.stage == .weights
        let held = layout.context * layout.expert
        let group = isSharded ? max(1, layout.shardRanks / max(1, held)) : 1
        let copies = layout.data / max(1, group * layout.expert)
        let extents: [LayoutDimension: [(String, Int)]] = [
            .tensor: [
                ("tensor", isSequence ? 1 : layout.tensor),
                ("tensor_sequence", isSequence ? layout.tensor : 1),
            ],
            .context: [("context", layout.context)], .expert: [("expert", layout.expert)],
            .data: [("fsdp", group), ("data", copies)], .pipeline: [("pipeline", layout.pipeline)],
        ]
        var left = Self.slice(request)
        var axes: [Axis] = []
        for (name, extent) in request.order.flatMap({ extents[$0] ?? [] }) {
            let inside = Divisors.greatestCommon(extent, left)
            left /= inside
            axes.append(Axis(name: name, inside: inside, across: extent / inside))
        }
        guard left == 1, axes.reduce(1, { $0 * $1.inside * $1.across }) == layout.gpus else { return nil }
        self.axes = axes
    }

    /// Every axis, also those of one rank: two of them are as large as what is left unless they are given.
    var members: [(String, ConfigurationValue)] {
        Self.names.compactMap { name in axes.first { $0.name == name } }.flatMap { axis in
            [
                ("ici_\(axis.name)_parallelism", .number(axis.inside)),
                ("dcn_\(axis.name)_parallelism", .number(axis.across)),
            ]
        }
    }

    /// Ranks of a slice: of a TPU, the most that one torus holds and that divide all; else those of a node.
    static func slice(_ request: LaunchRequest) -> Int {
        guard isTPU(request) else { return LaunchNodes(request).ranks }
        let gpus = max(1, request.layout.gpus)
        let most = min(gpus, max(1, request.domain ?? gpus))
        return (1...most).last { gpus.isMultiple(of: $0) } ?? 1
    }

    /// Whether it is for a TPU, as MaxText takes it where nothing is said.
    static func isTPU(_ request: LaunchRequest) -> Bool {
        request.architecture == .tpu || request.architecture == nil
    }
}
