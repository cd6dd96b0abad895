import ArgumentParser
import Files
import Reports
import Training

struct HardwareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hardware", abstract: "The catalogue of machines, and checking files of your own.",
        subcommands: [List.self, Show.self, Check.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One line a machine.")

        @Option(name: .long, help: "text, json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let entries = try checkingInput {
                try HardwareCatalogue.names.map { try HardwareCatalogue.entry($0) }
            }
            format.print(
                text: HardwareReport.list(entries), json: JSONValue.array(entries.map { $0.machine.json }),
                csv: HardwareReport.csv(entries))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every number of a machine, its kind and its source.",
            discussion: "Example:\n  meshwright hardware show h100-sxm --set hbm.bandwidth=4.8TB/s")

        @Argument(help: "Catalogue name or file.")
        var name: String

        @Option(name: .long, parsing: .singleValue, help: "Replace one value; repeatable.")
        var set: [String] = []

        @Option(name: .long, help: "text, json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let entry = try checkingInput { try HardwareLookup.entry(name, overrides: set) }
            format.print(
                text: HardwareReport.show(entry), json: HardwareReport.json(entry),
                csv: HardwareReport.csv([entry]))
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads a hardware file and says what is wrong with it.",
            discussion: "Example:\n  meshwright hardware check my-cluster.yaml")

        @Argument(help: "YAML or JSON file.")
        var file: String

        @Option(name: .long, help: "text, json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let entry = try checkingInput {
                try HardwareFile.read(text: try TextFile.read(file), place: file)
            }
            format.print(
                text: "\(file): \(entry.machine.name) is in order\n" + HardwareReport.list([entry]),
                json: HardwareReport.json(entry), csv: HardwareReport.csv([entry]))
        }
    }
}
