import ArgumentParser
import Files
import GLPKSolver
import Optimization
import Planning
import Quantities
import Reports
import ScalingModel

struct FleetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet", abstract: "Several runs on one fleet: GPUs and plan for each.",
        discussion: """
            Examples:
              meshwright fleet fleet.yaml
              meshwright fleet fleet.yaml --objective money --format csv
              meshwright fleet fleet.yaml --slots 12 --slot-length 1month

            The file lists machines (hardware, gpus, price_per_hour) under fleet and runs under runs: name, flop,
            deadline, weight, sparse; of a transformer also model, tokens (for flop), batch, sequence_length,
            precision, attention_kernel. Each run holds its GPUs from start to end. Every run chooses from its own
            frontier of cluster sizes; the gap says how much better any other sizes could be.
            """)

    @Argument(help: "Fleet file (YAML or JSON), or - for standard input.")
    var file: String

    @Option(name: .long, help: "What is best: makespan, money, or utilization (weighted).")
    var objective = "makespan"

    @Option(name: .long, help: "Cluster sizes tried at first for each run and kind of machine.")
    var menu = "30"

    @Option(name: .long, help: "Let runs start at the beginning of this many slots, instead of all together.")
    var slots: String?

    @Option(name: .long, help: "Length of a slot, e.g. 1month. (default: 1month)")
    var slotLength: String?

    @Option(name: .long, help: "Longest search, e.g. 10s, menus and schedule together.")
    var timeLimit = "60s"

    @Option(name: .long, help: "text, json or csv.")
    var format: OutputFormat = .text

    func run() throws {
        let goal = try chosenObjective()
        let entries = try OptionText.count("--menu", menu, in: 1...FleetMenu.mostEntries)
        let menu = try checkingInput {
            try FleetMenu(
                request: FleetFile.read(text: try TextFile.read(file), place: file), entries: entries)
        }
        if slots == nil, slotLength != nil {
            throw InputError("--slot-length is for --slots; add that, or leave it out")
        }
        var options = SolveOptions()
        let limit = try OptionText.duration("--time-limit", timeLimit, in: .aboveZero(upTo: 1e9))
        options.timeLimit = .seconds(limit.value)
        options.relativeGap = 0.001
        let starts = try chosenStarts()
        for note in menu.notes { StandardError.write("meshwright: note: \(note)") }
        let progress = Progress("choosing GPUs for \(menu.request.runs.count) runs")
        let outcome = try checkingInput {
            try menu.answer(
                objective: goal, starts: starts,
                planner: FleetPlanner(solver: GLPKSolver(), options: options))
        }
        progress.finish()
        let report = FleetReport(outcome, version: MeshwrightCommand.version)
        format.print(text: report.text, json: report.json, csv: report.csv)
        if outcome.answer.schedule == nil { throw Stop(status: .infeasible) }
    }

    private func chosenStarts() throws -> StartRule {
        guard let slots else { return .together }
        return .slots(
            length: try OptionText.duration("--slot-length", slotLength ?? "1month"),
            count: try OptionText.count("--slots", slots, in: 1...FleetProblem.mostSlots))
    }

    private func chosenObjective() throws -> FleetObjective {
        switch objective {
        case "makespan": return .makespan
        case "money": return .money
        case "utilization": return .weightedUtilization
        default: throw InputError("--objective \(objective): write makespan, money or utilization")
        }
    }
}
