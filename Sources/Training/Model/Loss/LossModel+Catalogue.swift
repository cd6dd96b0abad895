extension LossModel {
    /// The refit of Besiroglu and others 2024 (arXiv:2404.10102), the default for dense models.
    ///
    /// The parametric fit of Hoffmann and others 2022 done again on data read from its plots. Dense models
    /// only.
    public static let besiroglu = LossModel(
        unchecked: "besiroglu", irreducible: 1.8172,
        dense: Terms(
            parameterCoefficient: 482.01, parameterExponent: 0.3478, tokenCoefficient: 2085.43,
            tokenExponent: 0.3658))

    /// The third approach of Hoffmann and others 2022 (arXiv:2203.15556), as rounded in the paper.
    ///
    /// Its optimum has more than 60 tokens a parameter at large compute, which contradicts the paper's other
    /// two approaches; the refit shows why. Dense models only.
    public static let hoffmann = LossModel(
        unchecked: "hoffmann", irreducible: 1.69,
        dense: Terms(
            parameterCoefficient: 406.4, parameterExponent: 0.34, tokenCoefficient: 410.7,
            tokenExponent: 0.28))

    /// The fits of Krajewski and others 2024 (arXiv:2402.07871, Table 1), the default for sparse models.
    ///
    /// One for dense models, one for models of 64 experts at granularity 1 (a + g = 18.1 + 2.1), where an
    /// expert is as wide as the dense feed-forward layer.
    public static let krajewski = LossModel(
        unchecked: "krajewski", irreducible: 0.47,
        dense: Terms(
            parameterCoefficient: 16.3, parameterExponent: 0.126, tokenCoefficient: 26.7,
            tokenExponent: 0.127),
        routed: Routed(
            terms: Terms(
                parameterCoefficient: 20.2, parameterExponent: 0.115, tokenCoefficient: 30.8,
                tokenExponent: 0.147), experts: 64))

    /// The models known by name.
    public static let known = [besiroglu, hoffmann, krajewski]

    /// The model that a sparsity law takes unless another one is named.
    /// - Parameter sparsity: how many experts.
    /// - Returns: ``besiroglu`` for dense models, ``krajewski`` for those with experts.
    public static func standard(for sparsity: SparsityLaw) -> LossModel {
        sparsity == .dense || sparsity == .fixed(1) ? besiroglu : krajewski
    }
}
