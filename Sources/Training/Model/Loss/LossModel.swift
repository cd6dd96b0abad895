import Foundation

/// Training loss as a function of parameters and tokens, with coefficients that can be replaced.
///
///     loss = irreducible + A·P^(−α) + B·D^(−β)
///
/// P is the number of parameters in all, worth as many as the shape's penalty leaves
/// (``ShapePenalty``), and D the training tokens. A model with experts takes its four coefficients between
/// those of a dense fit and those of a routed one, linearly in ln E (``terms(experts:)``). Only differences
/// of losses of one model mean anything; losses of two models cannot be compared.
public struct LossModel: Hashable, Sendable, Codable {
    /// The two terms that training can lower.
    public struct Terms: Hashable, Sendable, Codable {
        /// A: loss of one parameter.
        public let parameterCoefficient: Double
        /// α: how fast parameters lower the loss.
        public let parameterExponent: Double
        /// B: loss of one token.
        public let tokenCoefficient: Double
        /// β: how fast tokens lower the loss.
        public let tokenExponent: Double

        /// Makes the terms; every number must be above zero.
        public init(
            parameterCoefficient: Double, parameterExponent: Double, tokenCoefficient: Double,
            tokenExponent: Double
        ) {
            self.parameterCoefficient = parameterCoefficient
            self.parameterExponent = parameterExponent
            self.tokenCoefficient = tokenCoefficient
            self.tokenExponent = tokenExponent
        }
    }

    /// The terms of a fit to models with experts.
    public struct Routed: Hashable, Sendable, Codable {
        /// The four coefficients, on parameters in all.
        public let terms: Terms
        /// Experts of the models that were fitted, at least 2.
        public let experts: Int

        /// Makes a routed fit.
        public init(terms: Terms, experts: Int) {
            self.terms = terms
            self.experts = experts
        }
    }

    /// Name in tables and on the command line.
    public let name: String
    /// Loss that no training removes, nats a token.
    public let irreducible: Double
    /// Terms of a dense model.
    public let dense: Terms
    /// Terms of a model with experts; nil where the law knows none.
    public let routed: Routed?

    /// Makes a model.
    /// - Parameters:
    ///   - name: for tables.
    ///   - irreducible: not negative.
    ///   - dense: terms of a dense model.
    ///   - routed: terms of a model with experts; nil for dense models only.
    /// - Throws: ``WorkloadError`` when a number is not finite or not above zero.
    public init(
        name: String, irreducible: Double, dense: Terms, routed: Routed? = nil
    ) throws(WorkloadError) {
        self.init(unchecked: name, irreducible: irreducible, dense: dense, routed: routed)
        for (words, value) in numbers where !(value > 0 && value.isFinite) {
            throw .badLaw(name: "loss law \(name)", reason: "\(words) is \(value); it must be above zero")
        }
        guard irreducible >= 0, irreducible.isFinite else {
            throw .badLaw(
                name: "loss law \(name)",
                reason: "the irreducible loss is \(irreducible); 0 or more is possible")
        }
        if let routed, routed.experts < 2 {
            throw .badLaw(name: "loss law \(name)", reason: "a routed fit needs at least 2 experts")
        }
    }

    init(unchecked name: String, irreducible: Double, dense: Terms, routed: Routed? = nil) {
        self.name = name
        self.irreducible = irreducible
        self.dense = dense
        self.routed = routed
    }

    private var numbers: [(String, Double)] {
        [dense, routed?.terms].compactMap { $0 }.flatMap {
            [
                ("A", $0.parameterCoefficient), ("alpha", $0.parameterExponent), ("B", $0.tokenCoefficient),
                ("beta", $0.tokenExponent),
            ]
        }
    }

    /// The terms for a number of experts.
    ///
    /// ln A, α, ln B and β run linearly in ln E from the dense fit at E = 1 to the routed one at its number
    /// of experts, and stay there beyond. The interpolation is this project's; both ends are published fits.
    /// - Parameter experts: E, at least 1; above 1 only where ``routed`` is there.
    /// - Returns: coefficients for parameters in all.
    public func terms(experts: Double) -> Terms {
        guard let routed, experts > 1 else { return dense }
        let share = min(1, log(experts) / log(Double(routed.experts)))
        func between(_ left: Double, _ right: Double) -> Double { left + share * (right - left) }
        return Terms(
            parameterCoefficient: exp(
                between(log(dense.parameterCoefficient), log(routed.terms.parameterCoefficient))),
            parameterExponent: between(dense.parameterExponent, routed.terms.parameterExponent),
            tokenCoefficient: exp(between(log(dense.tokenCoefficient), log(routed.terms.tokenCoefficient))),
            tokenExponent: between(dense.tokenExponent, routed.terms.tokenExponent))
    }
}

extension LossModel {
    /// Experts that count towards the parameters: at most as many as were fitted.
    ///
    /// Beyond the fit nothing says that more experts help, and a formula that lets them would choose as many
    /// as memory holds.
    /// - Parameter experts: E, at least 1.
    /// - Returns: E, or the experts of ``routed`` if that is less.
    public func countingExperts(_ experts: Double) -> Double {
        routed.map { min(experts, Double($0.experts)) } ?? experts
    }
}

extension LossModel.Terms {
    /// Reducible loss of parameters and tokens, nats a token.
    /// - Parameters:
    ///   - parameters: P in all, less what the shape loses; above zero.
    ///   - tokens: D, above zero.
    /// - Returns: A·P^(−α) + B·D^(−β).
    public func reducible(parameters: Double, tokens: Double) -> Double {
        parameterPart(parameters) + tokenCoefficient * pow(tokens, -tokenExponent)
    }

    /// Tokens that bring a reducible loss.
    /// - Parameters:
    ///   - reducible: nats a token.
    ///   - parameters: P in all, less what the shape loses.
    /// - Returns: D, or nil where the parameters alone leave more loss than that.
    public func tokens(reducible: Double, parameters: Double) -> Double? {
        let rest = reducible - parameterPart(parameters)
        guard rest > 0 else { return nil }
        let tokens = pow(tokenCoefficient / rest, 1 / tokenExponent)
        return tokens.isFinite ? tokens : nil
    }

    private func parameterPart(_ parameters: Double) -> Double {
        parameterCoefficient * pow(parameters, -parameterExponent)
    }
}
