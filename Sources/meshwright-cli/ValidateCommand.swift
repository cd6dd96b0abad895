import ArgumentParser
import Evidence
import Files
import Reports
import Training

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Compares predictions with measured steps and measured memory.",
        discussion: """
            Examples:
              meshwright validate --measured steps.csv
              meshwright validate --measured steps.csv --out-of-memory failed.csv --format json

            Columns of the table: those of evaluate --model transformer, with id, group and step_seconds. Rows
            that state the same inputs are taken together by their median; their spread is the noise floor. A
            sweep is a set of rows that differ in the plan alone: correlation counts sweeps of at least five
            plans, regret (measured time of the plan predicted fastest over the best, less 1) those of three.
            A row that cannot be priced is listed with its reason, the others go on, and the exit code is 2.
            """)

    @OptionGroup var evidence: EvidenceOptions

    @Option(name: .long, help: "CSV file of plans that ran out of memory.")
    var outOfMemory: String?

    @Option(name: .long, help: "CSV file of memory readings: quantity, value and unit beside the plan.")
    var memory: String?

    @Option(name: .long, help: "text, json, csv (a line a row) or markdown.")
    var format: ReportFormat = .text

    func run() throws {
        try HardwareOptions.refuse(evidence.set, ofOther: .transformers)
        let run = try checkingInput {
            let tables = try EvidenceTables(
                steps: EvidenceOptions.table(evidence.measured),
                failed: outOfMemory.map { try EvidenceOptions.table($0) },
                memory: memory.map { try EvidenceOptions.table($0) })
            return ValidationRun(tables, machines: try evidence.machines(), overrides: evidence.set)
        }
        switch format {
        case .text: print(ValidationReport.text(run), terminator: "")
        case .markdown: print(ValidationReport.text(run, style: .markdown), terminator: "")
        case .json: print(ValidationRecord.json(run, version: MeshwrightCommand.version).text())
        case .csv: for line in ValidationRecord.csv(run) { print(line) }
        }
        try EvidenceOptions.stop(after: run.failures)
    }
}

/// How reports on evidence are written.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv, markdown
}

/// Options of commands that compare with measurements.
struct EvidenceOptions: ParsableArguments {
    @Option(name: .long, help: "CSV file of measured steps, or - for standard input.")
    var measured: String

    @Option(
        name: .long, parsing: .singleValue,
        help: "Hardware file that takes the place of the catalogue's machine of its name; repeatable.")
    var hardwareFile: [String] = []

    @Option(name: .long, parsing: .singleValue, help: "Replace one value of every machine; repeatable.")
    var set: [String] = []

    func machines() throws(ScenarioError) -> [Accelerator] {
        var machines: [Accelerator] = []
        for file in hardwareFile {
            let entry = try HardwareFile.read(text: TextFile.read(file), place: file, overrides: set)
            machines.append(entry.machine)
        }
        return machines
    }

    static func table(_ file: String) throws(ScenarioError) -> StepTable {
        try StepTable(CSVTable(text: try TextFile.read(file, .table), place: file), place: file)
    }

    /// Ends with status 2 where rows could not be priced.
    static func stop(after failures: [MeasuredSteps.Failure]) throws {
        guard !failures.isEmpty else { return }
        StandardError.write("meshwright: \(failures.count) rows could not be priced; they are left out")
        throw Stop(status: .usage)
    }
}
