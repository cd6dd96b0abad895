import Meshwright

/// The space that the paper tuned for its 175B model, every point of it.
struct TunedSpace {
    /// One point with its throughput; zero where it does not fit into memory.
    struct Point {
        let values: [Int]
        let layout: TrainingLayout
        /// TFLOP/s an accelerator.
        let throughput: Double
    }

    static let names = ["pipeline", "tensor", "microbatch", "accumulation", "ZeRO-1", "nodes"]
    private static let choices = [
        [1, 2, 4, 8, 12, 16], [1, 2, 4, 8], Array(1...20), [5, 10], [0, 1], [12, 16],
    ]

    let points: [Point]
    /// Points whose degrees do not multiply to the accelerators.
    let illegal: Int

    init(machine: Accelerator, model: Transformer) throws {
        let job = try Published.job(model)
        let prices = TransformerStepModel(job: job, machine: machine)
        let flop = model.modelFlop(counting: .full).value
        var points: [Point] = []
        var illegal = 0
        func visit(_ values: [Int]) {
            guard values.count == Self.choices.count else {
                for choice in Self.choices[values.count] { visit(values + [choice]) }
                return
            }
            let gpus = values[5] * 8
            guard gpus.isMultiple(of: values[0] * values[1]) else {
                illegal += 1
                return
            }
            let replicas = gpus / (values[0] * values[1])
            let layout = TrainingLayout(
                tensor: values[1], pipeline: values[0], data: replicas,
                sharding: Sharding(values[4] == 1 ? .optimizer : .nothing), microbatch: values[2],
                globalBatch: values[2] * values[3] * replicas, recomputation: .full)
            guard layout.problems(for: model).isEmpty else {
                illegal += 1
                return
            }
            let seconds = prices.step(layout).total.value
            let rate = flop * Double(layout.globalBatch) / seconds / Double(gpus) / 1e12
            points.append(
                Point(values: values, layout: layout, throughput: prices.fits(layout) ? rate : 0))
        }
        visit([])
        self.points = points
        self.illegal = illegal
    }

    /// Share of the variance of throughput that each decision explains alone (first-order Sobol index):
    /// the variance of the means over its values.
    func importance(_ points: [Point]) -> [(name: String, share: Double)] {
        let all = points.map(\.throughput)
        let mean = all.reduce(0, +) / Double(all.count)
        let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
        return Self.names.indices.map { index in
            var groups: [Int: [Double]] = [:]
            for point in points { groups[point.values[index], default: []].append(point.throughput) }
            let between = groups.values.reduce(0.0) { sum, group in
                let own = group.reduce(0, +) / Double(group.count)
                return sum + Double(group.count) * (own - mean) * (own - mean)
            }
            return (Self.names[index], between / Double(all.count) / variance)
        }.sorted { $0.1 > $1.1 }
    }
}
