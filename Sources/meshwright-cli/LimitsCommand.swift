import ArgumentParser
import Charts
import Files
import Foundation
import Output
import Quantities
import Reports

struct LimitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Closed-form limits of machines: where bandwidth and latency end scaling.",
        discussion: """
            Example:
              meshwright limits --hardware v100-sxm,a100-sxm,h100-sxm --exponents 0,0.2

            The formulas of arXiv:2411.01137, for a run of a quarter of a year. They are held against a search
            on each machine; where that says otherwise by more than ten times, the machine is refused.
            """)

    @Option(name: .long, help: "Catalogue names or hardware files, with commas.")
    var hardware = "v100-sxm,a100-sxm,h100-sxm"

    @Option(name: .long, help: "Exponents by which the critical batch outgrows depth, from 0 to 0.45.")
    var exponents = "0,0.2"

    @Option(name: .long, help: "text, json or csv.")
    var format: OutputFormat = .text

    @Option(name: .long, help: "Folder for limits.csv and limits.svg.")
    var output: String?

    func run() throws {
        let machines = try checkingInput {
            try hardware.split(separator: ",").map {
                try HardwareLookup.entry(String($0), overrides: []).machine
            }
        }
        let exponents = try self.exponents.split(separator: ",").map { word in
            // Both limits go to infinity as the exponent nears a half; a Double ends before.
            try OptionText.number("--exponents", String(word), in: NumberRange(0, 0.45))
        }
        guard !machines.isEmpty, !exponents.isEmpty else {
            throw InputError("--hardware and --exponents need at least one entry each")
        }
        let progress = Progress("holding the formulas against a search on \(machines.count) machines")
        let report = try checkingInput { try LimitsReport(machines: machines, exponents: exponents) }
        progress.finish()
        format.print(text: report.text, json: report.json, csv: report.csv)
        if report.isEmpty {
            for refusal in report.refusals { StandardError.write("meshwright: \(refusal)") }
            throw Stop(status: .infeasible)
        }
        guard let output else { return }
        try checkingInput {
            let folder = try OutputFolder(making: BatchOptions.folder(output))
            try folder.write("limits.csv", report.csv)
            try folder.write(
                "limits.svg", report.chart.svg(on: Canvas(identifier: "limits", width: 900)))
        }
    }
}
