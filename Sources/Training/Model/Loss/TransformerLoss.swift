import Foundation

/// The loss by which shapes of real transformers compare.
public enum TransformerLoss: Hashable, Sendable, Codable {
    /// Parameters in all and tokens, dense models only.
    case dense(LossModel)
    /// Parameters in all, tokens and the share of experts that a token leaves out.
    case sparse(SparseLoss)

    /// The loss of a model unless another one is named: ``LossModel/besiroglu``, with experts ``SparseLoss/abnar``.
    public static func usual(for model: Transformer) -> TransformerLoss {
        model.experts == nil ? .dense(.besiroglu) : .sparse(.abnar)
    }

    /// Name in tables and on the command line.
    public var name: String {
        switch self {
        case .dense(let model): model.name
        case .sparse(let law): law.name
        }
    }

    /// Whether models with experts have a loss.
    public var knowsExperts: Bool {
        if case .sparse = self { true } else { false }
    }

    /// Loss that no training removes, nats a token.
    public var irreducible: Double {
        switch self {
        case .dense(let model): model.irreducible
        case .sparse(let law): law.irreducible
        }
    }

    /// Loss that training can lower, nats a token.
    /// - Parameters:
    ///   - parameters: in all, less what the shape loses; above zero.
    ///   - tokens: of the run, above zero.
    ///   - sparsity: share of the experts that a token leaves out; 0 in a dense model.
    /// - Returns: nats a token.
    public func reducible(parameters: Double, tokens: Double, sparsity: Double) -> Double {
        switch self {
        case .dense(let model): model.dense.reducible(parameters: parameters, tokens: tokens)
        case .sparse(let law): law.reducible(parameters: parameters, tokens: tokens, sparsity: sparsity)
        }
    }

    /// Tokens that bring a reducible loss; nil where the parameters alone leave more.
    public func tokens(reducible: Double, parameters: Double, sparsity: Double) -> Double? {
        switch self {
        case .dense(let model): model.dense.tokens(reducible: reducible, parameters: parameters)
        case .sparse(let law): law.tokens(reducible: reducible, parameters: parameters, sparsity: sparsity)
        }
    }
}

/// Training loss as a function of parameters, tokens and sparsity.
///
///     loss = e + a·N^(−α) + b·D^(−β) + c·(1−S)^(−λ) + d·(1−S)^(−δ)·N^(−γ)
///
/// N are parameters in all, D tokens, S the share of routed experts that a token leaves out. How wide an expert is does
/// not enter, so that of two models with the same N and S the one with fewer and wider experts costs nothing.
///
/// Source: Abnar et al. 2025, arXiv:2501.12370, equation 6 with the coefficients of its table 3, read from public notes
/// that quote them. Its runs are smaller by far than those asked about here: everything is extrapolation. At an S of
/// 0.98, kept back from the fit, it explains 68 % of the variance. S of 0 stands for a dense model.
public struct SparseLoss: Hashable, Sendable, Codable {
    /// Name in tables and on the command line.
    public let name: String
    /// e, nats a token.
    public let irreducible: Double
    /// a.
    public let parameterCoefficient: Double
    /// α.
    public let parameterExponent: Double
    /// b.
    public let tokenCoefficient: Double
    /// β.
    public let tokenExponent: Double
    /// c.
    public let sparsityCoefficient: Double
    /// λ; below zero, so that more sparsity is less loss.
    public let sparsityExponent: Double
    /// d.
    public let jointCoefficient: Double
    /// δ, of 1 − S.
    public let jointSparsityExponent: Double
    /// γ, of N.
    public let jointParameterExponent: Double

    /// The fit of Abnar and others 2025.
    public static let abnar = SparseLoss(
        name: "abnar", irreducible: 0.94, parameterCoefficient: 16612.50, parameterExponent: 0.5962,
        tokenCoefficient: 5455.67, tokenExponent: 0.3954, sparsityCoefficient: 0.4598,
        sparsityExponent: -0.1666, jointCoefficient: 17.26, jointSparsityExponent: 0.1603,
        jointParameterExponent: 0.1595)

    /// Greatest sparsity that the law was held against.
    public static let mostChecked = 0.98

    /// Loss that training can lower, nats a token: all terms but e.
    public func reducible(parameters: Double, tokens: Double, sparsity: Double) -> Double {
        beside(parameters: parameters, sparsity: sparsity) + tokenCoefficient * pow(tokens, -tokenExponent)
    }

    /// Tokens that bring a reducible loss; nil where parameters and sparsity alone leave more.
    public func tokens(reducible: Double, parameters: Double, sparsity: Double) -> Double? {
        let rest = reducible - beside(parameters: parameters, sparsity: sparsity)
        guard rest > 0 else { return nil }
        let tokens = pow(tokenCoefficient / rest, 1 / tokenExponent)
        return tokens.isFinite ? tokens : nil
    }

    /// The terms without tokens.
    private func beside(parameters: Double, sparsity: Double) -> Double {
        let active = 1 - sparsity
        return parameterCoefficient * pow(parameters, -parameterExponent)
            + sparsityCoefficient * pow(active, -sparsityExponent)
            + jointCoefficient * pow(active, -jointSparsityExponent)
            * pow(parameters, -jointParameterExponent)
    }
}
