import Optimization
import Planning
import Quantities
import ScalingModel
import Training

/// The answer to one question, for people, scripts and tables.
public struct PlanReport: Sendable {
    let answer: PlanningAnswer
    private let uncertainty: Uncertainty<PlanningQuestion>?
    private let prices: RunPrices?
    private let version: String

    /// Makes a report.
    /// - Parameters:
    ///   - answer: from a planner.
    ///   - uncertainty: how it fares on machines known roughly; nil where that was not asked.
    ///   - prices: what an hour costs; nil leaves money and energy out.
    ///   - version: of the tool, for JSON.
    public init(
        _ answer: PlanningAnswer, uncertainty: Uncertainty<PlanningQuestion>? = nil, prices: RunPrices? = nil,
        version: String
    ) {
        self.answer = answer
        self.uncertainty = uncertainty
        self.prices = prices
        self.version = version
    }

    // MARK: JSON

    /// The whole answer: version, inputs with their digest, plan, breakdown, certificate, alternatives.
    public var json: JSONValue {
        let inputs = answer.question.json
        var members: [String: JSONValue] = [
            "version": .text(version), "inputs": inputs, "inputs_hash": .text(Digest.of(inputs.text(.line))),
            "certificate": answer.certificate.json, "notes": .array(answer.notes.map { .text($0) }),
            "feasible": .flag(answer.best != nil),
        ]
        if let best = answer.best {
            members["answer"] = json(best)
        } else {
            members["reasons"] = .array(answer.infeasibility.map { .text($0) })
        }
        if answer.question.wanted > 1 {
            members["alternatives"] = .array(
                answer.plans.dropFirst().map { plan in
                    guard let best = answer.best else { return json(plan) }
                    return json(plan, more: ["differs": PlanComparison(plan, with: best).json()])
                })
        }
        if let uncertainty { members["uncertainty"] = UncertaintyReport(uncertainty).json }
        return .object(members)
    }

    private func json(_ plan: PricedPlan, more: [String: JSONValue] = [:]) -> JSONValue {
        let machine = plan.model.machine
        let placement = plan.plan.placement
        let capacity = machine.memory.capacity.value * Double(plan.gpus)
        var members: [String: JSONValue] = [
            "step_seconds": .number(plan.price.step), "total_seconds": .number(plan.total.value),
            "months": .number(plan.total / Calendar.month), "utilization": .number(plan.utilization),
            "utilization_of_used": .number(plan.utilizationOfUsed), "gpus": .integer(plan.gpus),
            "gpus_given": .integer(plan.gpusGiven), "gpus_idle": .integer(plan.idleGPUs),
            "flop": .number(plan.run.flop), "tokens": .number(plan.run.tokens),
            "steps": .number(plan.run.steps), "binding": .text(plan.binding),
            "shape":
                (plan.shapeFields + [
                    Field("batch_sequences", .integer(plan.run.batchSequences)),
                    Field("sequence_length", .integer(plan.run.sequenceLength)),
                ]).json,
            "degrees": plan.degreeFields.json,
            "effect": EffectRecord(plan, question: answer.question).fields.json,
            "placement": .array(
                machine.network.indices.map { level in
                    .object([
                        "level": .integer(level), "name": .text(machine.network[level].name),
                        "size": machine.network[level].size.map { .integer($0) } ?? .null,
                        "tp_model": .integer(placement.tensorModel[level]),
                        "tp_ff": .integer(placement.tensorFeedForward[level]),
                        "pp": .integer(placement.pipeline[level]), "ep": .integer(placement.expert[level]),
                        "dp": .integer(placement.data[level]),
                    ])
                }),
            "breakdown": plan.breakdownFields.json,
            "memory": .object([
                "memory_bytes": .number(plan.memory.value), "capacity_bytes": .number(capacity),
                "used_share": .number(plan.memory.value / capacity),
                "accounting": .text("sum over the \(machine.unit)s used, not the worst rank"),
                "counted": .text(plan.memoryCounted),
                "with_activations_bytes": .number(plan.memoryWithActivations.value),
            ]),
        ]
        if let prices { members["prices"] = prices.json(with: prices.bill(of: plan)) }
        return .object(members.merging(more) { own, _ in own })
    }

    // MARK: CSV

    /// Header and one line a plan, in the columns of frontier tables.
    public var csv: String {
        if let uncertainty { return UncertaintyReport(uncertainty).csv }
        let labels = RunLabels(answer.question)
        let rows = answer.plans.map { plan in
            labels.fields + plan.frontierFields + EffectRecord(plan, question: answer.question).fields
                + labels.spaceFields + (prices.map { $0.bill(of: plan).fields } ?? [])
        }
        guard let first = rows.first else {
            return CSVText.line(
                labels.fields.map(\.name) + RunLabels.planColumns + EffectRecord.columns
                    + labels.spaceFields.map(\.name) + (prices == nil ? [] : RunBill.columns)) + "\n"
        }
        return ([CSVText.header(first)] + rows.map(CSVText.row)).joined(separator: "\n") + "\n"
    }

    // MARK: Text

    /// The question and its answer in one line; nil without a plan.
    public var headline: String? { answer.best.map(headline) }

    /// The answer for people.
    public var text: String {
        guard let best = answer.best else { return infeasibleText }
        var parts = [headline(best), summary(best), placement(best), breakdown(best)]
        if let prices {
            parts.append(prices.text(with: prices.bill(of: best), on: best.model.machine))
        }
        if answer.plans.count > 1 {
            parts += [
                alternatives, PlanComparison.lines(answer.plans.dropFirst(), beside: best, word: "plan"),
            ]
        }
        if let uncertainty { parts.append(UncertaintyReport(uncertainty).text) }
        var notes = answer.notes.map { "note: \($0)" }
        notes.append("certificate: \(answer.certificate.text)")
        parts.append(notes.joined(separator: "\n"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var infeasibleText: String {
        (answer.certificate.account.open > 0 ? "No plan found yet.\n" : "No feasible plan.\n")
            + answer.infeasibility.map { "  \($0)\n" }.joined()
            + "certificate: \(answer.certificate.text)\n"
    }

    func headline(_ best: PricedPlan) -> String {
        let machine = best.model.machine
        let unit = machine.unit + (best.gpusGiven == 1 ? "" : "s")
        let flop = Readable.scientific(best.run.flop)
        switch answer.question.given {
        case .gpusAndFlop:
            return "\(flop) FLOP on \(Readable.count(best.gpusGiven)) \(machine.name) \(unit): "
                + "\(Readable.time(best.total))"
        case .flopAndTime(_, let time):
            return
                "\(flop) FLOP in \(Readable.time(time)): \(Readable.count(best.gpusGiven)) \(machine.name) \(unit)"
        case .gpusAndTime(_, let time):
            return
                "\(Readable.count(best.gpusGiven)) \(machine.name) \(unit) for \(Readable.time(time)): \(flop) FLOP"
        }
    }

    private func summary(_ best: PricedPlan) -> String {
        let shape = best.run.shape
        var table = TextTable([("", .left), ("", .left)])
        table.add([
            "time",
            "\(Readable.time(best.total)) = \(Readable.significant(best.run.steps)) steps of "
                + Readable.time(best.step),
        ])
        let sustained = best.model.machine.compute.sustainedFraction
        table.add([
            "utilization",
            "\(Readable.percent(best.utilization)) of peak (matrix products sustain at most "
                + "\(Readable.percent(sustained)))"
                + (best.idleGPUs > 0
                    ? "; \(Readable.percent(best.utilizationOfUsed)) of the \(Readable.count(best.gpus)) used"
                    : ""),
        ])
        table.add([
            "model",
            "\(Readable.significant(shape.parameters)) parameters: d_model \(shape.width), d_ff "
                + "\(shape.feedForwardWidth), \(shape.layers) layers"
                + (shape.experts > 1 ? ", \(shape.experts) experts, 1 active" : ""),
        ])
        table.add([
            "data",
            "\(Readable.significant(best.run.tokens)) tokens in batches of "
                + "\(Readable.significant(Double(best.run.batchTokens))) "
                + "(\(best.run.batchSequences) sequences of \(best.run.sequenceLength))",
        ])
        if answer.question.shape != .law { table.add(["buys", bought(best)]) }
        table.add([
            "schedule",
            "\(best.plan.schedule.rawValue), \(best.plan.microbatches) microbatches, interleave "
                + "\(best.plan.interleave), bubble \(Readable.percent(best.price.bubble))",
        ])
        table.add(["binds", best.binding.replacing("_", with: " ")])
        table.add(["among", answer.question.spaceWords])
        return table.text
    }

    private func bought(_ best: PricedPlan) -> String {
        let effect = EffectRecord(best, question: answer.question)
        return "\(Readable.scientific(effect.effectiveFlop)) FLOP of effective compute with "
            + "\(Readable.scientific(best.run.flop)): loss \(Readable.significant(effect.loss, digits: 5)) "
            + "(\(answer.question.lossModel.name)), \(Readable.significant(effect.depthOverLaw)) of the law's "
            + "depth, \(Readable.significant(effect.tokensPerParameter)) tokens a parameter"
    }

    private func placement(_ best: PricedPlan) -> String {
        let levels = best.model.machine.network
        let heads = levels.map { level in
            (level.size.map { "\(level.name) (\($0))" } ?? level.name, TextTable.Alignment.right)
        }
        var table = TextTable([("degree", .left), ("total", .right)] + heads)
        let placement = best.plan.placement
        for (name, factors) in [
            ("tensor, along d_model", placement.tensorModel),
            ("tensor, along d_ff", placement.tensorFeedForward),
            ("pipeline", placement.pipeline), ("expert", placement.expert), ("data", placement.data),
        ] {
            table.add([name, Readable.count(factors.product)] + factors.map { Readable.count($0) })
        }
        table.add(
            ["\(best.model.machine.unit)s used", Readable.count(best.gpus)]
                + levels.indices.map { Readable.count(placement.used(at: $0)) })
        return table.text
    }

    private func breakdown(_ best: PricedPlan) -> String {
        let waterfall = PlanWaterfall(best)
        var table = TextTable([
            ("seconds of a step", .left), ("all", .right), ("in the step", .right), ("share", .right),
            ("", .left),
        ])
        for term in waterfall.terms {
            table.add([
                term.kind.words, Readable.time(Seconds(term.seconds)), Readable.time(Seconds(term.exposed)),
                Readable.percent(term.exposed / best.price.step), waterfall.remark(on: term),
            ])
        }
        table.add(["step", "", Readable.time(best.step), Readable.percent(1)])
        let capacity = best.model.machine.memory.capacity * Double(best.gpus)
        let more =
            best.countsActivations
            ? "" : " without activations, with which it is \(Readable.text(best.memoryWithActivations))"
        return table.text
            + "\n\n  memory  \(Readable.text(best.memory)) of \(Readable.text(capacity)) over the \(best.model.machine.unit)s used "
            + "(\(Readable.percent(best.memory / capacity))), a cluster-wide sum\(more)"
    }

    private var alternatives: String {
        var table = TextTable([
            ("plan", .right), ("time", .right), ("\(answer.question.machine.unit)s", .right),
            ("util", .right), ("TPm", .right),
            ("TPf", .right),
            ("PP", .right), ("EP", .right), ("DP", .right), ("v", .right), ("M", .right), ("schedule", .left),
        ])
        for (index, priced) in answer.plans.enumerated() {
            let plan = priced.plan
            table.add([
                "\(index + 1)", Readable.time(priced.total), priced.accelerators,
                Readable.percent(priced.utilization), "\(plan.tensorModel)",
                "\(plan.tensorFeedForward)",
                "\(plan.pipeline)", "\(plan.expert)", "\(plan.data)", "\(plan.interleave)",
                "\(plan.microbatches)", plan.schedule.rawValue,
            ])
        }
        return table.text
    }
}
