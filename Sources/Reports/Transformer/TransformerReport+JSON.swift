import Evidence
import Planning
import Quantities
import Training
import TransformerModel

extension TransformerReport {
    /// The whole answer: version, inputs with their digest, layout, breakdown, certificate, alternatives.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "version": .text(version), "inputs": inputs, "inputs_hash": .text(Digest.of(inputs.text(.line))),
            "certificate": answer.certificate.json, "notes": .array(notes.map { .text($0) }),
            "feasible": .flag(answer.best != nil),
        ]
        if let best = answer.best {
            members["answer"] = json(best)
        } else {
            members["reasons"] = .array(answer.infeasibility.map { .text($0) })
        }
        if answer.member.wanted > 1 {
            let plans = answer.plans
            members["alternatives"] = .array(
                zip(answer.layouts, plans).dropFirst().map { layout, plan in
                    json(layout, more: ["differs": PlanComparison(plan, with: plans[0]).json()])
                })
        }
        if let member { members["free_shape"] = member.fields.json }
        if let named { members["named_shape"] = NamedShape(free: answer, named: named).json }
        if let anchor { members["anchor"] = AnchorSection(anchor).json }
        if let uncertainty { members["uncertainty"] = UncertaintyReport(uncertainty).json }
        return .object(members)
    }

    /// The inputs of the question, all of them.
    public var inputs: JSONValue { answer.question.json }

    private func json(_ layout: PricedLayout, more: [String: JSONValue] = [:]) -> JSONValue {
        let question = answer.member
        var members: [String: JSONValue] = [
            "software": .text(question.limits.software.label),
            "step_seconds": .number(layout.step.total.value),
            "utilization": .number(utilization(layout)),
            "mfu": .number(answer.modelUtilization(layout)),
            "mfu_causal": .number(answer.modelUtilization(layout, counting: .causal)),
            "hfu": .number(answer.hardwareUtilization(layout)),
            "attention_flop": .text("full"),
            "kernels": JSONValue(describing: stepModel.kernels),
            "gpus": .integer(layout.layout.gpus),
            "gpus_given": .integer(gpusGiven),
            "gpus_idle": .integer(gpusGiven - layout.layout.gpus),
            "step_flop": .number(question.stepFlop), "step_tokens": .number(question.stepTokens),
            "shape": shape, "degrees": layout.layout.fields.json,
            "layout": JSONValue(describing: layout.layout), "placement": placement(layout.layout),
            "stages": stages(layout.layout), "breakdown": layout.step.fields.json,
            "largest_part": .text(layout.step.largest),
            "memory": .object(
                Dictionary(
                    layout.memory.fields.map { ($0.name, $0.value.json) }
                        + [
                            ("memory_bytes", .number(layout.memory.total.value)),
                            ("host_bytes", .number(layout.memory.host.value)),
                            ("allocated_bytes", .number(layout.memory.allocated.value)),
                            ("capacity_bytes", .number(question.memoryLimit.value)),
                            ("headroom_bytes", .number(question.headroom.value)),
                            ("accounting", .text("fullest rank")),
                        ], uniquingKeysWith: { one, _ in one })),
        ]
        // A shape that was searched is another model than that of the inputs.
        if self.member != nil { members["model"] = JSONValue(describing: question.job.model) }
        if let band {
            members["band"] = .object([
                "like": .text(band.name), "rows": .integer(band.rows), "median_error": .number(band.median),
                "low_seconds": .number(layout.step.total.value * band.low),
                "high_seconds": .number(layout.step.total.value * band.high),
            ])
        }
        if let steps = answer.steps, let total = answer.total(layout), let flop = answer.flop {
            members["steps"] = .number(steps)
            members["total_seconds"] = .number(total.value)
            members["flop"] = .number(flop)
            members["tokens"] = .number(steps * question.stepTokens)
        }
        members["goodput"] = goodputJSON(layout)
        members["prices"] = pricesJSON(layout)
        if let formula = pipelineFormula(layout) {
            members["pipeline_formula_seconds"] = .number(formula.value)
            members["pipeline_simulated_seconds"] = .number(layout.step.inPipeline.value)
        }
        return .object(members.merging(more) { own, _ in own })
    }

    private var shape: JSONValue {
        let model = answer.member.job.model
        return .object([
            "model": .text(model.name), "layers": .integer(model.layers), "d_model": .integer(model.width),
            "d_ff": .integer(model.feedForward.width), "heads": .integer(model.attention.form.heads),
            "vocab": .integer(model.vocabulary), "sequence_length": .integer(model.sequenceLength),
            "params": .number(model.mainParameters.total),
            "params_with_multi_token": .number(model.parameters.total),
            "active_params": .number(model.activeParameters.total),
        ])
    }

    private func placement(_ layout: TrainingLayout) -> JSONValue {
        let machine = answer.member.machine
        let placement = LayoutPlacement(on: machine)
        return .array(
            Communicator.allCases.map { communicator in
                let spread = placement.spread(of: communicator, in: layout)
                return .object([
                    "communicator": .text(communicator.rawValue), "members": .integer(spread.members),
                    "members_by_level": .array(spread.factors.map { .integer($0) }),
                ])
            })
    }

    private func stages(_ layout: TrainingLayout) -> JSONValue {
        .array(
            stepModel.stageSummaries(layout).map { stage in
                var members: [String: JSONValue] = [
                    "stage": .integer(stage.stage), "layers": .integer(stage.layers),
                    "recomputed_layers": .integer(stage.recomputed), "embedding": .flag(stage.hasEmbedding),
                    "head": .flag(stage.hasHead), "microbatch_seconds": .number(stage.time.value),
                    "memory_bytes": .number(stage.memory.value),
                    "host_bytes": .number(stage.footprint.host.value),
                ]
                for field in stage.footprint.fields { members[field.name] = field.value.json }
                return .object(members)
            })
    }

    /// The stages in runs of those that hold and take the same.
    func stageRuns(_ layout: TrainingLayout) -> [[StageSummary]] {
        stepModel.stageSummaries(layout).reduce(into: []) { runs, stage in
            if let last = runs.last?.last, last.layers == stage.layers, last.time == stage.time,
                last.recomputed == stage.recomputed, last.hasEmbedding == stage.hasEmbedding,
                last.hasHead == stage.hasHead
            {
                runs[runs.count - 1].append(stage)
            } else {
                runs.append([stage])
            }
        }
    }
}

extension TransformerQuestion {
    /// The inputs of a question, all of them.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "model": JSONValue(describing: job.model), "precision": JSONValue(describing: job.precision),
            "optimizer": .text(job.optimizer.rawValue),
            "trained": .text(job.trained.text),
            "kernels": JSONValue(describing: job.kernelSet),
            "conduct": JSONValue(describing: job.conduct),
            "hardware": machine.json,
            "calibration": (machine.calibration ?? .assumed).json, "global_batch": .integer(globalBatch),
            "top": .integer(wanted), "limits": JSONValue(describing: limits),
        ]
        if let family { members["family"] = JSONValue(describing: family) }
        if let batchLaw { members["batch_law"] = .text("\(batchLaw)") }
        if let goodput { members["goodput"] = goodput.json }
        switch given {
        case .gpus(let gpus): members.give(gpus: gpus)
        case .gpusAndFlop(let gpus, let flop): members.give(gpus: gpus, flop: flop)
        case .flopAndTime(let flop, let time): members.give(flop: flop, time: time)
        case .gpusAndTime(let gpus, let time): members.give(gpus: gpus, time: time)
        }
        return .object(members)
    }
}

extension Calibration {
    /// The numbers as in hardware files.
    var json: JSONValue {
        .object([
            "matrix_fraction_16bit": .number(matrixFraction.bits16),
            "matrix_fraction_8bit": .number(matrixFraction.bits8),
            "matrix_fraction_4bit": .number(matrixFraction.bits4), "hbm_fraction": .number(memoryFraction),
            "inner_network_fraction": .number(innerNetworkFraction),
            "outer_network_fraction": .number(outerNetworkFraction),
            "inner_step_latency": .number(innerStepLatency.value),
            "outer_step_latency": .number(outerStepLatency.value), "power_share": .number(powerShare),
        ])
    }
}

extension ReliabilityFactors {
    /// The numbers, seconds; null for a run without failures.
    var json: JSONValue {
        .object([
            "mtbf_seconds": failures.map { .number($0.meanTime.value) } ?? .null,
            "checkpoint_interval_seconds": interval,
            "checkpoint_seconds": .number(failures?.write.value ?? 0),
            "restart_seconds": .number(failures?.restart.value ?? 0),
            "stragglers": .number(stragglers.deviation), "spares": .integer(spares),
        ])
    }

    private var interval: JSONValue {
        switch failures?.interval {
        case .given(let time): .number(time.value)
        case .best: .text("best")
        case nil: .null
        }
    }
}
