import Quantities
import Training

/// Why a layout that is legal cannot do the run that a question asks for.
public enum RunShortfall: Hashable, Sendable, CustomStringConvertible {
    /// More ranks than there are.
    case ranks(needed: Int, given: Int)
    /// More memory than a process can use of an accelerator's.
    case memory(needed: Bytes, usable: Bytes)
    /// More memory of the host than the rank's share.
    case hostMemory(needed: Bytes, usable: Bytes)
    /// A step that takes longer than the time that is left for it.
    case deadline(step: Seconds, allowed: Seconds)
    /// A step whose time is no finite number.
    case time(Seconds)

    /// One line: what is needed and what there is.
    public var description: String {
        switch self {
        case .ranks(let needed, let given): "it needs \(needed) ranks, and \(given) are given"
        case .memory(let needed, let usable):
            "it does not fit into memory: it needs \(Readable.text(needed)) of \(Readable.text(usable))"
        case .hostMemory(let needed, let usable):
            "it does not fit into the host's memory: it needs \(Readable.text(needed)) of "
                + "\(Readable.text(usable)) a rank"
        case .deadline(let step, let allowed):
            "it is too slow: a step takes \(Readable.time(step)), and the time given leaves "
                + Readable.time(allowed)
        case .time(let step): "the time of a step is \(step.value), which is no finite number"
        }
    }
}

extension TransformerQuestion {
    /// Longest step with which the run ends in time, on the wall clock where ``goodput`` is given; infinite where no time is
    /// given with a compute.
    public var longestStep: Seconds {
        guard case .flopAndTime(let flop, let time) = given else { return Seconds(.infinity) }
        return time / (flop / stepFlop)
    }

    /// Longest step of a layout that uses so many accelerators.
    func longestStep(gpus: Int) -> Seconds {
        guard let goodput, longestStep.value < .infinity else { return longestStep }
        return Seconds(RunPace(goodput, accelerators: gpus).longestStep(wall: longestStep.value))
    }

    /// What a step of a layout takes on average: on the wall clock where ``goodput`` is given.
    package func wallStep(_ layout: PricedLayout) -> Seconds {
        guard let goodput else { return layout.step.total }
        let pace = RunPace(goodput, accelerators: layout.layout.gpus)
        return Seconds(pace.wallSeconds(step: layout.step.total.value))
    }

    /// Everything that keeps a legal layout from doing the run; the one check of it.
    /// - Parameters:
    ///   - priced: with its price.
    ///   - gpus: accelerators given.
    ///   - model: of this question, which priced it.
    /// - Returns: reasons, none where it can run.
    public func shortfalls(
        of priced: PricedLayout, gpus: Int, model: TransformerStepModel
    ) -> [RunShortfall] {
        var found: [RunShortfall] = []
        if priced.layout.gpus > gpus { found.append(.ranks(needed: priced.layout.gpus, given: gpus)) }
        if priced.memory.total > memoryLimit {
            found.append(.memory(needed: priced.memory.total, usable: memoryLimit))
        }
        if priced.memory.host > model.hostCapacity {
            found.append(.hostMemory(needed: priced.memory.host, usable: model.hostCapacity))
        }
        let step = priced.step.total
        if !step.value.isFinite {
            found.append(.time(step))
        } else if wallStep(priced) > longestStep {
            found.append(.deadline(step: step, allowed: longestStep(gpus: priced.layout.gpus)))
        }
        return found
    }
}
