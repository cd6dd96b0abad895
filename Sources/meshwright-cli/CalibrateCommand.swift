import ArgumentParser
import Evidence
import Files
import Foundation
import Output
import Reports
import Training

struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Fits a machine's physical numbers to measured steps.",
        discussion: """
            Examples:
              meshwright calibrate --measured steps.csv --hardware a100-sxm-80gb
              meshwright calibrate --measured steps.csv --hardware b200 --output my-b200.yaml
              meshwright calibrate --measured steps.csv --all --leave-one-group-out

            Fits the numbers of the calibration block of a hardware file: shares of peak, memory and network
            bandwidth that are reached, and latencies. Each is drawn towards what was believed before; a number
            that no row depends on stays as it was. With --all the constants of the step model are fitted too.
            A row that cannot be priced is listed with its reason, the others go on, and the exit code is 2.
            """)

    @OptionGroup var evidence: EvidenceOptions

    @Option(name: .long, help: "Machine to fit, as the catalogue names it; repeatable.")
    var hardware: [String] = []

    @Flag(name: .long, help: "Fit constants and the machines of all architectures together.")
    var all = false

    @Flag(name: .long, help: "Also predict each group by a fit that has not seen it.")
    var leaveOneGroupOut = false

    @Flag(name: .long, help: "Also predict each software by a fit that has not seen it.")
    var leaveOneSoftwareOut = false

    @Option(name: .long, help: "Write the fitted hardware file there; with several machines, a folder.")
    var output: String?

    @Option(name: .long, help: "text, json, csv (a line a number), markdown, or yaml (the hardware file).")
    var format: CalibrationFormat = .text

    func run() throws {
        if all, !hardware.isEmpty { throw InputError("--all and --hardware contradict each other; keep one") }
        try HardwareOptions.refuse(evidence.set, ofOther: .transformers)
        if !all, hardware.isEmpty { throw InputError("give --hardware NAME, or --all for everything") }
        var fitted: CalibrationRun?
        do {
            fitted = try CalibrationRun(
                EvidenceTables(steps: try EvidenceOptions.table(evidence.measured)),
                extent: all ? .everything : .machines(try hardware.map { try name(of: $0) }),
                validation: leaveOneGroupOut
                    ? .leaveOneGroupOut : leaveOneSoftwareOut ? .leaveOneSoftwareOut : .none,
                machines: try evidence.machines() + ownMachines(), overrides: evidence.set,
                progress: { StandardError.write("meshwright: fitted without \($0)") })
        } catch let error as ScenarioError { throw InputError("\(error)") }
        guard let fitted else { return }
        switch format {
        case .text: print(CalibrationReport.text(fitted), terminator: "")
        case .markdown: print(CalibrationReport.text(fitted, style: .markdown), terminator: "")
        case .json: print(CalibrationReport.json(fitted, version: MeshwrightCommand.version).text())
        case .csv: for line in CalibrationReport.csv(fitted) { print(line) }
        case .yaml: print(try files(fitted).map(\.text).joined(separator: "---\n"), terminator: "")
        }
        if let output { try write(try files(fitted), to: output) }
        try EvidenceOptions.stop(after: fitted.failures)
    }

    /// Machines that `--hardware` names by their files, for rows that name them as the files do.
    private func ownMachines() throws(ScenarioError) -> [Accelerator] {
        var machines: [Accelerator] = []
        for reference in hardware where HardwareLookup.isFile(reference) {
            machines.append(try HardwareLookup.entry(reference, overrides: evidence.set).machine)
        }
        return machines
    }

    private func name(of reference: String) throws -> String {
        try checkingInput { try HardwareLookup.entry(reference).machine.name }
    }

    private func files(_ run: CalibrationRun) throws -> [(name: String, text: String)] {
        let source = "meshwright calibrate, \(run.fitted.measured.cases.count) measured steps"
        return try checkingInput {
            try run.machines.compactMap { name in
                // A machine of one's own is in the file that named it, not in the catalogue.
                let file = try (evidence.hardwareFile + hardware).first { reference in
                    try HardwareLookup.entry(reference).machine.name == name
                }
                let entry = try HardwareLookup.entry(file ?? name, overrides: evidence.set)
                return CalibrationReport.hardwareFile(entry, run, source: source).map { (name, $0) }
            }
        }
    }

    private func write(_ files: [(name: String, text: String)], to path: String) throws {
        try checkingInput {
            if files.count == 1, let only = files.first {
                return try AtomicFile.write(only.text, to: URL(fileURLWithPath: path))
            }
            let folder = try OutputFolder(making: BatchOptions.folder(path))
            for file in files { try folder.write("\(file.name).yaml", file.text) }
        }
    }
}

/// How fits are written.
enum CalibrationFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv, markdown, yaml
}
