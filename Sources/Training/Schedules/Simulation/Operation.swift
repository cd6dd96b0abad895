/// One piece of work of a device: a pass of one microbatch through one chunk of layers.
public struct Operation: Hashable, Sendable, Codable {
    /// What a pass computes.
    public enum Kind: UInt8, Hashable, Sendable, Codable, CaseIterable {
        /// Outputs from inputs.
        case forward
        /// Gradients of inputs and weights in one piece; inputs' gradient leaves when all is done.
        case backward
        /// Gradient of inputs alone, which the stage before waits for.
        case backwardInput
        /// Gradient of weights alone, which nobody waits for.
        case backwardWeight

        /// Short name as in diagrams of schedules: `F`, `B`, `I`, `W`.
        public var symbol: String {
            switch self {
            case .forward: "F"
            case .backward: "B"
            case .backwardInput: "I"
            case .backwardWeight: "W"
            }
        }
    }

    /// Whether a pass runs at the same time as the next one of its device.
    public enum Pairing: UInt8, Hashable, Sendable, Codable {
        /// On its own.
        case alone
        /// Together with the operation after it.
        case first
        /// Together with the operation before it.
        case second
    }

    /// What it computes.
    public let kind: Kind
    /// Which of its device's chunks, from 0.
    public let chunk: Int
    /// Which microbatch of the step, from 0.
    public let microbatch: Int
    /// Whether it overlaps a neighbour.
    public let pairing: Pairing

    /// Makes an operation.
    /// - Parameters:
    ///   - kind: what it computes.
    ///   - chunk: which of its device's chunks, from 0.
    ///   - microbatch: which microbatch, from 0.
    ///   - pairing: whether it overlaps a neighbour.
    public init(_ kind: Kind, chunk: Int = 0, microbatch: Int, pairing: Pairing = .alone) {
        self.kind = kind
        self.chunk = chunk
        self.microbatch = microbatch
        self.pairing = pairing
    }

    /// Kind and microbatch, for instance `F3`.
    public var name: String { "\(kind.symbol)\(microbatch)" }
}
