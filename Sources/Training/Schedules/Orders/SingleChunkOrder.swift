/// Orders of one chunk a stage: forward passes ahead, then backward and forward in turn.
///
/// GPipe, 1F1B and the two hand-made zero-bubble schedules differ in two numbers only: forward passes before
/// the first backward one, and how many weight gradients a stage keeps waiting.
struct SingleChunkOrder {
    /// Whether the backward pass is whole, or by how many microbatches weight gradients lag.
    enum Backward {
        case whole
        case split(lag: Int)
    }

    /// Forward passes before the first backward pass.
    let lead: Int
    /// How the backward pass is cut.
    let backward: Backward
    /// M.
    let microbatches: Int

    /// Appends the operations in order.
    func append(to order: inout [Operation]) {
        for microbatch in 0..<lead { order.append(Operation(.forward, microbatch: microbatch)) }
        for microbatch in 0..<microbatches {
            switch backward {
            case .whole: order.append(Operation(.backward, microbatch: microbatch))
            case .split(let lag):
                order.append(Operation(.backwardInput, microbatch: microbatch))
                if microbatch >= lag {
                    order.append(Operation(.backwardWeight, microbatch: microbatch - lag))
                }
            }
            if lead + microbatch < microbatches {
                order.append(Operation(.forward, microbatch: lead + microbatch))
            }
        }
        guard case .split(let lag) = backward else { return }
        for microbatch in max(0, microbatches - lag)..<microbatches {
            order.append(Operation(.backwardWeight, microbatch: microbatch))
        }
    }
}
