import Optimization
import Quantities
import ScalingModel
import Training

extension PlanningQuestion {
    /// Everything that decides the answer, as JSON in base units.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "hardware": machine.json, "space": .text(preset.rawValue), "objective": .text(objective.rawValue),
            "model": .text("data-movement"), "accounting": .text(settings.accounting.rawValue),
            "recompute": .text(settings.recomputation.rawValue),
            "tensor_traffic": .text(settings.tensorTraffic.rawValue),
            "pipeline_traffic": .text(settings.pipelineTraffic.rawValue),
            "data_traffic": .text(settings.dataTraffic.rawValue), "batch_law": .text(laws.batch.name),
            "sparse": .flag(laws.sparsity != .dense), "sequence_length": .integer(laws.sequenceLength),
            "whole_sequences": .flag(sequences == .whole), "top": .integer(wanted),
            "width": laws.fixedWidth.map { .integer($0) } ?? .null,
            "depth": laws.fixedLayers.map { .integer($0) } ?? .null,
        ]
        members.merge(shaping) { first, _ in first }
        if !limits.isEmpty { members["fix"] = .text("\(limits)") }
        if case .fixed(let experts) = laws.sparsity { members["experts"] = .integer(experts) }
        switch given {
        case .gpusAndFlop(let gpus, let flop): members.give(gpus: gpus, flop: flop)
        case .flopAndTime(let flop, let time): members.give(flop: flop, time: time)
        case .gpusAndTime(let gpus, let time): members.give(gpus: gpus, time: time)
        }
        return .object(members)
    }
}

extension PlanningQuestion {
    /// Shape, loss and data, where they are not the laws' own; so the digest of other questions does not
    /// change.
    private var shaping: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        if laws.tokensPerParameter != 20 {
            members["tokens_per_parameter"] = .number(laws.tokensPerParameter)
        }
        if let most = laws.mostTokens { members["max_tokens"] = .number(most) }
        if let loss { members["loss"] = loss.json }
        if penalty != .kaplan {
            members["shape_penalty"] = .object([
                "depth": .number(penalty.depth), "ratio": .number(penalty.ratio),
            ])
        }
        guard case .free(let freedom) = shape else { return members }
        members["shape"] = .object([
            "depth_over_law_from": .number(freedom.depthRange.lowerBound),
            "depth_over_law_to": .number(freedom.depthRange.upperBound),
            "ratios": .array(freedom.ratios.map { .integer($0) }),
            "parameter_factor": .number(freedom.parameterFactor),
            "expert_factor": .number(freedom.expertFactor),
            "data": .text(freedom.data == .lossOptimal ? "loss optimal" : "at least law"),
            "widths": .array((freedom.widths ?? []).map { .integer($0) }),
            "depths": .array((freedom.depths ?? []).map { .integer($0) }),
        ])
        return members
    }
}

extension LossModel {
    /// Name and coefficients.
    fileprivate var json: JSONValue {
        func terms(_ terms: Terms) -> JSONValue {
            .object([
                "A": .number(terms.parameterCoefficient), "alpha": .number(terms.parameterExponent),
                "B": .number(terms.tokenCoefficient), "beta": .number(terms.tokenExponent),
            ])
        }
        var members: [String: JSONValue] = [
            "name": .text(name), "irreducible": .number(irreducible), "dense": terms(dense),
        ]
        if let routed {
            members["routed"] = terms(routed.terms)
            members["routed_experts"] = .integer(routed.experts)
        }
        return .object(members)
    }
}

extension Accelerator {
    /// The machine as JSON in base units.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "name": .text(name), "title": .text(title), "unit": .text(unit),
            "precision": .text(compute.precision), "word_bytes": .number(compute.wordBytes),
            "peak_flop_per_second": .number(compute.peak.value),
            "sustained_fraction": .number(compute.sustainedFraction),
            "kernel_latency_seconds": .number(compute.kernelLatency.value),
            "hbm_bytes": .number(memory.capacity.value),
            "hbm_bytes_per_second": .number(memory.bandwidth.value),
            "network": .array(
                zip(network, levelKinds).map { level, kind in
                    .object([
                        "name": .text(level.name), "size": level.size.map { .integer($0) } ?? .null,
                        "kind": .text(kind.rawValue),
                        "bandwidth_bidirectional_bytes_per_second": .number(
                            level.bidirectionalBandwidth.value),
                        "latency_seconds": .number(level.latency.value),
                    ])
                }),
        ]
        if let chip {
            members["chip"] = .object([
                "multiprocessors": .integer(chip.multiprocessors), "clock_hertz": .number(chip.clock.value),
                "blocks_per_multiprocessor": .integer(chip.blocksPerMultiprocessor),
                "registers_per_block_bytes": .number(chip.registersPerBlock.value),
                "usable_fraction": .number(chip.usableFraction),
                "l2_bytes": .number(chip.l2Capacity.value),
                "l2_bytes_per_second": .number(chip.l2Bandwidth.value),
                "distributed_shared_memory": .flag(chip.sharedMemory == .wholeChip),
            ])
        }
        if let host {
            members["host"] = .object([
                "bandwidth_one_way_bytes_per_second": .number(host.oneWayBandwidth.value),
                "memory_bytes_per_second": .number(host.memoryBandwidth.value),
                "memory_bytes": .number(host.capacity.value),
            ])
        }
        if let power { members["power_watts"] = .number(power.value) }
        if let price { members["price_dollars"] = .number(price.value) }
        return .object(members)
    }
}

extension [String: JSONValue] {
    /// Adds what a question gives of accelerators, compute and time.
    mutating func give(gpus: Int? = nil, flop: Double? = nil, time: Seconds? = nil) {
        if let gpus { self["gpus"] = .integer(gpus) }
        if let flop { self["flop"] = .number(flop) }
        if let time { self["seconds"] = .number(time.value) }
    }
}
