import Foundation
import MeshwrightCommands

@main
enum Main {
    static func main() async {
        StandardStreams.complete()
        signal(SIGPIPE, SIG_DFL)
        let interrupt = Interruption.watch()
        defer { interrupt.cancel() }
        let status = await Program.run(Array(CommandLine.arguments.dropFirst()))
        exit(StandardOutput.closed(after: status))
    }
}
