import Foundation

/// A named transformer with what may change of it, and by which laws its shapes compare.
///
/// Width, depth, heads, feed-forward width and experts vary on ``grid``; vocabulary, sequence, head size, latent ranks,
/// kinds of layers, norms and everything else stay. A shape's loss is that of as many parameters as its proportions leave
/// (``ShapePenalty``), around the *curve* of the family: the named proportions at any size, with the depth growing like
/// P^(e/(1+e)) as the depth law's L = c·(d·f)^e does (``DepthLaw``).
///
/// **Effective compute** of a run is the compute C = 6·P_a·D at which the curve, with D = k·P_a tokens, has the same
/// loss; P_a are parameters that a token uses. Attention's scores are part of the compute that a run spends and not of
/// what it is worth.
public struct TransformerFamily: Hashable, Sendable, Codable {
    /// The model that is varied.
    public let named: Transformer
    /// Which shapes there are.
    public var grid: FamilyGrid
    /// Loss by which shapes compare.
    public var loss: TransformerLoss
    /// What proportions off the curve lose.
    public var penalty: ShapePenalty
    /// Tokens a parameter in use of the curve, k.
    public var tokensPerParameter: Double
    /// How data and parameters of a shape share the compute.
    public var data: DataRule
    /// Most training tokens that there are; nil for no limit.
    public var mostTokens: Double?

    /// How parameters and data share the compute.
    public enum DataRule: String, Hashable, Sendable, Codable, CaseIterable {
        /// As the loss finds best.
        case lossOptimal = "loss-optimal"
        /// At least as many tokens a parameter in use as the curve has.
        case atLeastCurve = "at-least-curve"
    }

    /// Makes a family; unless changed on the usual grid, with the usual loss and 20 tokens a parameter.
    /// - Parameters:
    ///   - named: the model that is varied.
    ///   - grid: which shapes there are.
    ///   - loss: nil takes the usual one.
    ///   - penalty: what proportions off the curve lose.
    ///   - tokensPerParameter: k of the curve.
    ///   - data: how data and parameters share the compute.
    ///   - mostTokens: most training tokens that there are; nil for no limit.
    /// - Throws: ``TransformerFamilyError`` where loss, grid and model do not go together.
    public init(
        _ named: Transformer, grid: FamilyGrid = FamilyGrid(), loss: TransformerLoss? = nil,
        penalty: ShapePenalty = .kaplan, tokensPerParameter: Double = 20, data: DataRule = .lossOptimal,
        mostTokens: Double? = nil
    ) throws(TransformerFamilyError) {
        self.named = named
        self.grid = grid
        self.loss = loss ?? .usual(for: named)
        self.penalty = penalty
        self.tokensPerParameter = tokensPerParameter
        self.data = data
        self.mostTokens = mostTokens
        guard named.pattern == nil else {
            throw TransformerFamilyError(
                "\(named.name) has its layers in an order of its own, which says nothing of other depths; a model whose "
                    + "layers follow one rule is needed")
        }
        guard self.loss.knowsExperts || named.experts == nil else {
            throw TransformerFamilyError(
                "the loss \(self.loss.name) knows no experts, and \(named.name) has some; abnar does")
        }
        if named.experts == nil, grid.experts != nil || grid.activeExperts != nil {
            throw TransformerFamilyError(
                "\(named.name) has no experts; leave out the axes experts and active")
        }
        guard tokensPerParameter > 0, tokensPerParameter.isFinite else {
            throw TransformerFamilyError(
                "tokens a parameter are \(tokensPerParameter); a finite number above 0 is accepted")
        }
    }

    /// The named model's own shape.
    public var own: TransformerShape { TransformerShape(named) }

    // MARK: Members

    /// The member of the family with a shape.
    /// - Parameter shape: on the grid, or the named one.
    /// - Returns: the named model where the shape is its own, else a model named after the shape.
    public func member(_ shape: TransformerShape) -> Transformer {
        guard shape != own else { return named }
        var model = named
        model.name = "\(named.name) (\(shape))"
        model.defaultGlobalBatch = nil
        model.width = shape.width
        model.layers = shape.layers
        model.feedForward.width = shape.feedForward
        switch model.attention.form {
        case .grouped(var form):
            form.heads = shape.heads
            form.keyValueHeads = shape.keyValueHeads
            model.attention.form = .grouped(form)
        case .latent(var form):
            form.heads = shape.heads
            model.attention.form = .latent(form)
        }
        if let varied = shape.experts, var experts = named.experts {
            experts.sharedWidth = Self.scaled(experts.sharedWidth, by: varied.width, over: experts.width)
            experts.experts = varied.count
            experts.topK = varied.active
            experts.width = varied.width
            experts.denseLayers.first = min(experts.denseLayers.first, shape.layers)
            experts.groups = min(experts.groups, varied.count)
            experts.groupsPerToken = min(experts.groupsPerToken, experts.groups)
            model.experts = experts
        }
        if let window = model.attention.window, window.fullEvery > shape.layers {
            model.attention.window?.fullEvery = shape.layers
        }
        return model
    }

    private static func scaled(_ width: Int, by one: Int, over other: Int) -> Int {
        max(1, Int((Double(width) * (Double(one) / Double(other))).rounded()))
    }

    /// Query heads of a width.
    func heads(width: Int) -> Int {
        let exact = Double(width) * Double(own.heads) / Double(named.width)
        if let heads = Int(exactly: exact), heads > 0 { return heads }
        let all = FamilyGrid.numbers(in: 1...(1 << 20), leastExponent: 0)
        return all.min { abs(Double($0) - exact) < abs(Double($1) - exact) } ?? 1
    }

    /// Heads of keys and values beside so many query heads: those that divide them.
    func keyValueHeads(_ heads: Int) -> [Int] {
        if named.attention.form.isLatent || grid.keyValueHeads == nil && own.keyValueHeads == own.heads {
            return [heads]
        }
        let wanted = grid.keyValueHeads ?? [own.keyValueHeads]
        let dividing = wanted.filter { heads.isMultiple(of: $0) }
        // Fewer heads than the named model has groups have one group each; else the largest number that divides.
        guard dividing.isEmpty, grid.keyValueHeads == nil else { return dividing }
        return (1...min(heads, own.keyValueHeads)).last { heads.isMultiple(of: $0) }.map { [$0] } ?? []
    }
}
