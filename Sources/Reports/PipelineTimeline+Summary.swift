import Charts
import Pipeline

extension PipelineTimeline {
    /// Some devices of many, evenly spaced, first and last included.
    /// - Parameters:
    ///   - devices: how many there are, at least 1.
    ///   - wanted: how many to take, at least 1.
    /// - Returns: numbers in rising order, no more than wanted.
    static func spread(_ devices: Int, _ wanted: Int) -> [Int] {
        guard devices > wanted, wanted > 1 else { return Array(0..<min(devices, max(1, wanted))) }
        return (0..<wanted).map { $0 * (devices - 1) / (wanted - 1) }
    }

    /// A figure of a long schedule: a row's height divides by what its device does in short intervals.
    ///
    /// Neighbouring intervals with nearly the same shares are joined, so the steady part is one block a kind.
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - rowName: what a row is called, before its number.
    ///   - rows: most rows.
    ///   - intervals: of the step.
    /// - Returns: a chart to be drawn.
    func summary(_ heading: Heading, rowName: String, rows: Int, intervals: Int = 72) -> PipelineChart {
        let devices = Self.spread(simulation.devices.count, rows)
        let rowOf = Dictionary(uniqueKeysWithValues: devices.enumerated().map { ($1, $0) })
        let unit = TimeUnit.fitting(simulation.stepTime.value)
        let width = simulation.stepTime.value / Double(intervals)
        let kinds: [PipelineChart.Work] = [.forward, .backward, .weightGradient]
        let empty = [[Double]](repeating: [0, 0, 0], count: intervals)
        var shares = [[[Double]]](repeating: empty, count: devices.count)
        for timed in simulation.operations {
            guard width > 0, let row = rowOf[timed.device],
                let kind = kinds.firstIndex(of: work(timed.operation.kind))
            else { continue }
            let weight = timed.operation.pairing == .alone ? 1 : 0.5
            var time = timed.start.value
            while time < timed.end.value {
                let interval = min(intervals - 1, Int(time / width))
                let stop =
                    interval == intervals - 1
                    ? timed.end.value : min(timed.end.value, Double(interval + 1) * width)
                shares[row][interval][kind] += weight * (stop - time) / width
                guard stop > time else { break }
                time = stop
            }
        }
        var blocks: [PipelineChart.Block] = []
        for row in devices.indices {
            for run in Self.runs(shares[row]) {
                var base = 0.0
                for (kind, share) in run.shares.enumerated() where share > 0.01 {
                    blocks.append(
                        PipelineChart.Block(
                            stage: row, start: Double(run.start) * width * unit.count,
                            length: Double(run.count) * width * unit.count, work: kinds[kind], label: "",
                            lane: base...min(1, base + share)))
                    base = min(1, base + share)
                }
            }
        }
        return PipelineChart(
            heading, time: Axis("time", unit: unit.rawValue), stages: devices.map { "\(rowName) \($0)" },
            blocks: blocks)
    }

    private struct Run {
        var start: Int
        var count: Int
        var shares: [Double]
    }

    /// Neighbours whose shares differ by less than 8 % joined, with their mean.
    private static func runs(_ intervals: [[Double]]) -> [Run] {
        var runs: [Run] = []
        for (index, shares) in intervals.enumerated() {
            if let last = runs.last, zip(last.shares, shares).allSatisfy({ abs($0 - $1) < 0.08 }) {
                let count = Double(last.count)
                let mean = zip(last.shares, shares).map { ($0 * count + $1) / (count + 1) }
                runs[runs.count - 1] = Run(start: last.start, count: last.count + 1, shares: mean)
            } else {
                runs.append(Run(start: index, count: 1, shares: shares))
            }
        }
        return runs
    }
}
