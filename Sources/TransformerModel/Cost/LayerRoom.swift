import Training

/// Room of a rank for layers of the kind that there are most of, and what each of them takes at the least.
///
/// On stage k of p at least min(M, p − k) of M microbatches are in flight, whatever the schedule: those that have passed it
/// on their way to the last stage and back (`MicrobatchesInFlightTests`).
struct LayerRoom {
    /// Bytes for layers.
    var bytes: Double
    /// Bytes of a layer's weights, gradients and optimizer states.
    var states: Double
    /// Bytes that one microbatch in flight leaves in a layer, kept or recomputed, whichever is less.
    var activations: Double
    /// Layers of the kind.
    var layers: Int
    /// The same bytes of the layers of all kinds together.
    var all: (states: Double, activations: Double)

    /// Whether the first stage of even cuts may fit.
    /// - Parameters:
    ///   - heads: what they have in common.
    ///   - shape: stages and microbatches.
    /// - Returns: whether it may.
    func mayHold(_ heads: CutTable.Heads, _ shape: (stages: Int, microbatches: Int)) -> Bool {
        let inFlight = Double(min(shape.stages, shape.microbatches))
        let most = bytes * (1 + Self.rounding)
        return heads.first * (states + inFlight * activations) <= most
            && heads.firstOfAll * (all.states + inFlight * all.activations) <= most
    }

    /// Whether all layers may fit onto stages that hold any number of them.
    func mayHoldAll(_ shape: (stages: Int, microbatches: Int)) -> Bool {
        holdsAll(shape) { inFlight in
            (bytes * (1 + Self.rounding) / (states + inFlight * activations)).rounded(.down)
        }
    }

    /// Whether stages hold all layers.
    /// - Parameters:
    ///   - shape: stages and microbatches.
    ///   - most: layers that a stage holds with so many microbatches in flight.
    /// - Returns: whether they do.
    func holdsAll(
        _ shape: (stages: Int, microbatches: Int), _ most: (_ inFlight: Double) -> Double
    ) -> Bool {
        let fullest = min(shape.stages, shape.microbatches)
        var held = 0.0
        for count in 1...fullest {
            // All stages from which the batch is shorter than the way to the last one have it in flight.
            let stages = count == fullest ? shape.stages - count + 1 : 1
            held += Double(stages) * most(Double(count))
            if held >= Double(layers) { return true }
        }
        return false
    }

    /// What rounding may take off a number, many times over.
    private static let rounding = 1e-9
}
