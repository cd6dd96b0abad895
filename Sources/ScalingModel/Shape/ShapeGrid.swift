import Foundation
import Training

/// The shapes of a free search around an amount of compute.
///
/// Widths k·2^i with odd k ≤ 15 and i ≥ 7, the law's own grid; feed-forward widths a multiple of the width;
/// depths k·2^i with k in {1, 3, 5, 7, 9}, which divide into pipelines; experts powers of two. The law's own
/// shape always belongs to the grid. `docs/shape-and-loss.md` states the grid.
struct ShapeGrid {
    /// Shapes in the order of ``LayerStack/orderKey``, each once.
    let shapes: [LayerStack]

    /// Lists the shapes.
    /// - Parameters:
    ///   - freedom: which shapes.
    ///   - question: laws and fixed widths or depths.
    ///   - flop: effective compute about which the parameters lie.
    ///   - own: shapes that belong to the grid whatever the freedom says.
    init(_ freedom: ShapeFreedom, question: PlanningQuestion, flop: Double, own: [LayerStack]) {
        let laws = question.laws
        let middle = question.effectiveCompute.activeParameters(flop: flop)
        let parameters = (middle / freedom.parameterFactor)...(middle * freedom.parameterFactor)
        let depths = laws.fixedLayers.map { [$0] } ?? freedom.depths ?? Self.depths
        var shapes = Set(own)
        for width in laws.fixedWidth.map({ [$0] }) ?? freedom.widths ?? Self.widths {
            for ratio in freedom.ratios {
                let area = 2 * Double(width) * Double(ratio * width)
                for layers in depths where parameters.contains(area * Double(layers)) {
                    let depth = Double(layers) / laws.depth.layers(activeParameters: area * Double(layers))
                    guard freedom.depthRange.contains(depth) else { continue }
                    for experts in Self.experts(
                        laws, active: area * Double(layers), factor: freedom.expertFactor)
                    {
                        let shape = try? LayerStack(
                            width: width, feedForwardWidth: ratio * width, layers: layers, experts: experts)
                        if let shape { shapes.insert(shape) }
                    }
                }
            }
        }
        self.shapes = shapes.sorted { $0.orderKey < $1.orderKey }
    }

    private static let widths = RoundNumber.friendly(in: 128...(15 << 20), leastExponent: 7)

    private static let depths = [1, 3, 5, 7, 9].flatMap { odd in (0...16).map { odd << $0 } }

    /// Experts about those that the laws give to as many active parameters, so that depth does not decide
    /// them.
    private static func experts(_ laws: WorkloadLaws, active: Double, factor: Double) -> [Int] {
        switch laws.sparsity {
        case .dense: return [1]
        case .fixed(let experts): return [experts]
        case .sparse:
            let middle = laws.sparsity.experts(area: laws.depth.area(activeParameters: active))
            return (0...16).map { 1 << $0 }.filter {
                (middle / factor...middle * factor).contains(Double($0))
            }
        }
    }
}

extension LayerStack {
    /// The numbers by which shapes of equal rank are ordered.
    var orderKey: (Int, Int, Int, Int) { (width, feedForwardWidth, layers, experts) }
}
