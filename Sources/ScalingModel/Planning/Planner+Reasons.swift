import Foundation
import Optimization
import Quantities
import Training

extension Planner {
    /// Why no plan fits, in memory, and what would.
    func memoryReasons(_ search: FixedRunSearch, gpus: Int, stopped: Bool) -> [String] {
        if stopped { return ["the time limit ended the search before any plan was found"] }
        let need = search.model.stateBytes(data: 1)
        let capacity = question.machine.memory.capacity
        let least = (need / capacity.value).rounded(.up)
        let machine = question.machine
        if Double(gpus) < least {
            return [
                "weights and optimizer state of \(Readable.scientific(search.run.shape.parameters)) parameters need "
                    + "\(Readable.text(Bytes(need))), but \(Readable.count(gpus)) \(machine.unit)s hold "
                    + "\(Readable.text(capacity * Double(gpus))); at least \(Self.count(least)) are needed, "
                    + "or less compute (--flop), or a smaller --width"
            ]
        }
        return [
            "no legal combination of degrees fits into the memory of \(Readable.count(gpus)) \(machine.unit)s; try "
                + "more of them, or a width, depth or batch with more small factors"
        ]
    }

    /// A number of accelerators, which may lie beyond all that can be asked for.
    private static func count(_ gpus: Double) -> String {
        gpus <= Double(DataMovementSpace.mostGPUs)
            ? Readable.count(Int(gpus)) : "\(Readable.scientific(gpus)) (no more than 2^53 are possible)"
    }

    /// Why no plan finishes in time, and what would.
    func deadlineReasons(_ search: FixedRunSearch, time: Double, stopped: Bool) -> [String] {
        if stopped { return ["the time limit ended the search before any plan was found"] }
        if question.reasons == .brief {
            return [
                "no plan on any number of \(question.machine.unit)s finishes in \(Readable.time(Seconds(time)))"
            ]
        }
        let fastest = search.best(.fastest(deadline: .infinity), wanted: 1)
        guard let best = fastest.result.best.first else {
            return memoryReasons(search, gpus: DataMovementSpace.mostGPUs, stopped: false)
        }
        let least = Seconds(best.candidate.price.step * search.run.steps)
        let binding = Binding.term(of: best.candidate.plan, model: search.model)
        func months(_ seconds: Double) -> String {
            Readable.significant(seconds / Calendar.month.value, digits: 5)
        }
        // Rounded up, so that following the advice works.
        let enough = (least.value / Calendar.month.value * 1000).rounded(.up) / 1000
        return [
            "with any number of \(question.machine.unit)s the fastest plan takes \(months(least.value)) months, not "
                + "\(months(time)); \(binding.replacingOccurrences(of: "_", with: " ")) binds it; allow "
                + "\(String(format: "%.3f", enough)) months or ask for less compute"
        ]
    }

    /// What a reader should know of an answer.
    func notes(_ best: PricedPlan?, run: TrainingRun) -> [String] {
        var notes: [String] = []
        let laws = question.laws
        if case .given(let sequences) = laws.batch, sequences != run.batchSequences {
            notes.append(
                "\(run.shape.experts) experts do not divide the batch of \(sequences) sequences; "
                    + "\(run.batchSequences) are used")
        }
        if case .constant = laws.batch, run.batchTokens != 1 << 22 {
            notes.append(
                "the constant batch of 2^22 tokens became \(run.batchTokens) tokens, a multiple of the experts"
            )
        }
        if question.machine.chip == nil {
            notes.append(
                "\(question.machine.name) has no on-chip data: matrix products are a roofline over memory alone"
            )
        }
        if let best, best.idleGPUs > 0 {
            let idle = "\(Readable.count(best.idleGPUs)) of \(Readable.count(best.gpusGiven))"
            switch question.given {
            case .flopAndTime:
                notes.append(
                    "\(idle) stay idle: whole domains must be given, and the plan's blocks do not fill them")
            case .gpusAndFlop, .gpusAndTime:
                notes.append("\(idle) given stay idle: no divisible plan uses them to advantage")
            }
        }
        if let best,
            run.batchTokens / (best.plan.data * best.plan.microbatches * run.shape.experts)
                < run.sequenceLength
        {
            notes.append("microbatches cut sequences; --whole-sequences forbids that")
        }
        if let best {
            let ratio = best.run.tokens / best.run.shape.parameters
            if DataRange.isShort(tokensPerParameter: ratio) {
                notes.append("the run trains \(DataRange.warning(ratio))")
            }
        }
        return notes
    }
}
