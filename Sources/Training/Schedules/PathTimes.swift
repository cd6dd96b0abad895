/// Times along the model, to and from every place.
struct PathTimes {
    /// Message to the next place; zero on one device and at the end.
    private(set) var message: [Double]
    /// Forward passes and messages before a place.
    private(set) var head: [Double]
    /// Messages and whole backward passes from a place to the start of the model.
    private(set) var wholeTail: [Double]
    /// The same with input passes only.
    private(set) var inputTail: [Double]
    /// Time a device is held after a forward pass.
    private(set) var holdForward: [Double]
    /// Time a device is held after a backward or input pass.
    private(set) var holdBackward: [Double]
    /// The place at the end of the model.
    private var end = 0

    init(next: [Int?], starts: [Int], devices: Int, times: PipelineTimes) {
        let zeros = [Double](repeating: 0, count: next.count)
        (message, head, wholeTail, inputTail, holdForward, holdBackward) = (
            zeros, zeros, zeros, zeros, zeros, zeros
        )
        for start in starts {
            var place = start
            while let following = next[place] {
                let chunk = times.chunks[place]
                let sent = (following - place) % devices == 0 ? 0 : chunk.transfer.value
                message[place] = sent
                head[following] = head[place] + chunk.forward.value + sent
                wholeTail[following] = wholeTail[place] + chunk.backward.value + sent
                inputTail[following] = inputTail[place] + chunk.backwardInput.value + sent
                if times.transfer == .blocking {
                    holdForward[place] = sent
                    holdBackward[following] = sent
                }
                place = following
            }
            end = place
        }
    }

    /// A forward pass with the message that holds its device after it.
    func forward(_ place: Int, _ times: PipelineTimes) -> Double {
        times.chunks[place].forward.value + holdForward[place]
    }

    /// When the first microbatch's gradient pass on a place ends at the earliest; for one path.
    func firstGradient(
        at place: Int, _ times: PipelineTimes, tail: [Double], _ pass: Operation.Kind
    ) -> Double {
        let chunk = times.chunks[end]
        return head[end] + chunk.forward.value + chunk.time(of: pass) + tail[end] - tail[place]
    }
}
