import Quantities

/// Checks of the numbers.
extension PipelineProblem {
    /// Checks every number and list of the problem.
    /// - Throws: `PartitionError.invalidProblem` with the first thing that is wrong.
    public func validate() throws(PartitionError) {
        try chain.validate()
        let layers = chain.layerCount
        guard stages >= 1, stages <= layers else {
            throw .invalidProblem(
                what: "the number of stages", value: "\(stages)", accepted: "1 to \(layers), one layer each")
        }
        guard microbatches >= 1 else {
            throw .invalidProblem(
                what: "the number of microbatches", value: "\(microbatches)", accepted: "1 or more")
        }
        guard transfers.count == stages - 1 else {
            throw .invalidProblem(
                what: "the number of transfer times", value: "\(transfers.count)",
                accepted: "\(stages - 1), one a boundary")
        }
        if let inFlight {
            guard inFlight.count == stages, inFlight.allSatisfy({ $0 >= 1 }) else {
                throw .invalidProblem(
                    what: "the microbatches in flight", value: "\(inFlight)",
                    accepted: "\(stages) numbers, each 1 or more")
            }
        }
        for transfer in transfers { try check(transfer.value, "a transfer time") }
        if let budget { try check(budget.limit, "the budget") }
        try validateMachines()
    }

    private func validateMachines() throws(PartitionError) {
        switch machines {
        case .fixed(let machines):
            guard machines.count == stages else {
                throw .invalidProblem(
                    what: "the number of machines", value: "\(machines.count)",
                    accepted: "\(stages), one a stage")
            }
        case .pool(let stocks):
            let total = stocks.reduce(0) { $0 + max($1.count, 0) }
            guard stocks.allSatisfy({ $0.count >= 0 }), total >= stages else {
                throw .invalidProblem(
                    what: "the number of machines in the pool", value: "\(total)",
                    accepted: "\(stages) or more, no stock negative")
            }
        }
        for machine in machines.machines {
            guard machine.slowness.isFinite, machine.slowness > 0 else {
                throw .invalidProblem(
                    what: "the slowness of \(machine.name)", value: "\(machine.slowness)",
                    accepted: "a finite number above 0")
            }
            guard machine.memory.value.isFinite, machine.memory > .zero else {
                throw .invalidProblem(
                    what: "the memory of \(machine.name)", value: "\(machine.memory.value)",
                    accepted: "a finite number of bytes above 0")
            }
        }
    }
}

extension LayerChain {
    /// Checks kinds, treatments and runs.
    fileprivate func validate() throws(PartitionError) {
        guard !runs.isEmpty else {
            throw .invalidProblem(what: "the chain", value: "empty", accepted: "at least one layer")
        }
        for run in runs where !kinds.indices.contains(run.kind) || run.count < 1 {
            throw .invalidProblem(
                what: "a run", value: "\(run.count) of kind \(run.kind)",
                accepted: "1 or more of a kind from 0 to \(kinds.count - 1)")
        }
        for kind in kinds {
            try check(kind.forward.value, "the forward time of \(kind.name)")
            try check(kind.backward.value, "the backward time of \(kind.name)")
            try check(kind.state.value, "the state of \(kind.name)")
            guard !kind.treatments.isEmpty else {
                throw .invalidProblem(
                    what: "the treatments of \(kind.name)", value: "none", accepted: "at least one")
            }
            for treatment in kind.treatments {
                try check(treatment.extra.value, "the extra time of \(kind.name), \(treatment.name)")
                try check(treatment.resident.value, "the resident bytes of \(kind.name), \(treatment.name)")
                try check(treatment.offloaded.value, "the offloaded bytes of \(kind.name), \(treatment.name)")
            }
        }
    }
}

private func check(_ number: Double, _ what: String) throws(PartitionError) {
    guard number.isFinite, number >= 0 else {
        throw .invalidProblem(what: what, value: "\(number)", accepted: "a finite number, at least 0")
    }
}
