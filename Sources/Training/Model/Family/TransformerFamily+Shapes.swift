import Foundation

extension TransformerFamily {
    /// The shapes on the grid whose parameters in use lie about those of the curve for an amount of compute.
    /// - Parameter flop: effective compute.
    /// - Returns: shapes in the order of ``TransformerShape/orderKey``, the named one among them.
    public func shapes(flop: Double) -> [TransformerShape] {
        let middle = curveParameters(flop: flop)
        let range = (middle / grid.parameterFactor)...(middle * grid.parameterFactor)
        var shapes: Set<TransformerShape> = [own]
        let depths = grid.allLayers
        let expertLayers = self.expertLayers(upTo: depths.last ?? 1)
        for width in grid.allWidths {
            for layer in layers(width: width) {
                let (dense, routed) = parametersInUse(of: layer)
                for count in depths {
                    let experts = Double(expertLayers[count])
                    let body = dense * (Double(count) - experts) + routed * experts
                    guard range.contains(body), grid.depthRange.contains(Double(count) / depth(body: body))
                    else { continue }
                    var shape = layer
                    shape.layers = count
                    shapes.insert(shape)
                }
            }
        }
        return shapes.sorted { $0.orderKey.lexicographicallyPrecedes($1.orderKey) }
    }

    /// Shapes of one layer of a width.
    private func layers(width: Int) -> [TransformerShape] {
        let heads = heads(width: width)
        let scale = Double(width) / Double(named.width)
        var layers: [TransformerShape] = []
        for keyValueHeads in keyValueHeads(heads) {
            for ratio in grid.ratios {
                let inner = FamilyGrid.friendly(Double(own.feedForward) * scale * ratio)
                let dense = TransformerShape(
                    width: width, layers: 1, heads: heads, keyValueHeads: keyValueHeads, feedForward: inner)
                guard let experts = own.experts else {
                    layers.append(dense)
                    continue
                }
                let counts =
                    grid.experts
                    ?? [-2, -1, 0, 1, 2].map {
                        $0 < 0 ? experts.count >> -$0 : experts.count << $0
                    }
                for count in counts {
                    for active in grid.activeExperts ?? [experts.active] where active <= count {
                        // A group holds as many experts as any other.
                        guard count.isMultiple(of: min(count, named.experts?.groups ?? 1)) else { continue }
                        var shape = dense
                        shape.experts = TransformerShape.Experts(
                            count: count, active: active,
                            width: FamilyGrid.friendly(
                                Double(experts.width) * scale * ratio * Double(experts.active)
                                    / Double(active)))
                        layers.append(shape)
                    }
                }
            }
        }
        return layers
    }

    /// Parameters that a token uses in a layer without experts, and in one with them.
    private func parametersInUse(of shape: TransformerShape) -> (dense: Double, routed: Double) {
        let model = member(shape)
        let dense = model.parameters(of: ChainElement(kind: .dense)).total
        guard let experts = model.experts else { return (dense, dense) }
        var routed = model.parameters(of: ChainElement(kind: .expert))
        routed.experts *= Double(experts.topK) / Double(experts.experts)
        return (dense, routed.total)
    }

    /// Layers with experts among the first 0, 1, 2, … layers.
    private func expertLayers(upTo most: Int) -> [Int] {
        guard let experts = named.experts else { return [Int](repeating: 0, count: most + 1) }
        var counts = [0]
        for layer in 0..<most {
            let isRouted = experts.denseLayers.kind(atLayer: layer) == .expert
            counts.append((counts.last ?? 0) + (isRouted ? 1 : 0))
        }
        return counts
    }

    // MARK: The curve

    /// Parameters in use of the curve at an amount of compute: C = 6·P_a·k·P_a.
    func curveParameters(flop: Double) -> Double { (flop / (6 * tokensPerParameter)).squareRoot() }

    /// Depth of the curve for parameters in use, embedding and logits left out.
    /// - Parameter body: parameters that a token uses in numbered layers.
    /// - Returns: L₀·(P/P₀)^(e/(1+e)).
    func depth(body: Double) -> Double {
        let exponent = DepthLaw().exponent
        return Double(named.layers) * pow(body / Self.body(of: named), exponent / (1 + exponent))
    }

    /// Parameters that a token uses in numbered layers.
    static func body(of model: Transformer) -> Double {
        let active = model.activeParameters
        return active.total - active.embedding - active.head
    }
}
