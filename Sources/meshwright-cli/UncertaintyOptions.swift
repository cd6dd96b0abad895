import ArgumentParser
import Explain
import Foundation
import Hardware
import Search

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

    @Option(name: .long, help: "Machines drawn with --uncertain.")
    var samples = "200"

    @Option(name: .long, help: "Decides what is drawn with --uncertain.")
    var seed = "1"

    @Option(name: .long, help: "Distance from the best, in %, within which a plan counts as near it.")
    var within = "5"

    func request(_ machine: Accelerator) throws -> Uncertainty.Request? {
        guard !uncertain.isEmpty else { return nil }
        let known = Knob.all(of: machine)
        let numbers = try uncertain.flatMap { text in
            let (key, value) = try OptionText.pair("--uncertain", text, example: "network.*.latency=0.5..2x")
            return try checkingInput {
                let spread = try UncertainNumber.Spread(parsing: value)
                return try Knob.named(key, among: known, on: machine).map {
                    UncertainNumber($0, spread)
                }
            }
        }
        let count = try WorkloadOptions.count("--samples", samples)
        guard count <= 1_000_000 else { throw InputError("--samples \(samples): at most 1000000 are drawn") }
        guard let seed = UInt64(seed) else {
            throw InputError("--seed \(self.seed): a whole number from 0 to 2^64 - 1 is needed")
        }
        guard let within = Double(within), within >= 0, within.isFinite else {
            throw InputError("--within \(self.within): a percentage of at least 0 is needed")
        }
        return Uncertainty.Request(numbers: numbers, samples: count, seed: seed, tolerance: within / 100)
    }

    /// Draws the machines.
    static func result(_ answer: PlanningAnswer, _ request: Uncertainty.Request?) -> Uncertainty? {
        guard let request else { return nil }
        return Uncertainty(
            answer, request: request, threads: ProcessInfo.processInfo.activeProcessorCount)
    }
}
