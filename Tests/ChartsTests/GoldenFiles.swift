import Foundation
import TestSupport
import Testing

@testable import Charts

/// Compares with the expected files beside these tests.
enum GoldenFiles {
    static let folder = GoldenFolder()

    static func check(
        _ text: String, _ name: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try folder.expected(name, for: text)
        #expect(text == expected, "\(name) differs from the golden file", sourceLocation: location)
    }
}

@Suite struct GoldenTests {
    @Test(arguments: Gallery.small) func chartsMatchTheirGoldenFiles(_ item: Gallery.Item) throws {
        for width in [400.0, 800] {
            let canvas = Canvas(identifier: item.name, width: width)
            try GoldenFiles.check(item.chart.svg(on: canvas), "\(item.name)-\(Int(width)).svg")
        }
    }

    /// Writes every chart in both themes to the folder named by `CHARTS_GALLERY`, for looking at them.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["CHARTS_GALLERY"] != nil))
    func galleryIsWritten() throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["CHARTS_GALLERY"] ?? "")
        for item in Gallery.all {
            for width in [400.0, 800, 1400] {
                for appearance in [Canvas.Appearance.light, .dark] {
                    let canvas = Canvas(identifier: item.name, width: width, appearance: appearance)
                    let file = folder.appendingPathComponent("\(item.name)-\(Int(width))-\(appearance).svg")
                    try Data(item.chart.svg(on: canvas).utf8).write(to: file)
                }
            }
        }
    }
}
