public import Quantities

/// One way to keep a layer's activations from its forward to its backward pass.
///
/// Keeping everything costs no time; recomputing or moving to the host costs time and frees memory. Nothing
/// is assumed of the numbers but that they are not negative.
public struct ActivationTreatment: Hashable, Sendable, Codable {
    /// Name, such as `keep all`, `recompute attention`, `recompute layer`, `offload`.
    public let name: String
    /// Time added to the layer's backward pass of one microbatch.
    public let extra: Seconds
    /// Bytes that stay on the device for each microbatch in flight.
    public let resident: Bytes
    /// Bytes held on the host for each microbatch in flight; zero without offload.
    public let offloaded: Bytes

    /// Makes a treatment.
    /// - Parameters:
    ///   - name: unique among the treatments of a layer kind.
    ///   - extra: time added to the backward pass of one microbatch, at least 0.
    ///   - resident: bytes on the device for each microbatch in flight, at least 0.
    ///   - offloaded: bytes on the host for each microbatch in flight, at least 0.
    public init(name: String, extra: Seconds, resident: Bytes, offloaded: Bytes = .zero) {
        self.name = name
        self.extra = extra
        self.resident = resident
        self.offloaded = offloaded
    }
}

/// A kind of layer: embedding, dense layer, mixture-of-experts layer, output head.
///
/// Layers of a kind are alike in every number, so only their count matters to a stage.
public struct StageLayer: Hashable, Sendable, Codable {
    /// Name, such as `dense`.
    public let name: String
    /// Forward time of one microbatch.
    public let forward: Seconds
    /// Backward time of one microbatch, without any treatment's extra time.
    public let backward: Seconds
    /// Bytes of weights, gradients and optimizer state held on a device of the stage.
    public let state: Bytes
    /// How activations may be kept, at least one way.
    public let treatments: [ActivationTreatment]

    /// Makes a kind of layer.
    /// - Parameters:
    ///   - name: unique in a chain.
    ///   - forward: forward time of one microbatch, at least 0.
    ///   - backward: backward time of one microbatch, at least 0.
    ///   - state: bytes of weights, gradients and optimizer state, at least 0.
    ///   - treatments: how activations may be kept, at least one way.
    public init(
        name: String, forward: Seconds, backward: Seconds, state: Bytes, treatments: [ActivationTreatment]
    ) {
        self.name = name
        self.forward = forward
        self.backward = backward
        self.state = state
        self.treatments = treatments
    }
}
