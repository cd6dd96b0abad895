import Charts
import Quantities
import Training

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

    /// As many devices, evenly spaced, as have so many operations together; two at least.
    static func devices(of simulation: Simulation, events: Int) -> [Int] {
        let each = max(1, simulation.operations.count / max(1, simulation.devices.count))
        return spread(simulation.devices.count, max(2, events / each))
    }

    /// A figure of a long schedule: a row's height divides by what its device does in short intervals.
    ///
    /// Neighbouring intervals with nearly the same shares are joined, so the steady part is one block a kind.
    /// - Parameters:
    ///   - heading: title and other words.
    ///   - rowName: what a row is called, before its number.
    ///   - rows: most rows.
    ///   - period: time in which the steady part repeats; intervals are multiples of it, so that their shares
    ///     do not flicker.
    /// - Returns: a chart to be drawn.
    func summary(_ heading: Heading, rowName: String, rows: Int, period: Double) -> PipelineChart {
        let devices = Self.spread(simulation.devices.count, rows)
        let rowOf = Dictionary(uniqueKeysWithValues: devices.enumerated().map { ($1, $0) })
        let unit = TimeUnit.fitting(simulation.stepTime.value)
        let step = simulation.stepTime.value
        let width = period * max(1, (step / period / Self.mostIntervals).rounded(.up))
        let intervals = max(1, Int((step / width).rounded(.up)))
        let kinds: [PipelineChart.Work] = [.forward, .backward, .weightGradient]
        let empty = [[Double]](repeating: [0, 0, 0], count: intervals)
        var shares = [[[Double]]](repeating: empty, count: devices.count)
        for timed in simulation.operations {
            guard let row = rowOf[timed.device], let kind = kinds.firstIndex(of: work(timed.operation.kind))
            else { continue }
            let weight = timed.operation.pairing == .alone ? 1 : 0.5
            let (start, end) = (timed.start.value, timed.end.value)
            let first = min(intervals - 1, Int(start / width))
            let last = min(intervals - 1, Int(end / width))
            for interval in first...max(first, last) {
                let within =
                    min(end, Double(interval + 1) * width) - max(start, Double(interval) * width)
                shares[row][interval][kind] += weight * max(0, within) / width
            }
        }
        var blocks: [PipelineChart.Block] = []
        for row in devices.indices {
            for run in Self.runs(shares[row]) {
                var base = 0.0
                for (kind, share) in run.shares.enumerated() where share > 0.002 {
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

    /// Intervals of a step at most.
    private static let mostIntervals = 72.0

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
