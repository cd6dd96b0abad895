/// Ranks at equal distances: `stride`, twice `stride`, and so on.
struct PlacementAxis: Hashable {
    var dimension: LayoutDimension
    var stride: Int
    var extent: Int

    /// Axes with those that continue one another made one, and single ranks left out.
    static func joined(_ axes: [PlacementAxis]) -> [PlacementAxis] {
        axes.filter { $0.extent > 1 }.sorted { $0.stride < $1.stride }.reduce(into: []) { list, axis in
            if let last = list.last, last.stride * last.extent == axis.stride {
                list[list.count - 1].extent *= axis.extent
            } else {
                list.append(axis)
            }
        }
    }
}

/// How the members of a communicator are spread over nested network domains.
public struct CommunicatorSpread: Hashable, Sendable, Codable {
    /// Ranks in the communicator.
    public let members: Int
    /// Members in one domain of each level, innermost first, and in the last entry all of them.
    public let inside: [Int]
    /// Distance in ranks between neighbours of the innermost run; 1 for a communicator of one.
    public let stride: Int

    /// How many groups of the level below are joined at each level; the product is at least `members`.
    ///
    /// `[4, 2]`: four members in a node, two such nodes.
    public var factors: [Int] {
        var below = 1
        return inside.map { count in
            defer { below = max(1, count) }
            return (count + below - 1) / max(1, below)
        }
    }

    /// The level that a message between the two farthest members crosses, from 0; the innermost for a
    /// communicator of one.
    public var outermostLevel: Int { inside.firstIndex { $0 >= members } ?? inside.count - 1 }

    /// Counts members by domain.
    ///
    /// Exact where domains and runs of ranks divide one another. Otherwise runs straddle domains; then the
    /// numbers are those of the worst-placed communicator with its members taken as evenly spread:
    /// `ceil(members / domains touched)`.
    init(axes: [PlacementAxis], domainSizes: [Int]) {
        let members = axes.reduce(1) { $0 * $1.extent }
        self.members = members
        stride = axes.first?.stride ?? 1
        inside =
            domainSizes.map { size in
                axes.reduce(1) { $0 * Self.inside($1, domain: max(1, size)) }
            } + [members]
    }

    private static func inside(_ axis: PlacementAxis, domain: Int) -> Int {
        let block = axis.stride * axis.extent
        if domain.isMultiple(of: block) { return axis.extent }
        if domain <= axis.stride, axis.stride.isMultiple(of: domain) { return 1 }
        if domain.isMultiple(of: axis.stride), block.isMultiple(of: domain) { return domain / axis.stride }
        // Straddling: the most domains that any communicator of this axis touches.
        let step = Divisors.greatestCommon(block, domain)
        let reach = (axis.extent - 1) * axis.stride
        // Starts lie at multiples of `step` plus any rank inside the stride; the last one touches most.
        let lastStart = min(domain - 1, domain - step + min(axis.stride, step) - 1)
        let touched = min(axis.extent, (lastStart + reach) / domain + 1)
        return (axis.extent + touched - 1) / touched
    }
}
