import Training
import TransformerModel

/// How far predictions of steps like one another were from published steps, each by a fit that had not seen the
/// step's group.
///
/// Alike are steps of one software, with or without experts, on machines of one architecture, and where enough of them
/// were published in one format on about as many accelerators; where too few of that software were, those of any. What
/// the table has is what `meshwright calibrate --all --leave-one-group-out` says of the published steps, written by
/// `Scripts/apply-fit`; `docs/transformer-accuracy.md`.
public struct PredictionBand: Hashable, Sendable {
    /// Its class, one of ``names(software:job:machine:gpus:)``.
    public let name: String
    /// Published steps.
    public let rows: Int
    /// Accelerators of the largest of them.
    public let mostGPUs: Int
    /// Half of them were nearer to their prediction than this share of it was off.
    public let median: Double
    /// Of ten steps one took less than this multiple of its prediction, and one more than that.
    public let low: Double
    /// The upper end.
    public let high: Double

    /// What predictions have in common, the widest class first: whether there are experts, and architecture; that and the
    /// software; that and the format of products; that and how many accelerators there are.
    /// - Parameters:
    ///   - software: name of its catalogue entry.
    ///   - job: what is trained.
    ///   - machine: where.
    ///   - gpus: accelerators.
    /// - Returns: four texts.
    public static func names(
        software: String, job: TrainingJob, machine: Accelerator, gpus: Int
    ) -> [String] {
        let experts = job.model.experts == nil ? "dense" : "experts"
        let kind = "\(experts), \(machine.architecture?.rawValue ?? machine.name)"
        let base = "\(software), \(kind)"
        let format =
            switch job.precision.matrix {
            case .bf16, .fp16, .fp32: "16 bits"
            case .fp8, .fp4: "8 bits or 4"
            }
        let scale =
            gpus <= 16 ? "1 to 16" : gpus <= 128 ? "17 to 128" : gpus <= 1024 ? "129 to 1024" : "over 1024"
        return ["any software, \(kind)", base, "\(base), \(format)", "\(base), \(format), on \(scale)"]
    }

    /// The band of steps like some: of the narrowest class that has one.
    /// - Parameters:
    ///   - software: name of its catalogue entry.
    ///   - job: what is trained.
    ///   - machine: where.
    ///   - gpus: accelerators.
    /// - Returns: the band; nil where no such step was published.
    public static func of(
        software: String, job: TrainingJob, machine: Accelerator, gpus: Int
    ) -> PredictionBand? {
        for name in names(software: software, job: job, machine: machine, gpus: gpus).reversed() {
            if let band = byName[name] { return band }
        }
        return nil
    }

    private static let byName = Dictionary(uniqueKeysWithValues: published.map { ($0.name, $0) })

    /// Published steps that a class needs for a band: those of any format, and the narrower ones.
    public static let leastRows = (widest: 5, narrower: 10)
}
