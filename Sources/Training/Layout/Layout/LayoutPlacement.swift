/// A dimension of a layout whose position in the order of ranks can be chosen.
public enum LayoutDimension: String, Hashable, Sendable, Codable, CaseIterable {
    /// Tensor ranks; expert-tensor ranks in layers with experts.
    case tensor
    /// Context ranks.
    case context
    /// Expert ranks, in layers with experts only.
    case expert
    /// Replicas; replicas of experts in layers with experts.
    case data
    /// Pipeline stages.
    case pipeline
}

/// A set of ranks that communicate with one another.
public enum Communicator: String, Hashable, Sendable, Codable, CaseIterable {
    /// Ranks that split matrices.
    case tensor
    /// Ranks that split the sequence.
    case context
    /// Stages of a pipeline.
    case pipeline
    /// Ranks that add up gradients of weights outside the experts: data and context.
    case gradients
    /// Ranks of one shard group of those weights.
    case shard
    /// Ranks of different shard groups that hold the same shard.
    case shardReplicas = "shard-replicas"
    /// Ranks of one shard group of an expert's weights.
    case expertShard = "expert-shard"
    /// Ranks of different shard groups that hold the same shard of an expert.
    case expertShardReplicas = "expert-shard-replicas"
    /// Ranks that tokens are sent to for their experts.
    case expert
    /// Ranks that split the matrices of an expert.
    case expertTensor = "expert-tensor"
    /// Ranks that hold the same expert.
    case expertData = "expert-data"
}

/// Where the ranks of a layout lie on a network of nested domains.
///
/// Ranks are numbered with the first dimension of `order` running fastest, and domains are filled in order
/// of rank. Layers with experts number the ranks of the same stage by expert-tensor, expert and replica.
public struct LayoutPlacement: Hashable, Sendable, Codable {
    /// Dimensions from the innermost, each once.
    public var order: [LayoutDimension]
    /// Ranks in a domain of each network level, innermost first, none smaller than the one before.
    ///
    /// `[8]` for nodes of 8, `[8, 256]` for nodes of 8 in pods of 256; what lies beyond is one level more.
    public var domainSizes: [Int]

    /// The usual order: tensor, context, expert, data, pipeline.
    public static let usualOrder: [LayoutDimension] = [.tensor, .context, .expert, .data, .pipeline]

    /// Makes a placement.
    /// - Parameters:
    ///   - order: dimensions from the innermost; missing ones are added at the end.
    ///   - domainSizes: ranks in a domain of each level but the last.
    public init(order: [LayoutDimension] = Self.usualOrder, domainSizes: [Int]) {
        var order = order.reduce(into: [LayoutDimension]()) { if !$0.contains($1) { $0.append($1) } }
        order += Self.usualOrder.filter { !order.contains($0) }
        self.order = order
        self.domainSizes = domainSizes
    }

    /// Makes a placement on a machine, whose bounded levels are the domains.
    /// - Parameters:
    ///   - machine: the network; a level's size counts accelerators of the whole domain.
    ///   - order: dimensions from the innermost.
    public init(on machine: Accelerator, order: [LayoutDimension] = Self.usualOrder) {
        var ranks = 1
        var sizes: [Int] = []
        for size in machine.domainSizes {
            let (product, overflow) = ranks.multipliedReportingOverflow(by: size)
            ranks = overflow ? Int.max : product
            sizes.append(ranks)
        }
        self.init(order: order, domainSizes: sizes)
    }

    /// How the members of a communicator are spread over the levels.
    /// - Parameters:
    ///   - communicator: which ranks.
    ///   - layout: degrees, assumed legal.
    /// - Returns: members and how many of them lie in one domain of each level.
    public func spread(of communicator: Communicator, in layout: TrainingLayout) -> CommunicatorSpread {
        let experts = axes(order, layout: layout, part: .experts)
        let others = axes(order, layout: layout, part: .others)
        let replicas = others.filter { $0.dimension == .context || $0.dimension == .data }
        let copies = experts.filter { $0.dimension == .data }
        let members: [PlacementAxis]
        switch communicator {
        case .tensor: members = others.filter { $0.dimension == .tensor }
        case .context: members = others.filter { $0.dimension == .context }
        case .pipeline: members = others.filter { $0.dimension == .pipeline }
        case .gradients: members = replicas
        case .shard: members = Self.inner(layout.shardRanks, of: replicas)
        case .shardReplicas: members = Self.outer(layout.shardRanks, of: replicas)
        case .expertShard: members = Self.inner(layout.expertShardRanks, of: copies)
        case .expertShardReplicas: members = Self.outer(layout.expertShardRanks, of: copies)
        case .expert: members = experts.filter { $0.dimension == .expert }
        case .expertTensor: members = experts.filter { $0.dimension == .tensor }
        case .expertData: members = copies
        }
        return CommunicatorSpread(axes: PlacementAxis.joined(members), domainSizes: domainSizes)
    }

    /// Distance between neighbouring stages of a pipeline.
    /// - Parameter layout: degrees, assumed legal.
    /// - Returns: ranks; 1 where there is one stage.
    public func stageStride(of layout: TrainingLayout) -> Int {
        guard layout.pipeline > 1 else { return 1 }
        var stride = 1
        for dimension in order {
            if dimension == .pipeline { break }
            stride *= extent(of: dimension, in: layout, part: .others)
        }
        return stride
    }

    /// Whether the order keeps the stages of both numberings the same: nothing but the pipeline may lie
    /// outside it, unless the expert and tensor degrees multiply alike inside.
    /// - Parameter layout: degrees.
    /// - Returns: false where a rank would belong to different stages in layers with and without experts.
    public func isConsistent(for layout: TrainingLayout) -> Bool {
        let dense = axes(order, layout: layout, part: .others).first { $0.dimension == .pipeline }
        let experts = axes(order, layout: layout, part: .experts).first { $0.dimension == .pipeline }
        return dense?.stride == experts?.stride
    }

    private enum Part { case experts, others }

    private func axes(
        _ order: [LayoutDimension], layout: TrainingLayout, part: Part
    ) -> [PlacementAxis] {
        var stride = 1
        return order.map { dimension in
            let extent = extent(of: dimension, in: layout, part: part)
            defer { stride *= extent }
            return PlacementAxis(dimension: dimension, stride: stride, extent: extent)
        }
    }

    private func extent(of dimension: LayoutDimension, in layout: TrainingLayout, part: Part) -> Int {
        let extent =
            switch (dimension, part) {
            case (.tensor, .others): layout.tensor
            case (.tensor, .experts): layout.expertTensor
            case (.context, .others): layout.context
            case (.context, .experts): 1
            case (.expert, .others): 1
            case (.expert, .experts): layout.expert
            case (.data, .others): layout.data
            case (.data, .experts): layout.expertData
            case (.pipeline, _): layout.pipeline
            }
        return max(1, extent)
    }

    /// The innermost members of a communicator up to a number of them.
    private static func inner(_ count: Int, of axes: [PlacementAxis]) -> [PlacementAxis] {
        var left = count
        return axes.map { axis in
            let extent = max(1, min(axis.extent, left))
            left = max(1, left / extent)
            return PlacementAxis(dimension: axis.dimension, stride: axis.stride, extent: extent)
        }
    }

    /// The members left when the innermost ones up to a number are taken as one.
    private static func outer(_ count: Int, of axes: [PlacementAxis]) -> [PlacementAxis] {
        var left = count
        return axes.map { axis in
            let taken = max(1, min(axis.extent, left))
            left = max(1, left / taken)
            return PlacementAxis(
                dimension: axis.dimension, stride: axis.stride * taken, extent: axis.extent / taken)
        }
    }
}
