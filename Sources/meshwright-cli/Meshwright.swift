import ArgumentParser
import Foundation

/// The command-line tool: parse, call, print.
struct MeshwrightCommand: AsyncParsableCommand {
    /// The version that JSON answers carry.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "meshwright",
        abstract: "Finds how a training run should be laid out on a cluster.",
        discussion: """
            Examples:
              meshwright plan --gpus 16384 --flop 1e27 --hardware h100-sxm
              meshwright plan --flop 5e25 --months 3 --hardware a100-sxm-80gb --top 5
              meshwright frontier --hardware h100-sxm --months 3 --from 1e24 --to 1e32 --points 64
              meshwright hardware show mi250x-gcd
              meshwright models show deepseek-v3

            Exit codes: 0 answered, 1 no feasible plan, 2 bad usage or input, 3 internal error, 130 interrupted.
            """,
        version: version,
        subcommands: [
            PlanCommand.self, PriceCommand.self, FrontierCommand.self, ExplainCommand.self,
            ParetoCommand.self,
            EvaluateCommand.self, HardwareCommand.self, FleetCommand.self, LimitsCommand.self,
            ModelsCommand.self, SoftwareCommand.self, LaunchCommand.self, ValidateCommand.self,
            CalibrateCommand.self,
        ])
}

/// Exit codes that scripts rely on.
enum ExitStatus: Int32 {
    case infeasible = 1
    case usage = 2
    case internalError = 3
    case interrupted = 130
}

/// The program: one command line, from its words to its exit status.
package enum Program {
    /// Runs a command line; answers go to standard output, everything else to standard error.
    /// - Parameter arguments: the words after the program's name.
    /// - Returns: the exit status.
    package static func run(_ arguments: [String]) async -> Int32 {
        do {
            var command = try MeshwrightCommand.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch { return report(error) }
    }

    /// Prints an error as one line on stderr, or help on stdout.
    private static func report(_ error: any Error) -> Int32 {
        if let stop = error as? Stop { return stop.status.rawValue }
        if let input = error as? InputError {
            StandardError.write("meshwright: \(input.description)")
            return ExitStatus.usage.rawValue
        }
        let code = MeshwrightCommand.exitCode(for: error)
        if code == .success {
            print(MeshwrightCommand.fullMessage(for: error))
            return 0
        }
        StandardError.write("meshwright: \(MeshwrightCommand.message(for: error))")
        return code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.internalError.rawValue
    }
}

/// Ends the program with a status after its output has been written.
struct Stop: Error {
    let status: ExitStatus
}

/// Input that cannot be used: one line saying which value, why, and what would do.
struct InputError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Runs a closure and turns any error of the libraries into an ``InputError``.
func checkingInput<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as InputError { throw error } catch {
        throw InputError("\(error)")
    }
}

/// Ends the program with status 130 when the user interrupts it.
package enum Interruption {
    /// Begins to watch.
    /// - Returns: what watches, until it is cancelled.
    package static func watch() -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { exit(ExitStatus.interrupted.rawValue) }
        source.resume()
        return source
    }
}
