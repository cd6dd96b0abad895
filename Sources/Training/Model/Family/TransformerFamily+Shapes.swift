import Foundation

extension TransformerFamily {
    /// The shapes on the grid whose parameters in use lie about those of the curve for an amount of compute.
    /// - Parameter flop: effective compute.
    /// - Returns: shapes in the order of ``TransformerShape/orderKey``, the named one among them; the only one alone
    ///   where the grid has one.
    public func shapes(flop: Double) -> [TransformerShape] {
        if let only = grid.only { return [only] }
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
        var layers: [TransformerShape] = []
        for keyValueHeads in keyValueHeads(heads) {
            for ratio in grid.ratios {
                guard let own = own.experts else {
                    let layer = layer(width: width, keyValueHeads: keyValueHeads, ratio: ratio, experts: nil)
                    layers += [layer].compactMap { $0 }
                    continue
                }
                for count in expertCounts {
                    for active in grid.activeExperts ?? [own.active] {
                        let layer = layer(
                            width: width, keyValueHeads: keyValueHeads, ratio: ratio, experts: (count, active)
                        )
                        layers += [layer].compactMap { $0 }
                    }
                }
            }
        }
        return layers
    }

    /// Numbers of routed experts in use; none in a dense family.
    var expertCounts: [Int] {
        guard let experts = own.experts else { return [] }
        return grid.experts
            ?? [-2, -1, 0, 1, 2].map { $0 < 0 ? experts.count >> -$0 : experts.count << $0 }
    }

    /// Whether experts are given, or no sparser than what the loss was held against or the named model is: the price of
    /// more sparsity is unknown, and a search would go where it is least.
    private func isChecked(_ count: Int, active: Int) -> Bool {
        guard grid.experts == nil, let named = own.experts else { return true }
        let checked = Double(active) >= Double(count) * (1 - SparseLoss.mostChecked) * (1 - 1e-12)
        return checked || active * named.count >= named.active * count
    }

    /// The shape of one layer.
    /// - Parameters:
    ///   - width: of the model.
    ///   - keyValueHeads: heads of keys and values.
    ///   - ratio: feed-forward width over width, in multiples of the named model's; of experts too.
    ///   - experts: routed experts, and those that a token is sent to; nil in a dense family.
    /// - Returns: nil where its experts cannot be grouped as the named ones are, or are too sparse to be compared.
    func layer(
        width: Int, keyValueHeads: Int, ratio: Double, experts: (count: Int, active: Int)?
    ) -> TransformerShape? {
        let scale = Double(width) / Double(named.width)
        var shape = TransformerShape(
            width: width, layers: 1, heads: heads(width: width), keyValueHeads: keyValueHeads,
            feedForward: FamilyGrid.friendly(Double(own.feedForward) * scale * ratio))
        guard let experts, let own = own.experts else { return shape }
        // A group holds as many experts as any other.
        guard experts.active <= experts.count,
            experts.count.isMultiple(of: min(experts.count, named.experts?.groups ?? 1)),
            isChecked(experts.count, active: experts.active)
        else { return nil }
        shape.experts = TransformerShape.Experts(
            count: experts.count, active: experts.active,
            width: FamilyGrid.friendly(
                Double(own.width) * scale * ratio * Double(own.active) / Double(experts.active)))
        return shape
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
