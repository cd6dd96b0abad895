import Quantities
import Training

extension PlanningQuestion {
    /// Checks every number of the question.
    /// - Throws: ``PlanningError`` for the first one that cannot be used.
    func check() throws(PlanningError) {
        do { try machine.validate() } catch { throw PlanningError("\(error)") }
        switch given {
        case .gpusAndFlop(let gpus, let flop):
            try check(gpus: gpus)
            try check(flop: flop)
        case .flopAndTime(let flop, let time):
            try check(flop: flop)
            try check(time: time)
        case .gpusAndTime(let gpus, let time):
            try check(gpus: gpus)
            try check(time: time)
        }
        guard wanted >= 1, wanted <= 10_000 else {
            throw PlanningError("\(wanted) plans are asked for; 1 to 10000 are possible")
        }
        guard timeLimit.value > 0 else {
            throw PlanningError("the time limit is \(timeLimit.value) s; it must be above zero")
        }
        try laws.check()
        try checkBatchLaw()
        try checkShape()
        try checkDomains()
    }

    /// The published space uses E·2^i accelerators in full domains, so what is odd in a domain must be in E.
    private func checkDomains() throws(PlanningError) {
        guard preset == .published, let domain = machine.domainSizes.first else { return }
        let experts: Int
        switch laws.sparsity {
        case .dense: experts = 1
        case .fixed(let fixed): experts = fixed
        case .sparse: return
        }
        switch given {
        case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _):
            if gpus < domain { return }
        case .flopAndTime: break
        }
        let odd = domain >> domain.trailingZeroBitCount
        guard experts.isMultiple(of: odd) else {
            throw PlanningError(
                "the published space fills domains with \(experts)·2^i \(machine.unit)s, which never fill the "
                    + "\(domain) of \(machine.name); use the full space")
        }
    }

    private func checkBatchLaw() throws(PlanningError) {
        guard case .power = laws.batch else { return }
        let flop: Double
        switch given {
        case .gpusAndFlop(_, let given), .flopAndTime(let given, _): flop = given
        case .gpusAndTime: return
        }
        let tokens = laws.batch.tokens(flop: flop, experts: 1)
        guard tokens <= BatchLaw.mostTokens else {
            throw PlanningError(
                "the batch law gives \(Readable.significant(tokens)) tokens; at most "
                    + "\(Readable.significant(BatchLaw.mostTokens)) are possible")
        }
    }

    private func checkShape() throws(PlanningError) {
        guard lossModel.routed != nil || laws.sparsity == .dense || laws.sparsity == .fixed(1) else {
            throw PlanningError("the loss model \(lossModel.name) knows no experts; use krajewski")
        }
        guard case .free(let freedom) = shape else { return }
        guard freedom.depthRange.lowerBound > 0, freedom.depthRange.upperBound.isFinite else {
            throw PlanningError("the range of depths must be above zero and finite")
        }
        guard !freedom.ratios.isEmpty, freedom.ratios.allSatisfy({ (1...1024).contains($0) }) else {
            throw PlanningError("feed-forward ratios from 1 to 1024 are possible, and at least one is needed")
        }
        guard freedom.parameterFactor >= 1, freedom.expertFactor >= 1 else {
            throw PlanningError("factors of parameters and experts must be at least 1")
        }
        let numbers = (freedom.widths ?? []) + (freedom.depths ?? [])
        guard numbers.allSatisfy({ (1...(1 << 24)).contains($0) }) else {
            throw PlanningError("widths and depths from 1 to 2^24 are possible")
        }
    }

    private func check(gpus: Int) throws(PlanningError) {
        guard gpus >= 1, gpus <= DataMovementSpace.mostGPUs else {
            throw PlanningError("the number of \(machine.unit)s is \(gpus); 1 to 2^53 are possible")
        }
    }

    private func check(flop: Double) throws(PlanningError) {
        guard flop >= ComputeRange.least, flop <= ComputeRange.most else {
            throw PlanningError(
                "the compute is \(Readable.significant(flop)) FLOP; \(ComputeRange.least) to "
                    + "\(ComputeRange.most) are possible")
        }
    }

    private func check(time: Seconds) throws(PlanningError) {
        guard time.value > 0, time.value.isFinite else {
            throw PlanningError("the time is \(time.value) s; a finite time above zero is needed")
        }
    }
}

extension WorkloadLaws {
    /// Checks every number of the laws.
    /// - Throws: ``PlanningError`` for the first one that cannot be used.
    func check() throws(PlanningError) {
        guard sequenceLength >= 1, sequenceLength <= 1 << 30 else {
            throw PlanningError("the sequence length is \(sequenceLength) tokens; 1 to 2^30 are possible")
        }
        if let fixedWidth, !(1...(1 << 24)).contains(fixedWidth) {
            throw PlanningError("the width is \(fixedWidth); 1 to 2^24 are possible")
        }
        if let fixedLayers, !(1...(1 << 20)).contains(fixedLayers) {
            throw PlanningError("the depth is \(fixedLayers) layers; 1 to 2^20 are possible")
        }
        guard (1...1024).contains(feedForwardRatio), tokensPerParameter > 0, tokensPerParameter.isFinite
        else {
            throw PlanningError(
                "the feed-forward ratio is \(feedForwardRatio), tokens per parameter \(tokensPerParameter); 1 to "
                    + "1024 and a finite number above zero are possible")
        }
        if let mostTokens, !(mostTokens > 0) {
            throw PlanningError("the limit of tokens is \(mostTokens); it must be above zero")
        }
        switch batch {
        case .given(let sequences):
            guard (1...(1 << 40)).contains(sequences) else {
                throw PlanningError("the batch is \(sequences) sequences; 1 to 2^40 are possible")
            }
            guard Double(sequences) * Double(sequenceLength) <= 9e15 else {
                throw PlanningError(
                    "the batch is \(sequences) sequences of \(sequenceLength) tokens; at most 9e15 tokens in all "
                        + "are possible")
            }
        case .power(let coefficient, let exponent):
            guard coefficient > 0, coefficient.isFinite, exponent.isFinite, abs(exponent) <= 2 else {
                throw PlanningError(
                    "the batch law is \(coefficient)*C^\(exponent); the coefficient must be above zero and the "
                        + "exponent between -2 and 2")
            }
        case .constant:
            guard sequenceLength <= 1 << 22 else {
                throw PlanningError("a constant batch of 2^22 tokens holds no sequence of \(sequenceLength)")
            }
        case .standard, .deepSeek: break
        }
        if case .fixed(let experts) = sparsity, !(1...(1 << 16)).contains(experts) {
            throw PlanningError("the number of experts is \(experts); 1 to 65536 are possible")
        }
    }
}
