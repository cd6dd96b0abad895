import Planning
import Quantities
import Training
import TransformerModel

/// Frontiers of a given transformer.
extension FrontierCommand {
    /// The sweep that the options ask for; what they do not say is said on standard error.
    func transformerSweep() throws -> Sweep<TransformerQuestion> {
        let inputs = TransformerInputs(
            hardware: hardware, workload: workload, transformer: transformer, search: search)
        let own = OptionPresence.names([
            ("--widths", widths != nil), ("--objective", objective != nil),
        ])
        try shaping.familyProblem()
        try inputs.reject(own)
        try inputs.checkBatch()
        var notes: [String] = []
        let law = try workload.batch == nil ? workload.law() : nil
        var template = try inputs.question(given: .gpus(1), law: law, &notes)
        if shaping.isFree {
            try OptionPresence.refuse(
                OptionPresence.names([("--training", transformer.isFineTuning)]),
                "is not there yet with --shape free of a transformer; leave one of them out")
            template.family = try shaping.family(of: template.job.model)
        }
        notes += inputs.batchNotes(template)
        template.goodput = try countedFailures()
        let asked = template
        for note in notes { StandardError.write("meshwright: note: \(note)") }
        let places = try places(to: "1e27", points: "13")
        let time = try longestRun(places)
        return try checkingInput {
            try Sweep(template: asked, points: places, time: time, thresholds: try thresholds(places))
        }
    }

    /// What the answers count of failures; nil lets nothing fail.
    private func countedFailures() throws -> ReliabilityFactors? {
        guard let first = factors.firstGiven else { return nil }
        if factors.spares != nil {
            throw InputError("--spares is for plan: the points of a frontier are accelerators that train")
        }
        guard factors.goodput else {
            throw InputError(
                "\(first) needs --goodput here: a frontier shows failures only where it counts them")
        }
        return try factors.searched(try factors.reliability())
    }
}
