import Evidence
import Files
import Training
import TransformerModel

extension TransformerQuestion {
    /// How far predictions of steps like those of this question's model, machine and software were off.
    /// - Parameter gpus: accelerators that a layout uses.
    /// - Returns: the band; nil where no such step was published.
    func predictionBand(gpus: Int) -> PredictionBand? {
        guard job.trained == .all else { return nil }
        let software = limits.software
        // What stands for all software is priced as the one that is usual on the machine.
        let priced = software.isAnything ? (try? SoftwareCatalogue.usual(on: machine)) ?? software : software
        return PredictionBand.of(software: priced.name, job: job, machine: machine, gpus: gpus)
    }
}
