import ArgumentParser
import Files
import Training
import TransformerModel

/// Launch files beside the plan of a transformer.
struct LaunchOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Folder for the configuration of the best plan in its training framework, and scripts that start it.",
            valueName: "folder"))
    var launch: String?

    @Option(
        name: .long,
        help:
            "Framework of --launch: megatron-lm, megatron-bridge, torchtitan, deepspeed or maxtext. (default: that of --software)"
    )
    var framework: String?

    /// Throws where one of them is given without what it needs.
    func checkUnused() throws {
        if let name = launch != nil ? "--launch" : framework != nil ? "--framework" : nil {
            throw InputError("\(name) needs --model and a transformer")
        }
    }

    /// The framework that files are wanted of; nil where none are.
    ///
    /// - Parameter software: what `--software` names; nil where it is not given.
    /// - Returns: the framework.
    /// - Throws: `InputError` where the framework does not run in the software.
    func framework(software: String?) throws -> LaunchFramework? {
        guard launch != nil else {
            if framework != nil { throw InputError("--framework goes with --launch; name a folder") }
            return nil
        }
        let wanted = try framework.map(LaunchFiles.framework)
        guard let software else { return wanted }
        if let wanted, HardwareLookup.isFile(software) { return wanted }
        let entry = try checkingInput { try SoftwareCatalogue.software(software) }
        if entry.isAnything {
            guard let wanted else {
                throw InputError("--launch beside --software any: name a framework with --framework")
            }
            return wanted
        }
        let known = LaunchFramework.launching(entry.name)
        // Some are named as what they are built on is.
        let named = LaunchFramework(rawValue: software) ?? (software == "nemo" ? .megatronBridge : nil)
        guard let usual = named ?? known.first else {
            throw InputError(
                "--launch: no launch files are written for --software \(software); "
                    + "\(Set(LaunchFramework.allCases.map(\.software)).sorted().joined(separator: ", ")) have them"
            )
        }
        guard let wanted else { return usual }
        guard known.contains(wanted) else {
            throw InputError(
                "--framework \(wanted.rawValue) runs in \(wanted.software), and --software names \(software); "
                    + "leave out one, or write --framework \(usual.rawValue)")
        }
        return wanted
    }

    /// The same, where the question names no software: that of its machine.
    func usualFramework(for question: TransformerQuestion) throws -> LaunchFramework {
        guard let framework = LaunchFramework.launching(question.limits.software.name).first else {
            throw InputError(
                "--launch: \(question.machine.name) has no usual training software; name one with --software")
        }
        return framework
    }

    /// Takes layouts out of what may be chosen.
    /// - Returns: false where nothing is left.
    private static func leave(out layouts: LayoutGap.Layouts, of limits: inout LayoutLimits) -> Bool {
        switch layouts {
        case .interleaved:
            limits.schedules.removeAll { $0 == .interleaved }
            return !limits.schedules.isEmpty
        case .contextRanks:
            limits.context = (limits.context ?? [1]).filter { $0 == 1 }
            return limits.context != []
        case .recomputedModules:
            limits.recomputation.removeAll { $0 == .selective || $0 == .modules }
            return !limits.recomputation.isEmpty
        }
    }

    /// The question without layouts that a framework lacks though its software runs them.
    ///
    /// Throws where the framework cannot train the model as the question asks, whatever the layout is.
    static func suited(
        _ question: TransformerQuestion, to framework: LaunchFramework
    ) throws -> TransformerQuestion {
        let request = LaunchRequest(
            model: question.job.model, layout: TrainingLayout(), precision: question.job.precision,
            optimizer: question.job.optimizer, architecture: question.machine.architecture,
            trained: question.job.trained)
        let reasons = framework.standingRefusals(of: request)
        guard reasons.isEmpty else {
            throw InputError(
                "--launch: \(framework.title) cannot run this: \(reasons.joined(separator: "; "))")
        }
        var question = question
        for gap in framework.layoutGaps(of: request) {
            guard leave(out: gap.layouts, of: &question.limits) else {
                throw InputError("--launch: \(framework.title) cannot run this: \(gap.reason)")
            }
        }
        return question
    }
}
