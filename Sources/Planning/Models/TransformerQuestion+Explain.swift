import Optimization
import Quantities
import ScalingModel
import Training
import TransformerModel

/// A layout that somebody brings along: some decisions, or all of them.
public struct GivenLayout: GivenPlan {
    /// What was written, or where it was read.
    public let text: String
    /// What is to be judged.
    public let decisions: Decisions
    /// What differs from the question already.
    public let remarks: [String]

    /// Decisions of a layout.
    public enum Decisions: Sendable {
        /// Some; the rest is as in the best layout.
        case some(PartialLayout)
        /// All of them.
        case all(TrainingLayout)
    }

    /// Names decisions.
    /// - Parameters:
    ///   - text: what was written, or where it was read.
    ///   - decisions: some or all.
    ///   - remarks: what differs from the question already.
    public init(_ text: String, _ decisions: Decisions, remarks: [String] = []) {
        self.text = text
        self.decisions = decisions
        self.remarks = remarks
    }

    /// Whether nothing is left to choose.
    public var isComplete: Bool {
        if case .all = decisions { return true }
        return false
    }
}

extension LayoutRun: ExplainedPlan {
    private func price(on machine: Accelerator) -> StepBreakdown {
        TransformerStepModel(job: question.job, machine: machine).step(layout)
    }

    /// Seconds of a step on another machine.
    public func stepSeconds(on machine: Accelerator) -> Double { price(on: machine).total.value }

    /// The exposed parts of a step on another machine.
    public func costs(on machine: Accelerator) -> [PlanCost] {
        let step = price(on: machine)
        return StepBreakdown.parts.map { name, part in
            PlanCost(name, words: StepBreakdown.words(name), seconds: step[keyPath: part].value)
        }
    }

    /// By how much a rate is raised, or a latency lowered, to be free.
    private static let free = 1e12

    /// Each rate and latency of the machine, all network levels together, and stages that wait for no other.
    public var removals: [TermRemoval] {
        let whole = priced.step.total.value
        let resources: [(String, [Knob], Double)] = [
            ("arithmetic", [.peak], Self.free), ("hbm", [.memoryBandwidth], Self.free),
            ("network_bandwidth", [.everyNetworkBandwidth], Self.free),
            ("network_latency", [.innerStepLatency, .outerStepLatency, .everyNetworkLatency], 1 / Self.free),
        ]
        let found = resources.map { name, knobs, factor in
            let ideal = knobs.reduce(machine) { $1.scaled(by: factor, on: $0) }
            return TermRemoval(name, step: stepSeconds(on: ideal), of: whole)
        }
        return found + [TermRemoval("bubble", step: whole - priced.step.bubble.value, of: whole)]
    }

    /// All fields of the layout.
    public var decisions: [PlanDecision] {
        LayoutField.all.map { field in
            switch field.value(in: layout) {
            case .count(let count): PlanDecision(field.name, "\(count)")
            case .word(let word): PlanDecision(field.name, word)
            case .absent: PlanDecision(field.name, "none")
            }
        }
    }

    /// Memory, which is the next in rank, then the order of layouts.
    public func tie(with reference: LayoutRun) -> String? {
        guard layout != reference.layout else { return nil }
        let (own, other) = (priced.memory.total, reference.priced.memory.total)
        return own == other
            ? "an exact tie; the order of the decisions decides"
            : "it needs \(Readable.text(own)) of memory, not \(Readable.text(other))"
    }
}

extension TransformerQuestion: ExplainedQuestion {
    /// The whole answer.
    public typealias Answer = TransformerAnswer
    /// Layouts that people bring along.
    public typealias Given = GivenLayout

    /// What an answer says of its best layout.
    public static func best(of answer: TransformerAnswer) -> CellAnswer<LayoutRun> { CellAnswer(answer) }

    /// Rates, capacities and latencies from the matrix engine outwards; then what is given.
    public var numbers: [Knob] {
        let links = machine.network.indices.map { Knob.networkBandwidth(level: $0) }
        let kinds = machine.levelKinds
        let steps: [Knob] = [.innerStepLatency] + (kinds.contains(.outer) ? [.outerStepLatency] : [])
        let latencies = steps + machine.network.indices.map { Knob.networkLatency(level: $0) }
        let own: [Knob] =
            switch given {
            case .gpus: [.gpus]
            case .gpusAndFlop: [.batch, .gpus, .flop]
            case .flopAndTime: [.batch, .flop, .runTime]
            case .gpusAndTime: [.batch, .gpus, .runTime]
            }
        return Knob.known([.peak, .memoryBandwidth, .memoryCapacity] + links + latencies, on: machine) + own
    }

    /// A number that the question itself gives, in base units.
    public func value(of number: Knob) -> Double? {
        switch (number, given) {
        case (.gpus, .gpus(let gpus)), (.gpus, .gpusAndFlop(let gpus, _)), (.gpus, .gpusAndTime(let gpus, _)):
            Double(gpus)
        case (.flop, .gpusAndFlop(_, let flop)), (.flop, .flopAndTime(let flop, _)): flop
        case (.runTime, .flopAndTime(_, let time)), (.runTime, .gpusAndTime(_, let time)): time.value
        case (.batch, _): Double(globalBatch)
        default: number.value(on: machine)
        }
    }

    /// The question with a number multiplied; whole numbers are rounded, so the factor applied is returned with it.
    public func scaled(_ number: Knob, by factor: Double) -> (question: TransformerQuestion, factor: Double)?
    {
        var changed = self
        var applied = factor
        switch (number, given) {
        case (.batch, _):
            guard let scaled = Knob.scaled(globalBatch, by: factor, most: Double(1 << 24)) else { return nil }
            changed.globalBatch = scaled.count
            applied = scaled.factor
        case (.gpus, .gpus(let gpus)), (.gpus, .gpusAndFlop(let gpus, _)), (.gpus, .gpusAndTime(let gpus, _)):
            guard let scaled = Knob.scaled(gpus, by: factor, most: Double(Self.mostGPUs)) else { return nil }
            applied = scaled.factor
            switch given {
            case .gpusAndFlop(_, let flop): changed.given = .gpusAndFlop(gpus: scaled.count, flop: flop)
            case .gpusAndTime(_, let time): changed.given = .gpusAndTime(gpus: scaled.count, time: time)
            default: changed.given = .gpus(scaled.count)
            }
        case (.runTime, .flopAndTime(let flop, let time)):
            changed.given = .flopAndTime(flop: flop, time: time * factor)
        case (.runTime, .gpusAndTime(let gpus, let time)):
            changed.given = .gpusAndTime(gpus: gpus, time: time * factor)
        case (.flop, .gpusAndFlop(let gpus, let flop)):
            changed.given = .gpusAndFlop(gpus: gpus, flop: flop * factor)
        case (.flop, .flopAndTime(let flop, let time)):
            changed.given = .flopAndTime(flop: flop * factor, time: time)
        case (.runTime, _), (.gpus, _), (.flop, _): return nil
        default: changed.machine = number.scaled(by: factor, on: machine)
        }
        return (changed, applied)
    }

    /// The question for one layout.
    public var brief: TransformerQuestion {
        var question = self
        question.wanted = 1
        question.engine = .enumerate
        return question
    }

    /// Where accelerators are given, memory alone decides: yes where the leanest layout that is tried fits, no where
    /// a bound on all of them does not.
    public func isFeasible(until clock: SearchClock) -> Bool? {
        guard let gpus = value(of: .gpus), let need = leastMemory(gpus: Int(gpus), until: clock) else {
            return nil
        }
        if need.leanest <= memoryLimit { return true }
        return need.bound > memoryLimit ? false : nil
    }

    /// All bandwidths doubled, all latencies a tenth; single numbers are among the sensitivities.
    public var usualChanges: [Change] {
        // A step of a usual level has the message in it.
        let far = machine.network.indices.filter { machine.network[$0].latency > Calibration.messageLatency }
        return [
            Change([.everyNetworkBandwidth], by: 2),
            Change(
                [.innerStepLatency, .outerStepLatency] + far.map { .networkLatency(level: $0) }, by: 0.1),
        ]
    }

    /// Numbers that may make it feasible; rates only where the time is given.
    public var remedies: [(number: Knob, grows: Bool)] {
        let always: [(number: Knob, grows: Bool)] = [(.memoryCapacity, true), (.gpus, true)]
        guard case .flopAndTime = given else { return always }
        return [
            (.memoryCapacity, true), (.runTime, true), (.everyNetworkBandwidth, true), (.peak, true),
            (.memoryBandwidth, true),
        ]
    }

    // MARK: Layouts of others

    /// Judges a layout.
    public func verdict(
        on given: GivenLayout, beside best: LayoutRun?, others: [LayoutRun]
    ) throws(ExplainError) -> PlanVerdict<LayoutRun>? {
        let model = TransformerStepModel(job: job, machine: machine)
        let layout: TrainingLayout
        switch given.decisions {
        case .all(let whole): layout = whole
        case .some(let partial):
            guard let best else {
                throw ExplainError("there is no best layout to take the other decisions from")
            }
            layout = try partial.completed(by: best.layout, gpus: best.gpusGiven, model: model)
        }
        let available = best?.gpusGiven ?? value(of: .gpus).map { Int($0) }
        return verdict(
            on: layout, name: given.text, remarks: given.remarks, gpus: available, flop: best?.flop,
            model: model)
    }

    /// Judges a whole layout.
    /// - Parameters:
    ///   - layout: any.
    ///   - name: what it is called.
    ///   - remarks: what differs from the question already.
    ///   - gpus: accelerators given; nil takes as many as the layout has ranks.
    ///   - flop: of the run; nil where only a step is asked about.
    ///   - model: of this question.
    /// - Returns: its price and everything that stands against it.
    public func verdict(
        on layout: TrainingLayout, name: String, remarks: [String] = [], gpus: Int?, flop: Double?,
        model: TransformerStepModel
    ) -> PlanVerdict<LayoutRun> {
        let problems = layout.problems(for: job.model).map(\.description)
        guard problems.isEmpty else {
            return PlanVerdict(name: name, plan: nil, violations: problems, remarks: remarks)
        }
        let gpus = gpus ?? layout.gpus
        let idle =
            layout.gpus < gpus ? ["it leaves \(gpus - layout.gpus) of \(gpus) ranks idle"] : []
        let software = limits.software
        let putOff =
            job.trained.rank != nil && !layout.schedule.isBackwardWhole
            ? [
                "its schedule puts off gradients of weights, which are frozen: it is priced as if there were any"
            ] : []
        let refusals = software.problems(with: layout, for: job.model).map { "\(software.label): \($0)" }
        let priced = model.priced(layout)
        return PlanVerdict(
            name: name,
            plan: LayoutRun(
                priced, question: self, flop: flop ?? stepFlop, gpusGiven: max(gpus, layout.gpus),
                model: model),
            violations: shortfalls(of: priced, gpus: gpus, model: model).map(\.description),
            remarks: remarks + idle + putOff + refusals)
    }

    /// Every value of every decision that is near or usual, with what must follow from it.
    public func bestChange(of plan: LayoutRun, until clock: SearchClock) -> SingleChange<LayoutRun>? {
        let model = TransformerStepModel(job: job, machine: machine)
        let neighbours = LayoutNeighbours(
            layout: plan.layout, question: self, gpus: plan.gpusGiven, model: model)
        let (changed, tried) = neighbours.best(until: clock)
        return SingleChange(
            plan: changed.map {
                LayoutRun($0, question: self, flop: plan.flop, gpusGiven: plan.gpusGiven, model: model)
            }, tried: tried)
    }

    /// Held to every decision that is written.
    public func held(to given: GivenLayout) throws(ExplainError) -> TransformerQuestion {
        guard case .some(let partial) = given.decisions else { return self }
        var asked = self
        // Who gives decisions has software that runs them.
        asked.limits = try partial.limiting(limits).runnable
        return asked
    }

    /// Whether a layout has all decisions that are given.
    public func isKept(_ given: GivenLayout, by plan: LayoutRun) -> Bool {
        switch given.decisions {
        case .all(let layout): layout == plan.layout
        case .some(let partial): partial.isKept(by: plan.layout)
        }
    }

    /// The best layouts.
    public func plans(_ count: Int, until clock: SearchClock) -> [LayoutRun] {
        var asked = brief
        asked.wanted = count
        return (try? TransformerPlanner(asked).answer(until: clock))?.plans ?? []
    }
}
