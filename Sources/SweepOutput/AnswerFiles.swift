import Charts
import Foundation
import Reports
import Search

/// The files that a finished sweep leaves in its folder.
///
/// Each appears whole or not at all. All but `timings.csv` are the same bytes however the sweep was run.
public struct AnswerFiles {
    private let folder: URL

    /// Names a folder that exists.
    public init(folder: URL) { self.folder = folder }

    /// Writes tables, documents and plots.
    /// - Parameters:
    ///   - frontier: with its landmarks.
    ///   - points: all of them, with what they cost.
    ///   - version: of the tool.
    /// - Returns: names of the files.
    /// - Throws: ``OutputError`` when one cannot be written.
    public func write(
        _ frontier: ScalingFrontier, points: [FrontierPoint], version: String
    ) throws(OutputError) -> [String] {
        let report = FrontierReport(frontier, version: version)
        var files = [
            ("frontier.csv", report.csv), ("frontier.jsonl", report.jsonLines),
            ("frontier.json", report.json.text() + "\n"),
        ]
        files += FrontierPlots(frontier).charts.map { name, chart in
            ("\(name).svg", chart.svg(on: Canvas(identifier: name, width: 900)))
        }
        for (name, text) in files { try write(name, text) }
        return files.map(\.0) + [try write(timings: points)]
    }

    /// Writes what each point cost.
    /// - Parameter points: in any order.
    /// - Returns: the file's name.
    /// - Throws: ``OutputError`` when it cannot be written.
    @discardableResult
    public func write(timings points: [FrontierPoint]) throws(OutputError) -> String {
        try write("timings.csv", FrontierReport.timings(points))
        return "timings.csv"
    }

    private func write(_ name: String, _ text: String) throws(OutputError) {
        let file = folder.appendingPathComponent(name)
        // Under one name, so that what a killed run leaves behind is taken away by the next.
        let partial = folder.appendingPathComponent(name + ".partial")
        do { try Data(text.utf8).write(to: partial) } catch {
            throw OutputError("\(file.relativePath) cannot be written: \(error.localizedDescription)")
        }
        guard rename(partial.path, file.path) == 0 else {
            throw OutputError("\(file.relativePath) cannot be replaced; is there a folder of that name?")
        }
    }
}
