/// The order in which the devices of a pipeline run the passes of a step.
///
/// All are synchronous: the gradients of a step are those of all its microbatches and of nothing else. With p
/// devices and M microbatches, docs/schedules.md has bubble and memory of each.
public enum Schedule: Hashable, Sendable, Codable {
    /// GPipe: all forward passes, then all backward passes (Huang et al. 2019, arXiv:1811.06965).
    case allForwardAllBackward
    /// 1F1B: p - i forward passes on device i, then backward and forward in turn (Narayanan et al. 2021,
    /// arXiv:2104.04473, section 2.2.1; there PipeDream-flush).
    case oneForwardOneBackward
    /// 1F1B over several chunks a device, dealt in turn (arXiv:2104.04473, section 2.2.2).
    case interleaved(chunks: Int)
    /// 1F1B with weight gradients put off, in the memory of 1F1B (Qi et al. 2023, arXiv:2401.10241, section
    /// 2.2).
    case zeroBubbleH1
    /// The same with twice the forward passes ahead (arXiv:2401.10241, section 2.2).
    case zeroBubbleH2
    /// Two chunks a device laid out as a V (ZB-V of arXiv:2401.10241, V-ZB of arXiv:2405.15362).
    case zeroBubbleV
    /// Microbatches from both ends at once, forward and backward overlapped (DeepSeek-V3, arXiv:2412.19437,
    /// section 3.2.1).
    case dualPipe

    /// How the chunks of the devices follow each other along the model.
    public enum Layout: Hashable, Sendable, Codable {
        /// From the last device back to the first.
        case loop
        /// Down the devices with chunk 0 and up with chunk 1.
        case turn
        /// Two whole models: chunk 0 runs down the devices, chunk 1 up.
        case opposed
    }

    /// Chunks of layers on a device; for `dualPipe` the second belongs to the second copy of the model.
    public var chunks: Int {
        switch self {
        case .interleaved(let chunks): chunks
        case .zeroBubbleV, .dualPipe: 2
        default: 1
        }
    }

    /// How the chunks follow each other.
    public var layout: Layout {
        switch self {
        case .zeroBubbleV: .turn
        case .dualPipe: .opposed
        default: .loop
        }
    }

    /// Short name in lower case, as in the literature.
    public var name: String {
        switch self {
        case .allForwardAllBackward: "gpipe"
        case .oneForwardOneBackward: "1f1b"
        case .interleaved(let chunks): "interleaved-\(chunks)"
        case .zeroBubbleH1: "zb-h1"
        case .zeroBubbleH2: "zb-h2"
        case .zeroBubbleV: "zb-v"
        case .dualPipe: "dualpipe"
        }
    }

    /// Checks whether the schedule exists for a pipeline.
    ///
    /// `dualPipe` wants an even number of devices and an even number of microbatches of at least twice that,
    /// as its published implementation does; all others take any numbers from 1.
    /// - Parameters:
    ///   - devices: p.
    ///   - microbatches: M.
    /// - Throws: `ScheduleError.count` with the first count out of range.
    public func validate(devices: Int, microbatches: Int) throws(ScheduleError) {
        guard devices >= 1 else { throw .count(what: "devices", value: devices, accepted: "1 or more") }
        guard microbatches >= 1 else {
            throw .count(what: "microbatches", value: microbatches, accepted: "1 or more")
        }
        guard chunks >= 1 else { throw .count(what: "chunks", value: chunks, accepted: "1 or more") }
        guard self == .dualPipe else { return }
        guard devices.isMultiple(of: 2) else {
            throw .count(what: "devices of dualpipe", value: devices, accepted: "an even number")
        }
        guard microbatches.isMultiple(of: 2), microbatches >= 2 * devices else {
            throw .count(
                what: "microbatches of dualpipe", value: microbatches,
                accepted: "an even number of at least \(2 * devices), twice the devices")
        }
    }
}
