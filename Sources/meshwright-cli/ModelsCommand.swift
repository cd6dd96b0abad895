import ArgumentParser
import Files
import Reports
import Training

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "The catalogue of transformers, and importing others.",
        discussion: """
            Examples:
              meshwright models list
              meshwright models show deepseek-v3
              meshwright models import config.json --sequence-length 4096 > my-model.yaml
            """,
        subcommands: [List.self, Show.self, Import.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One line a model.",
            discussion: "Example:\n  meshwright models list --format csv")

        @Option(name: .long, help: "text, json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let entries = try checkingInput {
                try ModelCatalogue.names.map { try ModelCatalogue.entry($0) }
            }
            format.print(
                text: ModelReport.list(entries), json: JSONValue.array(entries.map(ModelReport.json)),
                csv: ModelReport.csv(entries))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every number of a model and its source, parameters and FLOP by component.",
            discussion: """
                Examples:
                  meshwright models show llama-3-70b
                  meshwright models show my-model.yaml --set layers=4 --format json
                """)

        @Argument(help: "Catalogue name, model file, or a Hugging Face config.json.")
        var name: String

        @Option(name: .long, parsing: .singleValue, help: "Replace one value; repeatable.")
        var set: [String] = []

        @Option(name: .long, help: "text, json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let entry = try checkingInput { try ModelLookup.entry(name, overrides: set, length: .open) }
            entry.cautions.forEach { StandardError.write("meshwright: warning: \($0)") }
            format.print(
                text: ModelReport.show(entry), json: ModelReport.json(entry), csv: ModelReport.csv([entry]))
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads a Hugging Face config.json and writes a model file.",
            discussion: """
                Examples:
                  meshwright models import config.json --sequence-length 4096 > my-model.yaml
                  meshwright models import config.json --name tiny --format json
                """)

        @Argument(help: "The config.json, or - for standard input.")
        var file: String

        @Option(name: .long, help: "Name of the model, instead of the configuration's.")
        var name: String?

        @Option(name: .long, help: "Tokens of a training sequence, instead of the longest allowed.")
        var sequenceLength: String?

        @Option(name: .long, help: "text (a model file), json or csv.")
        var format: OutputFormat = .text

        func run() throws {
            let length = try sequenceLength.map {
                try OptionText.count("--sequence-length", $0, in: 1...Int(Int32.max))
            }
            var entry = try checkingInput {
                try HuggingFaceConfig.read(
                    text: try TextFile.read(file), place: file, sequenceLength: length)
            }
            if let name {
                entry.model.name = name
                entry.title = name
            }
            entry.cautions.forEach { StandardError.write("meshwright: warning: \($0)") }
            format.print(text: entry.fileText, json: ModelReport.json(entry), csv: ModelReport.csv([entry]))
        }
    }
}
