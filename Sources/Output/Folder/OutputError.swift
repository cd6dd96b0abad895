/// Why a folder of answers cannot be used.
public struct OutputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: which file, why, what would do.
    public let description: String

    /// Makes an error from its one line.
    public init(_ description: String) { self.description = description }
}
