import ArgumentParser
import Meshwright
import Quantities
import Training
import TransformerModel

/// Factors on a transformer's run besides the time of its steps; none unless given.
struct RunFactorOptions: ParsableArguments {
    @Option(name: .long, help: "Mean time between failures of one GPU, in hours or with a unit.")
    var mtbf: String?

    @Option(name: .long, help: "Work between checkpoints, e.g. 30min; best wastes least. (default: best)")
    var checkpointInterval: String?

    @Option(name: .long, help: "Time for which a checkpoint stops training. (default: 10s, assumed)")
    var checkpointTime: String?

    @Option(name: .long, help: "Time from a failure until training goes on. (default: 10min, assumed)")
    var restartTime: String?

    @Option(name: .long, help: "GPUs kept aside for those that fail, counted in --gpus.")
    var spares: String?

    @Option(
        name: .long, help: "Deviation of a GPU's step over its mean, e.g. 0.01, beyond what the step holds.")
    var stragglers: String?

    @Flag(
        name: .long,
        help: ArgumentHelp(
            "Search with them: times given and asked are of the wall clock, with what failures, checkpoints, restarts and stragglers take."
        ))
    var goodput = false

    /// The first option that is given.
    var firstGiven: String? {
        [
            ("--mtbf", mtbf), ("--checkpoint-interval", checkpointInterval),
            ("--checkpoint-time", checkpointTime), ("--restart-time", restartTime), ("--spares", spares),
            ("--stragglers", stragglers), ("--goodput", goodput ? "" : nil),
        ].first { $0.1 != nil }?.0
    }

    /// What the search is to count.
    /// - Parameters:
    ///   - factors: what is given.
    ///   - asked: what is given of a run.
    /// - Returns: nil where it lets nothing fail.
    /// - Throws: `InputError` where there is nothing to count, or no run.
    func searched(
        _ factors: ReliabilityFactors?, for asked: TransformerGiven? = nil
    ) throws -> ReliabilityFactors? {
        guard goodput else { return nil }
        guard let factors, factors.failures != nil || factors.stragglers.deviation > 0 else {
            throw InputError(
                "--goodput needs what takes time: --mtbf, such as 50000 hours a GPU, or --stragglers")
        }
        if case .gpus = asked {
            throw InputError("--goodput needs a run: give --flop (or --tokens) or a time with --gpus")
        }
        return factors
    }

    /// What is given; nil for nothing.
    func reliability() throws -> ReliabilityFactors? {
        let failures = try failures()
        guard failures != nil || spares != nil || stragglers != nil else { return nil }
        var deviation = 0.0
        if let stragglers {
            deviation = try OptionText.number("--stragglers", stragglers, in: NumberRange(0, 1))
        }
        return ReliabilityFactors(
            failures: failures, stragglers: Stragglers(deviation: deviation),
            spares: try spares.map { try WorkloadOptions.count("--spares", $0) } ?? 0)
    }

    private func failures() throws -> FailureModel? {
        guard let mtbf else {
            let others = [
                ("--checkpoint-interval", checkpointInterval), ("--checkpoint-time", checkpointTime),
                ("--restart-time", restartTime),
            ]
            if let (name, _) = others.first(where: { $0.1 != nil }) {
                throw InputError("\(name) needs --mtbf, such as 50000 hours a GPU")
            }
            return nil
        }
        let hours = (try? CountParsing.number(mtbf)) != nil ? mtbf + "h" : mtbf
        var failures = FailureModel(meanTime: try OptionText.duration("--mtbf", hours))
        if let text = checkpointInterval, text != "best" {
            failures.interval = .given(try OptionText.duration("--checkpoint-interval", text))
        }
        if let text = checkpointTime {
            failures.write = try OptionText.duration("--checkpoint-time", text)
        }
        if let text = restartTime { failures.restart = try OptionText.duration("--restart-time", text) }
        return failures
    }
}
