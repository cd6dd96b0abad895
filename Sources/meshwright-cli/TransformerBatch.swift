import Foundation
import Quantities
import Training
import TransformerModel

/// The sequences of a step of a transformer as `--batch` puts them: a number, or a range to choose from.
struct TransformerBatch {
    /// What may be chosen.
    let range: ClosedRange<Int>
    /// What was assumed, a sentence each.
    var notes: [String] = []

    /// Batches to be searched: the number, or those that stand for the range.
    var candidates: [Int] { BatchSearch.batches(in: range).batches }

    /// Whether there is more than one.
    var isRange: Bool { range.count > 1 }

    /// Tokens that compute-optimal training takes for each parameter.
    ///
    /// Source: Hoffmann et al. 2022, arXiv:2203.15556, table 3 (about 20 at all sizes).
    static let tokensPerParameter = 20.0

    /// A number of sequences.
    init(_ count: Int) { range = count...count }

    /// Reads `1024`, `1024..4096`, `8Mtokens` or `4M..16Mtokens`.
    init(reading text: String, sequenceLength: Int) throws {
        let suffix = "tokens"
        let isTokens = text.hasSuffix(suffix)
        let ends = (isTokens ? String(text.dropLast(suffix.count)) : text).components(separatedBy: "..")
        guard ends.count <= 2 else {
            throw InputError("--batch \(text): write it like 1024, 1024..4096, 8Mtokens or 4M..16Mtokens")
        }
        let counts = try ends.map { end in
            let count = try WorkloadOptions.count("--batch", end)
            guard isTokens else { return count }
            let exact = Double(count) / Double(sequenceLength)
            // One number of tokens is about so many, and a prime number of sequences fits few clusters.
            let sequences = ends.count == 1 ? RoundNumber.closest(to: exact) : Int(exact.rounded())
            guard exact >= 1 else {
                throw InputError(
                    "--batch \(text): a sequence has \(sequenceLength) tokens; write at least as many")
            }
            return sequences
        }
        guard let first = counts.first, let last = counts.last, first <= last else {
            throw InputError("--batch \(text): the second number is below the first; write the smaller first")
        }
        range = first...last
        if isTokens {
            let sequences = first == last ? "\(first)" : "\(first) to \(last)"
            notes.append("a batch of \(text) is \(sequences) sequences of \(sequenceLength) tokens, rounded")
        }
    }

    /// The batch that a law gives a run, as of a dense model.
    /// - Parameters:
    ///   - law: how the batch follows the compute.
    ///   - reason: why the law is taken, after its name in the note; empty where it was asked for.
    ///   - model: whose sequences are counted.
    ///   - flop: of the run; nil takes compute-optimal training.
    init(by law: BatchLaw, _ reason: String = "", for model: Transformer, flop: Double?) {
        let parameters = model.activeParameters.total
        let compute = flop ?? 6 * parameters * (Self.tokensPerParameter * parameters)
        let sequences = law.sequences(flop: compute, experts: 1, sequenceLength: model.sequenceLength)
        range = sequences...sequences
        let run =
            flop == nil
            ? "compute-optimal training, \(Readable.scientific(compute)) FLOP"
            : "\(Readable.scientific(compute)) FLOP"
        let name = law == .standard ? "the default law" : "the law \(law.name)"
        notes.append(
            "batch of \(sequences) sequences, by \(name) for \(run)\(reason); --batch takes another, of plan also a "
                + "range such as \(sequences / 2 + 1)..\(2 * sequences)")
    }
}
