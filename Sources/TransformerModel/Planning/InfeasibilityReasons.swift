public import Optimization
import Quantities
import Training

/// Why no layout can be had on some accelerators, found without searching for one.
struct InfeasibilityReasons {
    let planner: TransformerPlanner
    let gpus: Int
    let clock: SearchClock

    private var question: TransformerQuestion { planner.question }
    private var limits: LayoutLimits { question.limits }

    // MARK: Memory

    /// The most accelerators that are looked at for a layout that fits.
    private var most: Int { TransformerQuestion.mostGPUs }

    private func leastMemory(gpus: Int) -> LeastMemory {
        LeastMemory(
            model: planner.model, gpus: gpus, globalBatch: question.globalBatch, limits: limits, clock: clock)
    }

    /// What is proved whether or not a search came to its end: nothing, or that the memory cannot suffice.
    var proved: [String] {
        let bound = leastMemory(gpus: gpus).bound(gpus: gpus)
        let usable = question.memoryLimit
        guard bound.isFinite, bound > usable.value, !clock.isOver else { return [] }
        return [
            "every layout on \(gpus) \(question.machine.unit)s needs \(Readable.text(Bytes(bound))) a "
                + "\(question.machine.unit) at least, and \(Readable.text(usable)) can be used"
        ]
    }

    /// What keeps every layout out where all were looked at, and on how many accelerators one fits.
    var memory: [String] {
        let usable = question.memoryLimit
        let unit = question.machine.unit
        let leanest = leastMemory(gpus: gpus).leanest(gpus: gpus)
        let run = limits.software.isAnything ? "" : " that \(limits.software.label) runs"
        var first = "no layout\(run) fits into \(Readable.text(usable)) a \(unit) on \(gpus) \(unit)s"
        if let leanest {
            guard leanest.memory.total > usable else { return [slowness] }
            first +=
                "; the leanest that was tried needs \(Readable.text(leanest.memory.total)), "
                + parts(leanest.memory)
        }
        let table = leastMemory(gpus: most)
        guard let enough = enough(table) else {
            return [first + (clock.isOver ? "" : ", nor on any number of them within the limits given")]
        }
        var low = gpus
        var high = enough
        while high - low > 1, !clock.isOver {
            let middle = low + (high - low) / 2
            if fits(table, middle) { high = middle } else { low = middle }
        }
        guard !clock.isOver else { return [first, "one fits on \(high) \(unit)s"] }
        let (isProved, atLeast) = fewest(table, below: high)
        return [
            first,
            isProved
                ? "\(high) \(unit)s are the fewest on which one fits"
                : "one fits on \(high) \(unit)s, and fewer than \(atLeast) are too few for any",
        ]
    }

    /// A layout that fits was discarded for its time, which is no finite number.
    private var slowness: String {
        "every layout that fits takes longer for a step than can be written as a number; "
            + "look at the rates of \(question.machine.name)"
    }

    /// The largest parts of a footprint in words.
    private func parts(_ memory: MemoryFootprint) -> String {
        let named = MemoryFootprint.parts.map { ($0.name, memory[keyPath: $0.part]) }
            .filter { $0.1 > .zero }.sorted { $0.1 > $1.1 }.prefix(3)
        return "of which " + named.map { "\($0.0) \(Readable.text($0.1))" }.joined(separator: ", ")
    }

    private func fits(_ table: LeastMemory, _ gpus: Int) -> Bool {
        guard table.bound(gpus: gpus) <= question.memoryLimit.value else { return false }
        return table.leanest(gpus: gpus).map { planner.model.fits($0.memory) } ?? false
    }

    /// Some number of accelerators, found by doubling, on which a layout fits.
    private func enough(_ table: LeastMemory) -> Int? {
        var high = gpus
        while high < most, !clock.isOver {
            high = min(most, 2 * high)
            if fits(table, high) { return high }
        }
        return nil
    }

    /// The fewest accelerators that the bound does not exclude, and whether they are those found.
    private func fewest(_ table: LeastMemory, below high: Int) -> (isProved: Bool, atLeast: Int) {
        let usable = question.memoryLimit.value
        var (low, least) = (gpus, high)
        while least - low > 1 {
            let middle = low + (least - low) / 2
            if table.bound(gpus: middle) <= usable { least = middle } else { low = middle }
        }
        return (least == high, least)
    }

    // MARK: Legality

    /// Why no layout at all is legal: what the values that are fixed, taken together, get wrong.
    var illegal: [String] {
        let layout = firstFixed
        var reasons = layout.problems(for: question.job.model).map(\.description)
        if reasons.isEmpty {
            let software = limits.software
            reasons = software.problems(with: layout, for: question.job.model).map {
                "\(software.label): \($0)"
            }
        }
        if layout.rangeProblems.isEmpty, layout.gpus > gpus {
            reasons.append(
                "\(LayoutProblem.ranks(needed: layout.gpus, given: gpus))")
        }
        let first = "no layout is legal with the values that are fixed"
        return reasons.isEmpty
            ? [first + "; leave one of them out"] : reasons.map { "\(first): \($0)" }
    }

    /// A layout with the first of the values that each decision is fixed to.
    private var firstFixed: TrainingLayout {
        var layout = TrainingLayout(
            tensor: limits.tensor?.first ?? 1, context: limits.context?.first ?? 1,
            contextMethod: limits.contextMethods.first ?? .ring,
            schedule: limits.schedules.first ?? .oneForwardOneBackward,
            expert: limits.expert?.first ?? 1, expertTensor: limits.expertTensor?.first ?? 1,
            data: limits.data?.first ?? 1, microbatch: limits.microbatch?.first ?? 1,
            globalBatch: question.globalBatch)
        layout.sequenceParallelism = limits.sequenceParallelism.first ?? .off
        if let chunks = limits.chunks?.first {
            layout.chunks = chunks
            layout.schedule =
                limits.schedules.first { $0.chunkRange.contains(chunks) } ?? layout.schedule
        } else {
            layout.chunks = layout.schedule.chunkRange.lowerBound
        }
        layout.pipeline = limits.pipeline?.first ?? layout.schedule.fewestStages
        if limits.stages == [.countingEnds] { layout.spread = .countingEnds }
        // As many replicas as the expert ranks ask for, unless they are fixed.
        let (experts, inner) = (layout.expert * layout.expertTensor, layout.tensor * layout.context)
        if limits.data == nil, experts > inner, experts.isMultiple(of: max(1, inner)) {
            layout.data = experts / inner
        }
        if case .given(let sizes) = limits.shardGroups, let size = sizes.first {
            layout.sharding = Sharding(limits.sharding.max() ?? .nothing, group: size)
            if let size, limits.data == nil { layout.data = max(layout.data, size) }
        }
        return layout
    }
}

extension TransformerQuestion {
    /// The least memory of a rank that layouts on some accelerators can do with.
    /// - Parameters:
    ///   - gpus: accelerators given.
    ///   - clock: when to end.
    /// - Returns: bytes that no layout is below, and those of the leanest layout that was tried; nil where no
    ///   layout is legal or the clock ended.
    public func leastMemory(gpus: Int, until clock: SearchClock) -> (bound: Bytes, leanest: Bytes)? {
        let table = LeastMemory(
            model: TransformerStepModel(job: job, machine: machine), gpus: gpus, globalBatch: globalBatch,
            limits: limits, clock: clock)
        guard let leanest = table.leanest(gpus: gpus), !clock.isOver else { return nil }
        return (Bytes(table.bound(gpus: gpus)), leanest.memory.total)
    }
}
