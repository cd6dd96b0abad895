import Foundation

/// Depth as a function of the feed-forward matrix: L = rounded(coefficient·(d·f)^exponent).
///
/// The default is the published law 0.10056·(d·f)^0.3751 (arXiv:2411.01137).
public struct DepthLaw: Hashable, Sendable, Codable {
    /// Factor before the power.
    public var coefficient: Double
    /// Exponent of d·f.
    public var exponent: Double

    /// Makes a law.
    /// - Parameters:
    ///   - coefficient: above zero.
    ///   - exponent: any finite number.
    public init(coefficient: Double = 0.10056, exponent: Double = 0.3751) {
        self.coefficient = coefficient
        self.exponent = exponent
    }

    /// Layers for a width and a feed-forward width.
    public func layers(width: Int, feedForwardWidth: Int) -> Int {
        RoundNumber.closest(to: coefficient * pow(Double(width) * Double(feedForwardWidth), exponent))
    }
}

/// Experts as a function of the feed-forward matrix.
///
/// `sparse` is the published law E = rounded(8·sqrt(d·f/(4·12288²))) (arXiv:2411.01137).
public enum SparsityLaw: Hashable, Sendable, Codable {
    /// E = 1.
    case dense
    /// The published growth of E with the width.
    case sparse
    /// The same number of experts for every width.
    case fixed(Int)

    /// Experts for a width and a feed-forward width.
    public func experts(width: Int, feedForwardWidth: Int) -> Int {
        switch self {
        case .dense: 1
        case .sparse:
            RoundNumber.closest(
                to: 8 * (Double(width) * Double(feedForwardWidth) / (4 * 12288 * 12288)).squareRoot())
        case .fixed(let experts): experts
        }
    }
}

/// Batch size as a function of training compute C and experts E, in sequences of s tokens.
///
/// x sequences by the law, then b = E·rounded(x/E), so that experts divide the batch.
public enum BatchLaw: Hashable, Sendable, Codable {
    /// x = √E·(C/3e23)^(1/6)·2048²/s: critical batch growth of arXiv:2411.01137.
    case standard
    /// x = √E·0.2920·C^0.3271/s: Bi et al. 2024 (DeepSeek LLM), as used there.
    case deepSeek
    /// 2^22 tokens whatever the compute; 2^22/s sequences by integer division.
    case constant
    /// Tokens = coefficient·C^exponent·√E, rounded like the others.
    case power(coefficient: Double, exponent: Double)
    /// A number of sequences that the user gives.
    case given(sequences: Int)

    /// Sequences of the global batch, at most about ``mostTokens`` tokens in all.
    ///
    /// A batch that E does not divide (possible for `constant` and `given`) becomes the closest multiple of
    /// E, at least E.
    /// - Parameters:
    ///   - flop: training compute C.
    ///   - experts: E.
    ///   - sequenceLength: s in tokens.
    /// - Returns: sequences, a multiple of E.
    public func sequences(flop: Double, experts: Int, sequenceLength: Int) -> Int {
        let perExpert = Double(experts)
        switch self {
        case .standard, .deepSeek, .power:
            let sequences = tokens(flop: flop, experts: experts) / Double(sequenceLength)
            let most = Self.mostTokens / perExpert / Double(sequenceLength)
            return experts * RoundNumber.closest(to: min(sequences / perExpert, most))
        case .constant:
            return Self.closestMultiple(of: experts, to: (1 << 22) / sequenceLength)
        case .given(let sequences):
            return Self.closestMultiple(of: experts, to: sequences)
        }
    }

    /// Tokens of a batch at most; what a law asks beyond that is not counted.
    ///
    /// A grid of numbers k·2^i: the closest to the most is less than twice that, below 2^53, up to which real
    /// numbers count exactly.
    public static let mostTokens = 4e15

    /// Tokens of the batch before any rounding; the laws' real-valued core.
    public func tokens(flop: Double, experts: Int) -> Double {
        let growth = Double(experts).squareRoot()
        switch self {
        case .standard: return growth * pow(flop / 3e23, 1.0 / 6) * 2048 * 2048
        case .deepSeek: return growth * 0.2920 * pow(flop, 0.3271)
        case .power(let coefficient, let exponent): return coefficient * pow(flop, exponent) * growth
        case .constant: return 4_194_304
        case .given: return .nan
        }
    }

    private static func closestMultiple(of experts: Int, to sequences: Int) -> Int {
        let below = max(1, sequences / experts)
        let above = below + 1
        return abs(sequences - experts * below) <= abs(experts * above - sequences)
            ? experts * below : experts * above
    }

    /// Whether the batch follows the compute.
    public var dependsOnCompute: Bool {
        switch self {
        case .standard, .deepSeek, .power: true
        case .constant, .given: false
        }
    }

    /// The law's name in tables and on the command line.
    public var name: String {
        switch self {
        case .standard: "default"
        case .deepSeek: "deepseek"
        case .constant: "none"
        case .power(let coefficient, let exponent): "\(coefficient),\(exponent)"
        case .given(let sequences): "batch=\(sequences)"
        }
    }
}
