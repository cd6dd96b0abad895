import Charts

/// One example of every chart, used by golden files and by the laws that hold for all charts.
enum Gallery {
    /// A chart with the name of its files.
    struct Item: Sendable, CustomStringConvertible {
        let name: String
        let chart: any Chart

        var description: String { name }
    }

    static var all: [Item] {
        [
            Item(name: "line-utilization", chart: utilization),
            Item(name: "line-legend", chart: bandwidth),
            Item(name: "line-ribbon", chart: ribbon),
            Item(name: "share-areas", chart: shares(.areas, .shares)),
            Item(name: "share-bars", chart: shares(.bars, .sums)),
            Item(name: "heat-values", chart: heat),
            Item(name: "heat-categories", chart: strategies),
            Item(name: "waterfall-step", chart: step),
            Item(name: "waterfall-memory", chart: memory),
            Item(name: "pipeline", chart: pipeline(stages: 4, microBatches: 8)),
            Item(name: "pipeline-large", chart: pipeline(stages: 24, microBatches: 32)),
            Item(name: "pareto", chart: pareto),
            Item(name: "tornado", chart: tornado),
        ]
    }

    /// Those whose golden files are of a size to read.
    static var small: [Item] { all.filter { $0.name != "pipeline-large" } }

    static let compute = Axis("Training compute", unit: "FLOP", scale: .log10, format: .power)

    static func points(_ range: ClosedRange<Int>, _ value: (Double) -> Double) -> [DataPoint] {
        range.map { step in
            let exponent = Double(step) / 4
            return DataPoint(
                x: Double("1e\(step / 4)").map { $0 * factor(step % 4) } ?? 1, y: value(exponent))
        }
    }

    private static func factor(_ quarter: Int) -> Double { [1, 1.7783, 3.1623, 5.6234][quarter] }

    /// A smooth fall from `top` to zero around an exponent of ten.
    private static func fall(_ top: Double, _ exponent: Double, at middle: Double) -> Double {
        let distance = (exponent - middle) / 1.1
        return top / (1 + (distance > 0 ? (1 + distance) * (1 + distance) * distance : 0))
    }

    static let utilization = LineChart(
        Heading(
            "Utilization falls once the batch cannot grow with the cluster",
            subtitle: "Dense transformer, three months of training, best plan found at each size",
            caption:
                "Bands: the term that binds for the 400 GB/s machine. Synthetic numbers & <illustration>."),
        horizontal: compute,
        vertical: Axis("Model FLOP utilization", unit: "% of peak", format: .percent, extent: .fixed(0...1)),
        series: [
            Series("400 GB/s", points: points(96...128) { fall(0.62, $0, at: 27.6) }),
            Series("1.6 TB/s", points: points(96...128) { fall(0.68, $0, at: 29.2) }),
            Series("no latency", points: points(96...128) { fall(0.70, $0, at: 30.5) }, dash: .dashed),
            Series("today", points: points(96...110) { fall(0.45, $0, at: 26.1) }),
        ],
        markers: [
            Marker("end of linear scaling", x: 4e27), Marker("largest run so far", x: 5e26),
            Marker("latency wall", x: 2e31),
        ],
        bands: [
            Band("arithmetic", range: 1e24...4e27, hue: .blue),
            Band("data parallel", range: 4e27...3e29, hue: .orange),
            Band("tensor parallel", range: 3e29...2e31, hue: .purple),
            Band("latency", range: 2e31...1e32, hue: .grey),
        ])

    static let ribbon = LineChart(
        Heading("Utilization of machines known roughly", caption: "Synthetic numbers for illustration."),
        horizontal: compute,
        vertical: Axis("Model FLOP utilization", unit: "% of peak", format: .percent),
        series: [Series("stated numbers", points: points(104...124) { fall(0.68, $0, at: 28.5) })],
        markers: [
            Marker("end of linear scaling", x: 3e28, range: 4e27...9e28),
            Marker("largest run", x: 2e30, range: 3e29...1e40),
        ],
        bands: [
            Band("arithmetic", range: 1e26...3e28, hue: .blue),
            Band("data parallel", range: 3e28...1e31, hue: .orange),
        ],
        ribbons: [
            Ribbon(
                "80 % of drawn machines",
                edges: points(104...124) { $0 }.map { point in
                    Ribbon.Edge(
                        x: point.x, low: fall(0.62, point.y, at: 27.8), high: fall(0.69, point.y, at: 29))
                }, hue: .blue)
        ])

    static let bandwidth = LineChart(
        Heading("Achieved bandwidth of an all-reduce", subtitle: "Ring of eight ranks"),
        horizontal: Axis("Message", unit: "B", scale: .log2, format: .binary(unit: "B")),
        vertical: Axis("Bus bandwidth", unit: "GB/s", scale: .log10, format: .plain),
        series: [
            Series(
                "NVLink inside one machine with a rather long name",
                points: (10...33).map { exponent in
                    let size = Double(1 << exponent)
                    return DataPoint(x: size, y: size / (12e-6 + size / 370e9) / 1e9)
                }),
            Series(
                "InfiniBand between machines, also long",
                points: (10...33).map { exponent in
                    let size = Double(1 << exponent)
                    return DataPoint(x: size, y: exponent == 20 ? .nan : size / (30e-6 + size / 45e9) / 1e9)
                }),
        ],
        labelling: .legend)

    static func shares(_ style: ShareChart.Style, _ stacking: ShareChart.Stacking) -> ShareChart {
        let places = points(96...128) { _ in 0 }.map(\.x).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        let steps = places.indices.map(Double.init)
        return ShareChart(
            Heading(
                "How the cluster is divided", subtitle: "Doublings of each kind of parallelism",
                caption: "A share of 30 % of 20 doublings is six doublings: 64-way."),
            horizontal: compute,
            vertical: stacking == .shares
                ? Axis("Share of doublings", unit: "%", format: .percent)
                : Axis("Parallel degree", unit: "doublings, log₂"),
            places: places,
            layers: [
                ShareChart.Layer("tensor", values: steps.map { min(6, 2 + $0 / 4) }),
                ShareChart.Layer("pipeline", values: steps.map { max(0, min(7, $0 / 2 - 1)) }),
                ShareChart.Layer("expert", values: steps.map { $0 > 8 ? 3 : 0 }),
                ShareChart.Layer("data", values: steps.map { 6 + $0 / 2 }),
            ],
            style: style, stacking: stacking)
    }

    private static let sizes = (0..<25).map { step in
        Double("1e\(9 + step / 6)").map { $0 * [1, 1.468, 2.154, 3.162, 4.642, 6.813][step % 6] } ?? 1
    }
    private static let budgets = points(88...120) { _ in 0 }.map(\.x)

    static let heat = HeatMap(
        Heading(
            "Utilization over model size and compute",
            subtitle: "Best plan at each point, 80 GB of memory a device"),
        horizontal: compute,
        vertical: Axis("Parameters", unit: "count", scale: .log10, format: .compact),
        columns: budgets, rows: sizes,
        cells: .values(
            sizes.indices.map { row in
                budgets.indices.map { column in
                    let distance = Double(column) / 1.4 - Double(row)
                    return distance < -14 ? nil : max(0.02, 0.62 - distance * distance / 900)
                }
            }, axis: Axis("Model FLOP utilization", unit: "% of peak", format: .percent), ramp: .viridis),
        overlays: [
            Series("compute-optimal", points: budgets.map { DataPoint(x: $0, y: ($0 / 120).squareRoot()) })
        ])

    static let strategies = HeatMap(
        Heading("Which term binds", subtitle: "Over model size and compute"),
        horizontal: compute,
        vertical: Axis("Parameters", unit: "count", scale: .log10, format: .compact),
        columns: budgets, rows: sizes,
        cells: .categories(
            sizes.indices.map { row in
                budgets.indices.map { column in
                    let place = column - row / 2
                    return place < 0 ? nil : min(3, place / 8)
                }
            },
            [
                HeatMap.Category("arithmetic", hue: .blue), HeatMap.Category("data", hue: .orange),
                HeatMap.Category("tensor", hue: .purple), HeatMap.Category("latency", hue: .grey),
            ]))

    static let step = WaterfallChart(
        Heading(
            "Where a step of 3.4 s goes",
            subtitle: "70B parameters on 1024 GPUs, tensor 8, pipeline 4, data 32"),
        parts: [
            .init("Arithmetic", value: 2.1, hue: .blue),
            .init("Pipeline bubble", value: 0.42, hue: .orange),
            .init("Tensor-parallel all-reduce", value: 0.61, hue: .purple),
            .init("Data-parallel reduce-scatter and all-gather", value: 0.72, hue: .green),
            .init("Hidden behind arithmetic", value: -0.52, hue: .grey),
            .init("Optimizer", value: 0.031, hue: .sky),
        ],
        total: "Step", format: .duration)

    static let memory = WaterfallChart(
        Heading("Memory of the fullest device"),
        parts: [
            .init("Parameters", value: 17.5e9), .init("Gradients", value: 17.5e9),
            .init("Optimizer state", value: 6.6e9), .init("Activations", value: 21.2e9),
            .init("Buffers", value: 1.2e9),
        ],
        format: .prefixed(unit: "B"), limit: .init("device memory 80 GB", value: 80e9))

    /// All forward passes, then all backward passes: the simplest schedule with a bubble.
    static func pipeline(stages: Int, microBatches: Int) -> PipelineChart {
        var blocks: [PipelineChart.Block] = []
        for stage in 0..<stages {
            for batch in 0..<microBatches {
                blocks.append(
                    .init(
                        stage: stage, start: Double(stage + batch), length: 1, work: .forward,
                        label: "\(batch)"))
                let turn = Double(stages + microBatches - 1)
                let start = turn + Double(stages - 1 - stage + batch) * 3
                blocks.append(
                    .init(stage: stage, start: start, length: 1, work: .recompute, label: "\(batch)"))
                blocks.append(
                    .init(stage: stage, start: start + 1, length: 2, work: .backward, label: "\(batch)"))
            }
        }
        return PipelineChart(
            Heading(
                "Pipeline of \(stages) stages and \(microBatches) microbatches",
                subtitle: "All forward, all backward"),
            time: Axis("Time", unit: "ms"), stages: (0..<stages).map { "stage \($0)" }, blocks: blocks)
    }

    static let pareto = ParetoChart(
        Heading("Time against size of the cluster", subtitle: "Every feasible plan of a 70B model"),
        horizontal: Axis("GPUs", unit: "count", scale: .log2),
        vertical: Axis("Training time", unit: "days", scale: .log10),
        points: (0..<60).map { index in
            let gpus = Double(128 << (index % 7))
            let spread = 1 + Double((index * 37) % 23) / 14
            let days = 30_000 / gpus * (1 + gpus / 16_384) * spread
            return LabelledPoint(
                x: gpus, y: days, label: "t\(1 << (index % 4)) p\(1 << (index % 5))",
                group: index.isMultiple(of: 3) ? "interleaved" : "1F1B")
        })

    static let tornado = TornadoChart(
        Heading("What the training time hangs on", subtitle: "Each input halved and doubled, best plan anew"),
        axis: Axis("Training time", unit: "days"),
        baseline: 42,
        effects: [
            .init("Peak arithmetic", low: 71, high: 29), .init("Network bandwidth", low: 47.5, high: 40.1),
            .init("Latency", low: 41.8, high: 42.6), .init("Memory capacity", low: 49, high: 41),
            .init("Number of devices", low: 80, high: 24), .init("Memory bandwidth", low: 44.1, high: 41.2),
        ],
        low: "halved", high: "doubled")
}
