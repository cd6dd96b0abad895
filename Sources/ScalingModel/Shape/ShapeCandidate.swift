import Quantities
import Training

/// A shape of a free search with the run that it would take and the least that the run can cost.
struct ShapeCandidate {
    let value: ShapeValue
    /// Compute of the run, FLOP.
    let flop: Double
    /// What nothing of the shape is below: seconds of the run, accelerators, or accelerator-seconds.
    let bound: Double

    var shape: LayerStack { value.shape }

    /// The order in which shapes are searched: by bound, then by shape.
    static func precedes(_ left: ShapeCandidate, _ right: ShapeCandidate) -> Bool {
        left.bound != right.bound
            ? left.bound < right.bound : left.shape.orderKey < right.shape.orderKey
    }
}

/// Bounds on a step of a shape that need no plan.
///
/// *Arithmetic.* Six products of every layer have 6·(P/E)·B FLOP in all, at the sustained rate at best and
/// over N accelerators; recomputation does a third more.
///
/// *Latency.* A step has six kernels a layer and microbatch, so its arithmetic is at least 6·λ·(L/PP)·M. With
/// 1F1B the bubble makes that (M + ρ·M)·(L/PP)·6λ. For M ≥ PP, M·(L/PP) ≥ L. For M < PP,
/// ρ·M = (PP − M) + (M − 1)/v, so M + ρ·M ≥ PP, and again L·6λ. Zero bubble has M ≥ 2·PP. So no step is
/// shorter than 6·λ·L, whatever the plan: a token passes the layers one after the other.
///
/// *Both.* A kernel takes its latency and its FLOP one after the other, so its two floors add up: with A
/// accelerator-seconds of FLOP a run and Λ = 6·λ·L·steps, seconds ≥ A/N + Λ for every plan on N accelerators
/// (a bubble only multiplies the first). Hence N ≥ A/(T − Λ) where the run may take T.
///
/// *Memory.* Weights and optimizer state are at least 5·P words, whatever the plan.
///
/// All are lowered by 1e-9, more than rounding.
struct ShapeFloor {
    private let sustained: Double
    private let kernel: Double
    private let factor: Double
    private let wordBytes: Double
    private let capacity: Double

    init(_ question: PlanningQuestion) {
        sustained = question.machine.compute.sustained.value
        kernel = question.machine.compute.kernelLatency.value
        wordBytes = question.machine.compute.wordBytes
        capacity = question.machine.memory.capacity.value
        factor = (question.settings.recomputation == .full ? 4.0 / 3 : 1) * (1 - 1e-9)
    }

    /// Accelerator-seconds that the arithmetic of a run takes at least.
    func acceleratorSeconds(flop: Double) -> Double { flop * factor / sustained }

    /// The fewest accelerators that can do a run in time, as a real number; infinite where none can.
    func fewestGPUs(_ run: TrainingRun, seconds: Double) -> Double {
        let left = seconds - latency(layers: run.shape.layers, steps: run.steps)
        guard left > 0 else { return .infinity }
        return max(1, (acceleratorSeconds(flop: run.flop) / left).rounded(.up))
    }

    /// The fewest accelerators that can do the arithmetic of a run in time, at most `most`.
    func fewestGPUs(flop: Double, seconds: Double, most: Int) -> Int {
        let fewest = (acceleratorSeconds(flop: flop) / seconds).rounded(.up)
        return fewest < Double(most) ? max(1, Int(fewest)) : most
    }

    /// Accelerators, as a real number, whose memory holds weights and optimizer state.
    func holdingGPUs(_ shape: LayerStack) -> Double {
        (5 * shape.parameters * wordBytes / capacity * (1 - 1e-9)).rounded(.up)
    }

    /// Seconds that the latencies of a run take at least.
    func latency(layers: Int, steps: Double) -> Double { 6 * kernel * factor * Double(layers) * steps }

    /// Seconds that a run takes at least.
    func seconds(_ run: TrainingRun, gpus: Int) -> Double {
        acceleratorSeconds(flop: run.flop) / Double(gpus)
            + latency(layers: run.shape.layers, steps: run.steps)
    }
}
