import Quantities

/// How little data a loss law can be asked about before its answer is a guess.
public enum DataRange {
    /// Tokens a parameter below which answers are said to be extrapolated.
    ///
    /// The refit's own interval of the compute-optimal ratio at 1e26 FLOP and beyond, 4 to 40 (80 %), ends there
    /// (Besiroglu et al. 2024, arXiv:2404.10102).
    public static let leastTokensPerParameter = 4.0

    /// Whether a run trains so few tokens.
    public static func isShort(tokensPerParameter: Double) -> Bool {
        tokensPerParameter < leastTokensPerParameter
    }

    /// What is to be said of such a run, after a verb.
    public static func warning(_ tokensPerParameter: Double) -> String {
        "\(Readable.significant(tokensPerParameter, digits: 2)) tokens a parameter, far fewer than loss laws were "
            + "fitted for (the best ratio is 4 to 40 by the fit itself): an extrapolation; with --shape free, "
            + "--tokens-per-parameter 20 keeps the laws' share"
    }
}
