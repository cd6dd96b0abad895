import Charts
import Optimization
import Planning
import Reports
import ScalingModel
import TransformerModel

/// The files that `plan --output` leaves: documents, figures, a page, and the schedule as a trace.
public struct PlanFiles: Sendable {
    private let folder: OutputFolder

    /// Takes the folder.
    public init(_ folder: OutputFolder) { self.folder = folder }

    /// Writes everything; the same answer gives the same bytes.
    /// - Parameters:
    ///   - answer: from a planner; without a plan there are no figures.
    ///   - prices: what an hour costs; nil leaves money and energy out.
    ///   - version: of the tool.
    /// - Returns: names of the files.
    /// - Throws: ``OutputError`` when one cannot be written.
    public func write(
        _ answer: PlanningAnswer, prices: RunPrices? = nil, version: String
    ) throws(OutputError) -> [String] {
        let report = PlanReport(answer, prices: prices, version: version)
        let timeline = answer.best.flatMap(PlanTimeline.init)
        var files = [("plan.json", report.json.text() + "\n"), ("plan.csv", report.csv)]
        if let best = answer.best {
            let waterfall = PlanWaterfall(best, of: answer.question)
            var charts: [(String, any Chart)] = [
                ("step", waterfall.stepChart), ("memory", waterfall.memoryChart),
            ]
            if let timeline { charts.append(("timeline", timeline.chart)) }
            files += charts.map { name, chart in
                ("\(name).svg", chart.svg(on: Canvas(identifier: name, width: 900)))
            }
            if let timeline { files.append(("timeline.json", timeline.trace)) }
        }
        let page = PlanPage(answer, timeline: timeline, files: files.map(\.0), version: version)
        files.append(("report.html", page.html))
        return try write(files)
    }

    /// Writes the same for a transformer.
    /// - Parameters:
    ///   - answer: from a planner; without a layout there are no figures.
    ///   - report: of the same answer.
    ///   - version: of the tool.
    /// - Returns: names of the files.
    /// - Throws: ``OutputError`` when one cannot be written.
    public func write(
        _ answer: TransformerAnswer, report: TransformerReport, version: String
    ) throws(OutputError) -> [String] {
        let figures = LayoutFigures(answer)
        var files = [("plan.json", report.json.text() + "\n"), ("plan.csv", report.csv)]
        if let figures {
            var charts: [(String, any Chart)] = [
                ("step", figures.stepChart), ("memory", figures.memoryChart),
            ]
            if let timeline = figures.timelineChart { charts.append(("timeline", timeline)) }
            files += charts.map { name, chart in
                ("\(name).svg", chart.svg(on: Canvas(identifier: name, width: 900)))
            }
            if let trace = figures.trace { files.append(("timeline.json", trace)) }
        }
        let page = TransformerPage(
            answer, report: report, figures: figures, files: files.map(\.0), version: version)
        return try write(files + [("report.html", page.html)])
    }

    private func write(_ files: [(String, String)]) throws(OutputError) -> [String] {
        for (name, text) in files { try folder.write(name, text) }
        return files.map(\.0)
    }
}
