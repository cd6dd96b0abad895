import Foundation

/// Expected files beside the tests; `UPDATE_GOLDEN=1 swift test` rewrites them.
public struct GoldenFolder: Sendable {
    private let url: URL

    /// The folder `Golden` beside a test file.
    /// - Parameter file: a path of a test file.
    public init(beside file: String = #filePath) {
        url = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden")
    }

    /// What a text must be equal to.
    /// - Parameters:
    ///   - name: of the file.
    ///   - text: what was made; it becomes the file's contents when golden files are rewritten.
    /// - Returns: the file's contents.
    /// - Throws: when the file cannot be read or written.
    public func expected(_ name: String, for text: String) throws -> String {
        let file = url.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        return String(decoding: try Data(contentsOf: file), as: UTF8.self)
    }
}
