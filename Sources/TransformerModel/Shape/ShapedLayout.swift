import Optimization
import Training

/// A layout of some member of a family with its place among the layouts of all members.
struct ShapedLayout {
    let run: MemberRun
    let layout: PricedLayout
    /// Accelerators that are given or needed.
    let gpus: Int
    /// What is asked first, and what decides between equals: less is better.
    let primary: Double
    let secondary: Double

    /// The total order: what is asked, then the shape, of which there is one layout.
    static func precedes(_ left: ShapedLayout, _ right: ShapedLayout) -> Bool {
        if left.primary != right.primary { return left.primary < right.primary }
        if left.secondary != right.secondary { return left.secondary < right.secondary }
        return left.run.shape.orderKey.lexicographicallyPrecedes(right.run.shape.orderKey)
    }
}

/// What a search over the shapes of a family found and proved.
struct ShapesFound {
    /// The best layout of any shape.
    private(set) var best: ShapedLayout?
    var shapes = ShapeAccount()
    var account = LeafAccount.empty
    var searches = 0
    /// What nothing open is below, in the unit of ``ShapedLayout/primary``; nil for a complete search.
    private(set) var open: Double?

    /// Takes a layout that may be the best.
    mutating func offer(_ layout: ShapedLayout) {
        if let best, !ShapedLayout.precedes(layout, best) { return }
        best = layout
    }

    /// Leaves something unsearched.
    mutating func leave(_ bound: Double) { open = min(open ?? .infinity, bound) }

    /// Counts what the searches of a member took.
    mutating func add(_ search: MemberSearch) {
        account.add(search.account)
        searches += search.count
    }
}
