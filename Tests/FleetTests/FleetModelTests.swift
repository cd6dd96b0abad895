import Files
import GLPKSolver
import Optimization
import Planning
import Quantities
import Reports
import ScalingModel
import TestSupport
import Testing
import Training
import TransformerModel

/// Fleets whose runs train transformers of the catalogue.
@Suite struct FleetModelTests {
    private static let machines = """
        fleet:
          - {hardware: h100-sxm-80gb, gpus: 24, price_per_hour: 2}
          - {hardware: a100-sxm-80gb, gpus: 16, price_per_hour: 1}
        runs:

        """
    private static let runs = """
          - {name: eight, model: llama-3-8b, batch: 96, flop: 2e20}
          - {name: seven, model: llama-2-7b, tokens: 5M, batch: 64, deadline: 3h, weight: 2}

        """

    private func menu(_ runs: String = runs, entries: Int = 4) throws -> FleetMenu {
        try FleetMenu(
            request: FleetFile.read(text: Self.machines + runs, place: "fleet.yaml"), entries: entries)
    }

    private func planner(_ gap: Double = 1e-6, limit: Duration? = nil) -> FleetPlanner {
        var options = SolveOptions()
        options.relativeGap = gap
        options.timeLimit = limit
        return FleetPlanner(solver: GLPKSolver(), options: options)
    }

    private func question(_ model: String, _ machine: String, batch: Int, gpus: Int, flop: Double) throws
        -> TransformerQuestion
    {
        let accelerator = try HardwareCatalogue.entry(machine).machine
        var question = TransformerQuestion(
            job: TrainingJob(model: try ModelCatalogue.entry(model).model), machine: accelerator,
            given: .gpusAndFlop(gpus: gpus, flop: flop), globalBatch: batch)
        question = try question.run(by: SoftwareCatalogue.usual(on: accelerator))
        return question
    }

    /// FLOP of five million tokens of llama-2-7b.
    private func fiveMillion() throws -> Double {
        let model = try ModelCatalogue.entry("llama-2-7b").model
        return 5e6 / Double(model.sequenceLength) * model.modelFlop(counting: .full).value
    }

    @Test("Each entry is the plan that its model has alone on so many GPUs, with its bill")
    func alone() throws {
        for objective in FleetObjective.allCases {
            let outcome = try menu().answer(objective: objective, planner: planner(0.001))
            let schedule = try #require(outcome.answer.schedule)
            #expect(schedule.keeps(outcome.problem))
            let flops = [2e20, try fiveMillion()]
            for (place, run) in schedule.runs.enumerated() {
                let (model, batch, flop) = (
                    ["llama-3-8b", "llama-2-7b"][place], [96, 64][place], flops[place]
                )
                let answer = try TransformerPlanner(
                    question(model, run.entry.machine, batch: batch, gpus: run.entry.gpus, flop: flop)
                ).answer()
                let best = try #require(LayoutRun(answer))
                #expect(best.total == run.entry.duration && best.gpus == run.entry.gpus)
                #expect(best.utilization == run.entry.utilization)
                let prices = try #require(outcome.prices[run.entry.machine])
                #expect(prices.bill(of: best).dollars == run.entry.money.value)
                #expect(run.entry.label.hasPrefix("\(model), TP \(best.layout.tensor) x CP"))
                let plan = outcome.plans[FleetMenu.key(run: run.name, entry: run.entry)]?.plan
                #expect(plan?.identity == best.identity)
            }
        }
    }

    @Test("With every size on the menu the answer is the same", arguments: FleetObjective.allCases)
    func oracle(objective: FleetObjective) throws {
        let flops = [2e20, try fiveMillion()]
        let request = try menu().request
        var runs: [FleetRun] = []
        for (place, model) in ["llama-3-8b", "llama-2-7b"].enumerated() {
            var entries: [MenuEntry] = []
            for (kind, machine) in request.machines.enumerated() {
                var before = Double.infinity
                for gpus in 1...machine.gpus {
                    let asked = try question(
                        model, machine.hardware, batch: [96, 64][place], gpus: gpus, flop: flops[place])
                    guard let best = LayoutRun(try TransformerPlanner(asked).answer()) else {
                        #expect(before == .infinity, "a plan on fewer accelerators is one on more")
                        continue
                    }
                    // What menus take for granted of times.
                    #expect(best.total.value <= before)
                    #expect(
                        best.total.value * Double(best.gpus) >= (try asked.work(flop: flops[place])).least)
                    before = best.total.value
                    let run = best.onLeastCluster
                    entries.append(
                        MenuEntry(
                            machine: machine.hardware, gpus: run.gpus, duration: run.total,
                            money: Dollars([2, 1][kind] * Double(run.gpus) * run.total.value / 3600),
                            utilization: run.utilization))
                }
            }
            let asked = request.runs[place]
            runs.append(
                FleetRun(name: asked.name, menu: entries, deadline: asked.deadline, weight: asked.weight))
        }
        let truth = try FleetPlanner(solver: GLPKSolver()).answer(
            to: FleetProblem(
                runs: runs,
                capacities: request.machines.map { MachineCapacity(machine: $0.hardware, gpus: $0.gpus) },
                objective: objective))
        let best = try #require(truth.schedule).value(of: objective)
        for entries in [1, 6] {
            let found = try menu(entries: entries).answer(objective: objective, planner: planner())
            let value = try #require(found.answer.schedule).value(of: objective)
            #expect(relativeError(value, best) < 1e-5, "\(value) \(best)")
            #expect((found.answer.gap?.relative ?? 1) < 1e-5)
        }
    }

    @Test("Runs of both kinds share a fleet; each has the columns of its own model")
    func mixed() throws {
        let text =
            Self.runs + "  - {name: law, flop: 1e20}\n  - {name: named, model: data-movement, flop: 1e19}\n"
        let outcome = try menu(text).answer(objective: .money, planner: planner(0.001))
        let schedule = try #require(outcome.answer.schedule)
        #expect(schedule.keeps(outcome.problem) && schedule.runs.count == 4)
        let law = try Planner(
            PlanningQuestion(
                machine: HardwareCatalogue.entry(schedule.runs[2].entry.machine).machine,
                given: .gpusAndFlop(gpus: schedule.runs[2].entry.gpus, flop: 1e20))
        ).answer()
        #expect(law.best?.total == schedule.runs[2].entry.duration)
        let report = FleetReport(outcome, version: "1")
        let table = try CSVTable(text: report.csv, place: "csv")
        func column(_ name: String) -> [String] {
            let place = table.header.firstIndex(of: name)
            return table.rows.map { row in place.map { row[$0] } ?? "no column" }
        }
        #expect(column("model") == ["llama-3-8b", "llama-2-7b", "data-movement", "data-movement"])
        #expect(
            column("d_model").prefix(2).allSatisfy(\.isEmpty)
                && column("zero").suffix(2).allSatisfy(\.isEmpty))
        #expect(column("flop").allSatisfy { Double($0) ?? 0 > 0 })
        #expect(report.text.contains("llama-2-7b, TP"))
        let json = report.json.text()
        #expect(json.contains("\"llama-3-8b\"") && json.contains("\"data-movement\""), "\(json)")
    }

    @Test("A model without a batch has its own, or follows the law; both are said")
    func batches() throws {
        var own: [(model: String, batch: Int)] = []
        var without: [String] = []
        for name in ModelCatalogue.names {
            if let batch = try ModelCatalogue.entry(name).model.defaultGlobalBatch {
                own.append((name, batch))
            } else {
                without.append(name)
            }
        }
        let first = try #require(own.first)
        let said = try menu("  - {name: own, model: \(first.model), flop: 1e20}\n").notes
        #expect(said.count == 1 && said[0].contains("own: batch of \(first.batch) sequences"), "\(said)")
        let law = try menu("  - {name: free, model: \(try #require(without.first)), flop: 1e20}\n").notes
        #expect(law.count == 1 && law[0].contains("free: the batch follows the law"), "\(law)")
        #expect(try menu("  - {model: \(first.model), flop: 1e20, batch: 8}\n").notes.isEmpty)
    }

    @Test("A limit of time holds for searches of layouts too")
    func limit() throws {
        let text = """
            fleet:
              - {hardware: h100-sxm-80gb, gpus: 16384}
              - {hardware: b200, gpus: 8192}
            runs:
              - {name: a, model: llama-3-405b, flop: 1e25}
              - {name: b, model: deepseek-v3, batch: 15360, flop: 1e25}

            """
        let menu = try FleetMenu(request: FleetFile.read(text: text, place: "fleet"), entries: 30)
        let start = ContinuousClock.now
        let outcome = try menu.answer(objective: .makespan, planner: planner(1e-9, limit: .seconds(2)))
        print(
            "fleet of models within two seconds: \(ContinuousClock.now - start) \(outcome.answer.certificate)"
        )
        if let schedule = outcome.answer.schedule, let bound = outcome.answer.certificate.bound {
            #expect(bound <= schedule.makespan.value * (1 + 1e-9))
        }
    }

    @Test(
        "What cannot be used is named with its line",
        arguments: [
            (
                "model: llama-9, flop: 1e20", "runs.0.model 'llama-9'",
                "is neither a file nor a catalogue name"
            ),
            ("model: llama-3-8b, flop: 1e20, batch: 0", "runs.0.batch", "1"),
            ("model: llama-3-8b, flop: 1e20, precision: fp7", "runs.0.precision 'fp7'", "bf16"),
            ("model: llama-3-8b, flop: 1e20, attention_kernel: slow", "attention_kernel 'slow'", "flash2"),
            ("model: llama-3-8b, flop: 1e20, sparse: yes", "runs.0.sparse", "without a model"),
            ("model: llama-3-8b, flop: 1e20, tokens: 1e9", "runs.0.tokens", "contradict"),
            ("model: llama-3-8b", "runs.0.flop", "missing"),
            ("flop: 1e20, batch: 8", "runs.0.batch", "runs with a model"),
            ("tokens: 1e9", "runs.0.tokens", "runs with a model"),
        ])
    func refused(run: String, what: String, why: String) throws {
        let error = #expect(throws: ScenarioError.self) { try menu("  - {\(run)}\n") }
        let text = error?.description ?? ""
        // A key that is missing has no line.
        #expect(text.hasPrefix(why == "missing" ? "fleet.yaml: " : "fleet.yaml, line 5: "), "\(text)")
        #expect(text.contains(what) && text.contains(why), "\(text)")
    }

    @Test("Numbers that a question refuses are said with the run and its machine")
    func refusedNumbers() throws {
        for run in ["tokens: -1", "flop: -3", "flop: 1e20, batch: 1e9"] {
            let error = #expect(throws: PlanningError.self) {
                try menu("  - {name: one, model: llama-3-8b, \(run)}\n")
                    .answer(objective: .makespan, planner: planner())
            }
            #expect(
                error?.description.hasPrefix("one on h100-sxm-80gb: ") ?? false, "\(run): \(error as Any)")
        }
    }
}
