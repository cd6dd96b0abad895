import Charts
import Foundation
import Output

/// A folder that figures are written to.
struct FigureFolder {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Writes each figure as `NAME.svg`; makes the folder where it is missing.
    func write(_ charts: [(name: String, chart: any Chart)]) throws {
        try checkingInput {
            let folder = try OutputFolder(making: BatchOptions.folder(path))
            for (name, chart) in charts {
                try folder.write("\(name).svg", chart.svg(on: Canvas(identifier: name, width: 900)))
            }
        }
    }
}
