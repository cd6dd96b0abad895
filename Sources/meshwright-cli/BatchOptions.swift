import ArgumentParser
import Foundation
import Optimization
import Planning
import ScalingModel

/// Where a sweep's answers are kept, and which part of it is answered.
struct BatchOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "Folder for tables, plots and a journal of finished cells, from which --resume goes on.")
    var output: String?

    @Flag(name: .long, help: "Go on with the journal in --output; begin one where there is none.")
    var resume = false

    @Option(name: .long, help: "Answer one of n parts only, e.g. 1/4 to 4/4; parts are joined by --merge.")
    var shard: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: "Join the folders of all parts into --output; the question is the one they were begun with.")
    var merge: [String] = []

    /// Refuses options that mean nothing alone.
    func check() throws {
        if output == nil {
            for (name, isGiven) in [
                ("--resume", resume), ("--shard", shard != nil), ("--merge", !merge.isEmpty),
            ]
            where isGiven {
                throw InputError("\(name) needs --output and the name of a folder")
            }
        }
        if !merge.isEmpty, resume || shard != nil {
            throw InputError("--merge joins finished parts; leave out --resume and --shard")
        }
    }

    func part() throws -> Shard? {
        guard let shard else { return nil }
        return try checkingInput { try Shard(parsing: shard) }
    }

    /// The folder of an option's text.
    static func folder(_ path: String) -> URL { URL(fileURLWithPath: path, isDirectory: true) }
}
