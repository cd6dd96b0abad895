import ArgumentParser
import Foundation
import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// Numbers of the machine that are only known roughly.
struct UncertaintyOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: """
            A number known roughly, e.g. 'network.*.latency=0.5..2x' (every ratio as likely), \
            hbm.bandwidth=±10% or hbm.bandwidth=normal:0.1; repeatable.
            """
    )
    var uncertain: [String] = []

    @Option(name: .long, help: "Machines drawn with --uncertain. (default: 200)")
    var samples: String?

    @Option(name: .long, help: "Decides what is drawn with --uncertain. (default: 1)")
    var seed: String?

    @Option(
        name: .long,
        help: "Distance from the best, in %, within which a plan counts as near it. (default: 5)")
    var within: String?

    /// The options that are given.
    var given: [String] {
        OptionPresence.names([
            ("--uncertain", !uncertain.isEmpty), ("--samples", samples != nil), ("--seed", seed != nil),
            ("--within", within != nil),
        ])
    }

    /// What is drawn; nil for nothing.
    /// - Parameter question: with the stated numbers; its time limit is that of the search, and after it of drawing.
    /// - Returns: the request.
    /// - Throws: `InputError` naming the option.
    func request(_ question: some SweepQuestion) throws -> UncertaintyRequest? {
        guard !uncertain.isEmpty else {
            try OptionPresence.refuse(
                given, "is for machines drawn with --uncertain; add that, or leave it out")
            return nil
        }
        let known = question.numbers.filter(\.isOfMachine)
        let numbers = try uncertain.flatMap { text in
            let (key, value) = try OptionText.pair("--uncertain", text, example: "network.*.latency=0.5..2x")
            return try checkingInput {
                let spread = try UncertainNumber.Spread(parsing: value)
                return try Knob.named(key, among: known, on: question.machine).map {
                    UncertainNumber($0, spread)
                }
            }
        }
        let count = try OptionText.count("--samples", samples ?? "200", in: 1...1_000_000)
        guard let seed = UInt64(self.seed ?? "1") else {
            throw InputError("--seed \(self.seed ?? ""): a whole number from 0 to 2^64 - 1 is needed")
        }
        let within = try OptionText.number("--within", self.within ?? "5", in: NumberRange(0, 1e6))
        var request = UncertaintyRequest(
            numbers: numbers, samples: count, seed: seed, tolerance: within / 100)
        let limit = question.timeLimit.value
        if limit.isFinite { request.timeLimit = .seconds(limit) }
        return request
    }

    /// Draws the machines; says so where the time limit leaves none.
    static func result<Question: SweepQuestion>(
        _ question: Question, _ plans: [Question.Priced], _ request: UncertaintyRequest?
    ) -> Uncertainty<Question>? {
        guard let request, !plans.isEmpty else { return nil }
        let found = Uncertainty(
            question, plans: plans, request: request, threads: ProcessInfo.processInfo.activeProcessorCount)
        if found == nil { StandardError.write(noBands) }
        return found
    }

    /// Said where no drawn machine was answered in time.
    static let noBands = "meshwright: the time limit left no time for a drawn machine; there are no bands"
}
