import Charts
import Foundation
import Optimization
import Planning
import Reports
import ScalingModel

/// The files that a finished sweep leaves in its folder.
///
/// Each appears whole or not at all. All but `timings.csv` are the same bytes however the sweep was run.
public struct AnswerFiles {
    private let folder: OutputFolder

    /// Names a folder that exists.
    public init(folder: URL) { self.folder = OutputFolder(folder) }

    /// Writes tables, documents, plots, specifications for other plotting programs, and a page.
    /// - Parameters:
    ///   - frontier: with its landmarks.
    ///   - uncertainty: how it fares on machines known roughly; nil where that was not asked.
    ///   - points: all of them, with what they cost.
    ///   - version: of the tool.
    /// - Returns: names of the files.
    /// - Throws: ``OutputError`` when one cannot be written.
    public func write<Question: ReportedQuestion>(
        _ frontier: SweepFrontier<Question>, uncertainty: FrontierUncertainty? = nil,
        points: [SweepPoint<Question>],
        version: String
    ) throws(OutputError) -> [String] {
        let report = FrontierReport(frontier, uncertainty: uncertainty, version: version)
        var files = [
            ("frontier.csv", report.csv), ("frontier.jsonl", report.jsonLines),
            ("frontier.json", report.json.text() + "\n"),
        ]
        files += FrontierPlots(frontier, uncertainty: uncertainty).charts.map { name, chart in
            ("\(name).svg", chart.svg(on: Canvas(identifier: name, width: 900)))
        }
        files += VegaLiteFrontier(frontier, uncertainty: uncertainty).specifications.map {
            ("\($0.name).vl.json", $0.json.text() + "\n")
        }
        let page = FrontierPage(
            frontier, uncertainty: uncertainty, files: files.map(\.0) + [Self.timings], version: version)
        files.append(("report.html", page.html))
        for (name, text) in files { try folder.write(name, text) }
        return files.map(\.0) + [try write(timings: points)]
    }

    /// Writes what each point cost.
    /// - Parameter points: in any order.
    /// - Returns: the file's name.
    /// - Throws: ``OutputError`` when it cannot be written.
    @discardableResult
    public func write(timings points: [SweepPoint<some ReportedQuestion>]) throws(OutputError) -> String {
        try folder.write(Self.timings, FrontierReport.timings(points))
        return Self.timings
    }

    private static let timings = "timings.csv"
}
