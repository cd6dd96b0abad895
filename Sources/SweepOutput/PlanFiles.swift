import Charts
import HTMLReport
import Reports
import Search

/// The files that `plan --output` leaves: documents, figures, a page, and the schedule as a trace.
public struct PlanFiles: Sendable {
    private let folder: OutputFolder

    /// Takes the folder.
    public init(_ folder: OutputFolder) { self.folder = folder }

    /// Writes everything; the same answer gives the same bytes.
    /// - Parameters:
    ///   - answer: from a planner; without a plan there are no figures.
    ///   - version: of the tool.
    /// - Returns: names of the files.
    /// - Throws: ``OutputError`` when one cannot be written.
    public func write(_ answer: PlanningAnswer, version: String) throws(OutputError) -> [String] {
        let report = PlanReport(answer, version: version)
        let timeline = answer.best.flatMap(PlanTimeline.init)
        var files = [("plan.json", report.json.text() + "\n"), ("plan.csv", report.csv)]
        if let best = answer.best {
            let waterfall = PlanWaterfall(best)
            var charts: [(String, any Chart)] = [
                ("step", waterfall.stepChart), ("memory", waterfall.memoryChart),
            ]
            if let timeline { charts.append(("timeline", timeline.chart)) }
            files += charts.map { name, chart in
                ("\(name).svg", chart.svg(on: Canvas(identifier: name, width: 900)))
            }
            if let timeline { files.append(("timeline.json", timeline.trace)) }
        }
        files.append(("report.html", PlanPage(answer, timeline: timeline, version: version).html))
        for (name, text) in files { try folder.write(name, text) }
        return files.map(\.0)
    }
}
