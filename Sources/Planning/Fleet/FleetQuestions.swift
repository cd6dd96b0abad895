import Files
import Quantities
import ScalingModel
import Training
import TransformerModel

/// A run of a fleet as a question of its cost model.
struct FleetQuestions {
    /// What is asked on each kind of machine, in the order of the fleet.
    let byMachine: [any SweepQuestion]
    /// Model FLOP of the run.
    let flop: Double
    /// The transformer; nil where shape and batch follow the laws.
    let model: String?
    /// What was taken where the file does not say it.
    let notes: [String]

    /// Looks up what a run names.
    /// - Throws: ``ScenarioError`` naming file, line, key and word that cannot be used.
    init(_ run: FleetRequest.Run, machines: [Accelerator]) throws(ScenarioError) {
        switch run.subject {
        case .laws(let sparse):
            byMachine = machines.map { machine in
                PlanningQuestion(
                    machine: machine, given: .gpusAndFlop(gpus: 1, flop: ComputeRange.least),
                    laws: WorkloadLaws(sparsity: sparse ? .sparse : .dense))
            }
            model = nil
            notes = []
            flop = Self.flop(run.amount, ofToken: 1)
        case .model(let given):
            let job = try Self.job(given)
            let batch = given.batch ?? job.model.defaultGlobalBatch
            var byMachine: [any SweepQuestion] = []
            for machine in machines {
                var question = TransformerQuestion(
                    job: job, machine: machine, given: .gpus(1), globalBatch: batch ?? 1)
                if batch == nil { question.batchLaw = .standard }
                do {
                    question = try question.run(by: SoftwareCatalogue.usual(on: machine))
                } catch {
                    throw given.name.error("\(error)")
                }
                byMachine.append(question)
            }
            self.byMachine = byMachine
            model = job.model.name
            switch (given.batch, batch) {
            case (_?, _): notes = []
            case (nil, let own?):
                notes = ["\(run.name): batch of \(own) sequences, the model's own; batch takes another"]
            case (nil, nil):
                notes = [
                    "\(run.name): the batch follows the law \(BatchLaw.standard.name), rounded, as of a dense model; "
                        + "batch takes a number of sequences"
                ]
            }
            let sequence = job.modelFlop(counting: .full).value
            flop = Self.flop(run.amount, ofToken: sequence / Double(job.model.sequenceLength))
        }
    }

    private static func flop(_ amount: FleetRequest.Amount, ofToken: Double) -> Double {
        switch amount {
        case .flop(let flop): flop
        case .tokens(let tokens): tokens * ofToken
        }
    }

    private static func job(_ given: FleetRequest.Model) throws(ScenarioError) -> TrainingJob {
        let entry: ModelEntry
        do {
            entry = try ModelLookup.entry(
                given.name.text, overrides: given.sequenceLength.map { ["sequence_length=\($0)"] } ?? [],
                example: "sequence_length: 4096")
        } catch { throw given.name.error(error.reason) }
        var job = TrainingJob(model: entry.model)
        if let precision = given.precision {
            do { job.precision = try TrainingPrecision(named: precision.text) } catch {
                throw precision.error("cannot be used: \(error)")
            }
        }
        if let kernel = given.attentionKernel {
            guard let kernels = StatedKernels(named: kernel.text) else {
                throw kernel.error("is none of \(StatedKernels.accepted)")
            }
            job.kernels = kernels
        }
        return job
    }
}
