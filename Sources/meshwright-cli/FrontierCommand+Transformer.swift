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
        try inputs.reject(own + shaping.given, but: ["--batch-law"])
        if workload.batch != nil, workload.batchLaw != nil {
            throw InputError("--batch and --batch-law contradict each other; keep one")
        }
        var notes: [String] = []
        let law = try workload.batch == nil ? workload.law() : nil
        let template = try inputs.question(given: .gpus(1), law: law, &notes)
        if let law {
            notes.append(
                "the batch follows the law \(law.name), rounded, as of a dense model; --batch takes a number of "
                    + "sequences")
        }
        for note in notes { StandardError.write("meshwright: note: \(note)") }
        let places = try places(to: "1e27", points: "13")
        let time = try longestRun(places)
        return try checkingInput {
            try Sweep(template: template, points: places, time: time, thresholds: try thresholds(places))
        }
    }
}
