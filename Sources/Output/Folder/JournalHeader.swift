import Optimization
import Planning
import Quantities
import Reports

/// The first line of a journal: what its cells answer.
public struct JournalHeader: Codable, Hashable, Sendable {
    /// Version of the file's form.
    public var format = 1
    /// Version of the tool that answered.
    public let version: String
    /// Digest of everything that decides the answers.
    public let inputs: String
    /// Cells of the whole sweep.
    public let cells: Int
    /// Part of the sweep, `i/n`; `0/1` for all of it.
    public let shard: String
    /// The words after `frontier` that asked for the sweep.
    public let arguments: [String]

    /// Describes a journal.
    /// - Parameters:
    ///   - sweep: the questions.
    ///   - version: of the tool.
    ///   - shard: the part that is answered; nil for all.
    ///   - arguments: words that asked for the sweep.
    public init(
        sweep: Sweep<some ReportedQuestion>, version: String, shard: Shard?, arguments: [String]
    ) {
        self.version = version
        inputs = Digest.of(sweep.inputs.text(.line))
        cells = sweep.cells.count
        self.shard = shard?.description ?? "0/1"
        self.arguments = arguments
    }

    /// Checks that answers kept under this header may stand beside new ones.
    /// - Parameters:
    ///   - other: header of what is asked now.
    ///   - place: file, for the message.
    /// - Throws: ``OutputError`` saying what differs.
    func checkSameQuestion(as other: JournalHeader, place: String) throws(OutputError) {
        guard format == other.format else {
            throw OutputError("\(place) has form \(format), not \(other.format); use another folder")
        }
        guard version == other.version else {
            throw OutputError(
                "\(place) was begun by version \(Shown.line(version)), this is \(other.version); use another folder"
            )
        }
        guard inputs == other.inputs, cells == other.cells else {
            throw OutputError(
                "\(place) answers other inputs (\(Shown.line(inputs))) than those given (\(other.inputs)); it was "
                    + "begun with: frontier \(Shown.line(arguments.joined(separator: " ")))")
        }
    }
}
