import Charts
import Optimization
import Planning
import Reports
import ScalingModel

/// The files that `pareto --output` leaves: figures, documents and a page.
public struct ParetoFiles: Sendable {
    private let folder: OutputFolder

    /// Takes the folder.
    public init(_ folder: OutputFolder) { self.folder = folder }

    /// Writes everything; the same front gives the same bytes.
    /// - Parameters:
    ///   - front: of plans of the sweep.
    ///   - sweep: cluster sizes of one amount of compute.
    ///   - version: of the tool.
    /// - Returns: names of the files.
    /// - Throws: ``OutputError`` when one cannot be written.
    public func write<Question: ReportedQuestion>(
        _ front: ParetoFront<Question.Priced>, sweep: Sweep<Question>, version: String
    ) throws(OutputError) -> [String] {
        let report = ParetoReport(front, sweep: sweep, version: version)
        var files = report.charts.map { name, chart in
            ("\(name).svg", chart.svg(on: Canvas(identifier: name, width: 900)))
        }
        files += [("pareto.csv", report.csv), ("pareto.json", report.json.text() + "\n")]
        let page = ParetoPage(front, sweep: sweep, files: files.map(\.0), version: version)
        files.append(("report.html", page.html))
        for (name, text) in files { try folder.write(name, text) }
        return files.map(\.0)
    }
}
