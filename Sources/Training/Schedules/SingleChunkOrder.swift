/// Orders of one chunk a device: forward passes ahead, then backward and forward in turn.
///
/// GPipe, 1F1B and the two hand-made zero-bubble schedules differ in two numbers only: forward passes before
/// the first backward one, and how many weight gradients a device keeps waiting.
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

    /// The order of a device; nil for schedules of several chunks.
    ///
    /// Zero bubble: device i of p keeps i (H1) or 2 i (H2) weight gradients waiting, which with its lead of
    /// p - i or 2 (p - i) - 1 makes p or 2 p - 1 activations everywhere (arXiv:2401.10241, section 2.2).
    /// - Parameters:
    ///   - schedule: which.
    ///   - device: from 0.
    ///   - devices: p.
    ///   - microbatches: M.
    init?(_ schedule: Schedule, device: Int, of devices: Int, microbatches: Int) {
        let after = devices - device
        switch schedule {
        case .allForwardAllBackward: (lead, backward) = (microbatches, .whole)
        case .oneForwardOneBackward: (lead, backward) = (min(microbatches, after), .whole)
        case .zeroBubbleH1: (lead, backward) = (min(microbatches, after), .split(lag: device))
        case .zeroBubbleH2: (lead, backward) = (min(microbatches, 2 * after - 1), .split(lag: 2 * device))
        case .interleaved, .zeroBubbleV, .dualPipe: return nil
        }
        self.microbatches = microbatches
    }

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
