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
            starts the run on a node, and submit.sbatch, which starts it under Slurm. plan --launch does both
            in one go.

            Examples:
              meshwright plan --model llama-3-70b --gpus 64 --batch 256 --format json > plan.json
              meshwright launch plan.json --framework megatron-lm > arguments.sh
              meshwright launch plan.json --framework megatron-lm --output job && (cd job && sbatch submit.sbatch)
              meshwright plan --model llama-3-8b --gpus 8 --batch 64 --software torchtitan --format json | meshwright launch - --framework torchtitan
            """)

    @Argument(help: "JSON of plan, or - for standard input.")
    var file: String

    @Option(name: .long, help: "megatron-lm, megatron-bridge, torchtitan, deepspeed or maxtext.")
    var framework: String

    @Option(
        name: .long,
        help: "Folder for the configuration and the scripts that start it; made where it is not there.")
    var output: String?

    func run() throws {
        let chosen = try LaunchFiles.framework(framework)
        let text = try checkingInput { try TextFile.read(file) }
        let document = try PlanDocument(text: text, place: file)
        let configuration = try LaunchFiles.configuration(document.request, for: chosen)
        guard let output else {
            print(configuration.text, terminator: "")
            for note in configuration.notes { StandardError.write("note: \(note)") }
            return
        }
        try LaunchFiles.write(configuration, to: output)
    }
}
