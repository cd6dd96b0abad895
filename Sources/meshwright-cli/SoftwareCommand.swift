import ArgumentParser
import Files
import Reports
import Training

struct SoftwareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "software", abstract: "The catalogue of training software: what each runs.",
        discussion: """
            Examples:
              meshwright software list
              meshwright software show megatron-core
              meshwright software check ours.yaml
            """,
        subcommands: [List.self, Show.self, Check.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One line a software.",
            discussion: "Example:\n  meshwright software list --format csv")

        @Option(name: .long, help: "text, json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let entries = try checkingInput {
                try SoftwareCatalogue.names.map { try SoftwareCatalogue.software($0) }
            }
            format.print(
                text: SoftwareReport.list(entries), json: .array(entries.map(SoftwareReport.json)),
                csv: SoftwareReport.csv(entries))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Everything that decides which layouts a software runs, and its source.",
            discussion: "Example:\n  meshwright software show torchtitan")

        @Argument(help: "Catalogue name or file.")
        var name: String

        @Option(name: .long, help: "text, json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let entry = try checkingInput { try SoftwareCatalogue.software(name) }
            format.print(
                text: SoftwareReport.show(entry), json: SoftwareReport.json(entry),
                csv: SoftwareReport.csv([entry]))
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads a software file and says what is wrong with it.",
            discussion: "Example:\n  meshwright software check ours.yaml")

        @Argument(help: "YAML or JSON file.")
        var file: String

        @Option(name: .long, help: "text, json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let entry = try checkingInput {
                try SoftwareFile.read(text: try TextFile.read(file), place: file)
            }
            format.print(
                text: "\(file): \(entry.label) is in order\n" + SoftwareReport.show(entry),
                json: SoftwareReport.json(entry), csv: SoftwareReport.csv([entry]))
        }
    }
}
