import Training

/// Room of a rank for layers of the kind that there are most of, and what each of them takes at the least.
///
/// On stage k of p at least min(M, p − k) of M microbatches are in flight, whatever the schedule: those that have passed it
/// on their way to the last stage and back (`JustEnoughTests`). A device of two directions holds the layers of two stages and
/// passes half of the microbatches through each: it counts as one stage of half its layers, for which that holds too.
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
    static let rounding = 1e-9
}
