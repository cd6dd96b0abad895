import Charts
import Foundation

/// A folder that figures are written to.
struct FigureFolder {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Writes each figure as `NAME.svg`; makes the folder where it is missing.
    func write(_ charts: [(name: String, chart: any Chart)]) throws {
        let folder = BatchOptions.folder(path)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, chart) in charts {
                let text = chart.svg(on: Canvas(identifier: name, width: 900))
                try Data(text.utf8).write(to: folder.appendingPathComponent("\(name).svg"))
            }
        } catch { throw InputError("--output \(path): the figures cannot be written there") }
    }
}
