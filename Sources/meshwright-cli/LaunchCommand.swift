import ArgumentParser
import Files
import Foundation
import Training

struct LaunchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch", abstract: "Writes a plan as the configuration of a training framework.",
        discussion: """
            Takes the JSON that plan writes for a transformer. The configuration goes to standard output, what
            it cannot say to standard error. With --output they go to a folder, and with them run.sh, which
            starts the run on a node, and submit.sbatch, which starts it under Slurm.

            Examples:
              meshwright plan --model llama-3-70b --gpus 64 --batch 256 --format json > plan.json
              meshwright launch plan.json --framework megatron-lm > arguments.sh
              meshwright launch plan.json --framework megatron-lm --output job && (cd job && sbatch submit.sbatch)
              meshwright plan --model llama-3-8b --gpus 8 --batch 64 --software torchtitan --format json | meshwright launch - --framework torchtitan
            """)

    @Argument(help: "JSON of plan, or - for standard input.")
    var file: String

    @Option(name: .long, help: "megatron-lm, deepspeed, torchtitan or megatron-bridge.")
    var framework: String

    @Option(
        name: .long,
        help: "Folder for the configuration and the scripts that start it; made where it is not there.")
    var output: String?

    func run() throws {
        guard let chosen = LaunchFramework(rawValue: framework) else {
            let known = LaunchFramework.allCases.map(\.rawValue)
            throw InputError(
                "--framework \(framework): write \(known.joined(separator: ", "))"
                    + Suggestion.phrase(for: framework, among: known))
        }
        let text = try checkingInput { try TextFile.read(file) }
        let document = try PlanDocument(text: text, place: file)
        guard document.trainsAll else {
            throw InputError(
                "\(file): its run trains adapters beside a frozen model, which the files that are written do not say"
            )
        }
        let request = document.request
        let configuration: LaunchConfiguration
        do { configuration = try Launch.configuration(request, for: chosen) } catch {
            throw InputError("\(error)")
        }
        if let output {
            try LaunchFiles.write(configuration, to: output)
        } else {
            print(configuration.text, terminator: "")
        }
        for note in configuration.notes { StandardError.write("note: \(note)") }
    }
}
