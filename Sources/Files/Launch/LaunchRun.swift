import Training

/// What a launch configuration asks for.
public struct LaunchRun: Hashable, Sendable {
    /// Model, layout, precision and optimizer.
    public var request: LaunchRequest
    /// Settings that do not bear on them and were passed over, in order.
    public var ignored: [String]
    /// Settings that are not there and decide a layout or its price, with what the framework takes instead.
    public var defaults: [String]
}

/// Why a launch configuration cannot be read.
public struct LaunchParseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: which setting, why, what would be accepted.
    public let description: String

    init(_ description: String) { self.description = description }

    /// Takes over what is wrong with a document, with its line.
    init(_ error: ScenarioError) {
        description = error.line.map { "line \($0): \(error.reason)" } ?? error.reason
    }
}
