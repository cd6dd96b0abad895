public import Quantities

/// Times of one microbatch on one chunk of layers.
public struct ChunkTime: Hashable, Sendable, Codable {
    /// Forward pass.
    public let forward: Seconds
    /// Backward pass for the gradient of the inputs, recomputation included.
    public let backwardInput: Seconds
    /// Backward pass for the gradient of the weights.
    public let backwardWeight: Seconds
    /// Message between this chunk and the next one of the model, the same either way.
    ///
    /// Not used at the end of the model, nor where the next chunk is on the same device.
    public let transfer: Seconds

    /// Makes a chunk's times.
    /// - Parameters:
    ///   - forward: forward pass.
    ///   - backwardInput: backward pass for inputs, recomputation included.
    ///   - backwardWeight: backward pass for weights.
    ///   - transfer: message to the next chunk, and back.
    public init(
        forward: Seconds, backwardInput: Seconds, backwardWeight: Seconds, transfer: Seconds = .zero
    ) {
        self.forward = forward
        self.backwardInput = backwardInput
        self.backwardWeight = backwardWeight
        self.transfer = transfer
    }

    /// The whole backward pass.
    public var backward: Seconds { backwardInput + backwardWeight }

    /// Forward and backward together.
    public var total: Seconds { forward + backward }

    func time(of kind: Operation.Kind) -> Double {
        switch kind {
        case .forward: forward.value
        case .backward: backward.value
        case .backwardInput: backwardInput.value
        case .backwardWeight: backwardWeight.value
        }
    }
}
