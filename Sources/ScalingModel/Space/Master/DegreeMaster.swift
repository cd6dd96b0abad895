import Optimization
import Training

/// Writes the master of a region.
///
/// One column a split of each degree, shape and pass columns with strong links, rooflines as rows. Derived in
/// `docs/mixed-integer.md`.
struct DegreeMaster {
    let columns: MasterColumns
    let region: DataMovementSpace.Region
    let space: DataMovementSpace
    /// Objective that counts as 1 in the model.
    let unit: Double

    /// A split of one degree, for the pipeline at one interleaving.
    struct SplitColumn {
        var variable: Variable
        /// Index of the degree.
        var degree: Int
        /// The split.
        var split: SplitTable.Member
        /// Index of the interleaving; 0 on the other axes.
        var interleave: Int
    }

    init(columns: MasterColumns, region: DataMovementSpace.Region, space: DataMovementSpace) {
        self.columns = columns
        self.region = region
        self.space = space
        // The limit where there is one, else the least arithmetic.
        let arithmetic = columns.shapes.map(\.arithmetic).min() ?? 1
        let least = max(arithmetic, columns.passes.map { $0.arithmetic * $0.stretch }.min() ?? 0, 1e-300)
        unit = columns.limit.isFinite ? max(columns.limit, 1e-300) : least
    }

    /// A cost in units of the model, cut to where numbers stay comparable: smaller, so still a lower bound.
    func cost(_ value: Double) -> Double {
        let scaled = value / unit
        return scaled < 1e-9 ? 0 : min(scaled, columns.limit.isFinite ? 64 : 1e4)
    }

    /// The model with its scale and the expressions of its five axes.
    func problem() -> MasterProblem {
        var model = MixedIntegerModel(name: "degrees \(region.range) \(columns.schedule.rawValue)")
        let axes = (0..<5).map { splitColumns(of: $0, in: &model) }
        let total = model.addContinuous("time", upper: columns.limit.isFinite ? 1 + 1e-5 : .infinity)
        addBudget(axes, to: &model)
        let passes = addPasses(axes, to: &model)
        let body = addBody(axes, passes, to: &model)
        addTime(total, axes, passes, body: body, to: &model)
        model.setObjective(.minimize, 1 * total)
        let choices = axes.map { columns in
            Dictionary(grouping: columns, by: \.degree).mapValues { members in
                LinearExpression(sumOf: members.map(\.variable))
            }
        }
        var problem = MasterProblem(
            model: model, unit: unit, cutoff: columns.limit.isFinite ? 1 + 5e-6 : nil, choices: choices)
        problem.relativeGap = relativeGap
        return problem
    }

    /// Any plan helps while there is none, and any number of accelerators that serves cuts the range of the
    /// question of accelerators; a single number is solved to the end.
    private var relativeGap: Double {
        if !columns.limit.isFinite { return 0.5 }
        guard region.products.count > 1 else { return 0 }
        return space.objective == .gpus ? 1 : 0.1
    }

    // MARK: Splits

    static let names = ["tp_model", "tp_ff", "pp", "ep", "dp"]

    private func splitColumns(of index: Int, in model: inout MixedIntegerModel) -> [SplitColumn] {
        let table = space.axis(index)
        var found: [SplitColumn] = []
        for degree in columns.degrees[index] {
            // Only interleavings that occur in a pass.
            let interleaves =
                index == 2
                ? Set(columns.passes.filter { $0.pipeline == degree }.map(\.interleave)).sorted() : [0]
            for (position, split) in table.listed(degree).enumerated() {
                for interleave in interleaves {
                    let name = "\(Self.names[index])_\(degree)_\(position)_\(interleave)"
                    found.append(
                        SplitColumn(
                            variable: model.addBinary(name), degree: degree, split: split,
                            interleave: interleave))
                }
            }
        }
        model.addRow("one_\(Self.names[index])", LinearExpression(sumOf: found.map(\.variable)) == 1)
        return found
    }

    /// Accelerators used, exactly by prime exponents for one product, within logarithms for several; and
    /// what each bounded network level holds.
    private func addBudget(_ axes: [[SplitColumn]], to model: inout MixedIntegerModel) {
        if region.products.count == 1 {
            for (prime, exponent) in Primes.exponents(of: region.range.lowerBound) {
                addSum("prime_\(prime)", axes, to: &model, lower: Double(exponent), upper: Double(exponent)) {
                    Double(Primes.exponent(of: prime, in: space.axis($0).degrees[$1.degree]))
                }
            }
        } else {
            let least = Logarithm.base2(Double(region.range.lowerBound)) - 1e-5
            let most = Logarithm.base2(Double(region.range.upperBound)) + 1e-5
            addSum("accelerators", axes, to: &model, lower: least, upper: most) {
                Logarithm.base2(Double(space.axis($0).degrees[$1.degree]))
            }
        }
        // A block of a level lies in one domain, so that what all levels up to it use fits into that.
        var domain = 0.0
        for (level, size) in space.model.machine.domainSizes.enumerated() {
            domain += Logarithm.base2(Double(size))
            addSum("domain_\(level)", axes, to: &model, lower: 0, upper: domain + 1e-5) { _, column in
                (0...level).reduce(0) { $0 + Logarithm.base2(column.split.factors[$1]) }
            }
            guard let used = columns.usedUnits?[level] else { continue }
            let least = Logarithm.base2(Double(used.lowerBound)) - 1e-5
            let most = Logarithm.base2(Double(used.upperBound)) + 1e-5
            addSum("level_\(level)", axes, to: &model, lower: least, upper: most) { _, column in
                Logarithm.base2(column.split.factors[level])
            }
        }
    }

    private func addSum(
        _ name: String, _ axes: [[SplitColumn]], to model: inout MixedIntegerModel, lower: Double,
        upper: Double,
        weight: (Int, SplitColumn) -> Double
    ) {
        var sum = LinearExpression()
        for (axis, columns) in axes.enumerated() {
            for column in columns {
                let value = weight(axis, column)
                if value != 0 { sum.terms.append(Term(column.variable, coefficient: value)) }
            }
        }
        model.addRange(name, sum, lower: lower, upper: upper)
    }

    // MARK: Shapes and passes

    /// Pass columns, tied to pipeline, interleaving and data degree; shape columns, tied to both tensor
    /// degrees and, by DP·M, to the passes.
    private func addPasses(_ axes: [[SplitColumn]], to model: inout MixedIntegerModel) -> [Variable] {
        let passes = columns.passes.indices.map { model.addBinary("pass_\($0)") }
        link(
            "stages", axes[2].map { ([$0.degree, $0.interleave], $0.variable) },
            zip(columns.passes, passes).map { ([$0.pipeline, $0.interleave], $1) }, in: &model)
        link(
            "replicas", axes[4].map { ([$0.degree], $0.variable) },
            zip(columns.passes, passes).map { ([$0.data], $1) }, in: &model)
        return passes
    }

    /// Both sides choose the same key: the strong form of a pair variable's links.
    private func link(
        _ name: String, _ left: [([Int], Variable)], _ right: [([Int], Variable)],
        in model: inout MixedIntegerModel
    ) {
        var sums: [[Int]: LinearExpression] = [:]
        for (key, variable) in left { sums[key, default: LinearExpression()] += 1 * variable }
        for (key, variable) in right { sums[key, default: LinearExpression()] += -1 * variable }
        for (key, sum) in sums.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            model.addRow("\(name)_" + key.map(String.init).joined(separator: "_"), sum == 0)
        }
    }

    // MARK: Rooflines

    /// The body of the step: at least the arithmetic, and at least the overlapped traffic; exposed traffic
    /// comes on top of both.
    private func addBody(
        _ axes: [[SplitColumn]], _ passes: [Variable], to model: inout MixedIntegerModel
    ) -> Variable {
        let shapes = columns.shapes.indices.map {
            model.addContinuous("shape_\($0)", upper: 1)
        }
        link(
            "shards_model", axes[0].map { ([$0.degree], $0.variable) },
            zip(columns.shapes, shapes).map { ([$0.tensorModel], $1) }, in: &model)
        link(
            "shards_ff", axes[1].map { ([$0.degree], $0.variable) },
            zip(columns.shapes, shapes).map { ([$0.tensorFeedForward], $1) }, in: &model)
        link(
            "tokens", zip(columns.passes, passes).map { ([$0.cut], $1) },
            zip(columns.shapes, shapes).map { ([$0.cut], $1) }, in: &model)
        let body = model.addContinuous("body")
        let tensor = model.addContinuous("tensor_seconds")
        let hop = model.addContinuous("hop_seconds")
        addTensorRows(axes, tensor, to: &model)
        addHopRows(axes, \.bandwidth, hop, "hop", factor: columns.bandwidthFactor, to: &model)
        let settings = space.model.settings
        var overlapped = LinearExpression()
        var exposed = LinearExpression()
        if settings.tensorTraffic == .overlapped { overlapped += tensor } else { exposed += tensor }
        if settings.pipelineTraffic == .overlapped { overlapped += hop } else { exposed += hop }
        let arithmetic = LinearExpression(shapes, weights: columns.shapes.map { cost($0.arithmetic) })
        model.addRow("arithmetic", arithmetic + exposed <= body)
        model.addRow("traffic", overlapped + exposed <= body)
        return body
    }

    private func addTensorRows(
        _ axes: [[SplitColumn]], _ tensor: Variable, to model: inout MixedIntegerModel
    ) {
        let scales = LevelScales(model: space.model)
        for level in 0..<space.model.levels {
            var sum = LinearExpression()
            for (axis, scale) in [(0, scales.tensorModel[level]), (1, scales.tensorFeedForward[level])] {
                for column in axes[axis] {
                    let volume = column.split.split.volumes[level]
                    let value = cost(volume * scale * columns.bandwidthFactor * (1 - 1e-12))
                    if value > 0 { sum.terms.append(Term(column.variable, coefficient: value)) }
                }
            }
            if !sum.terms.isEmpty { model.addRow("tensor_\(level)", sum <= tensor) }
        }
    }

    /// Pipeline and expert traffic couples the splits of both: it is at least what each split causes with
    /// the best split of the other, exact for a dense model.
    private func addHopRows(
        _ axes: [[SplitColumn]], _ part: KeyPath<TrafficTime, Double>, _ hop: Variable, _ name: String,
        factor: Double, to model: inout MixedIntegerModel
    ) {
        let chunks = space.tables.interleaves
        let slack = factor * (1 - 1e-12)
        func traffic(_ stages: SplitColumn, _ ranks: SplitColumn, _ interleave: Int) -> Double {
            space.model.pipelineTraffic(
                pipeline: stages.split.split, expert: ranks.split.split,
                interleave: chunks[interleave], gpus: 1)[keyPath: part]
        }
        let ofPipeline = axes[2].map { stages in
            cost((axes[3].map { traffic(stages, $0, stages.interleave) }.min() ?? 0) * slack)
        }
        model.addRow(
            "\(name)_pipeline", LinearExpression(axes[2].map(\.variable), weights: ofPipeline) <= hop)
        guard axes[3].count > 1 else { return }
        // Traffic grows with the interleaving, so v = 1 bounds it.
        let ofExpert = axes[3].map { ranks in
            cost((axes[2].map { traffic($0, ranks, 0) }.min() ?? 0) * slack)
        }
        model.addRow("\(name)_expert", LinearExpression(axes[3].map(\.variable), weights: ofExpert) <= hop)
    }

    // MARK: Time

    /// The step: the body stretched by the bubble, one copy of it for each stretch; latency; data traffic.
    private func addTime(
        _ total: Variable, _ axes: [[SplitColumn]], _ passes: [Variable], body: Variable,
        to model: inout MixedIntegerModel
    ) {
        let settings = space.model.settings
        var pipeline = stretched(body, passes, to: &model)
        let latency = model.addContinuous("latency_seconds")
        let hop = model.addContinuous("hop_latency")
        addHopRows(axes, \.latency, hop, "hop_latency", factor: columns.latencyFactor, to: &model)
        let scales = LevelScales(model: space.model)
        let latencyFactor = columns.latencyFactor * (1 - 1e-12)
        var waits = 1 * hop
        for axis in [0, 1] {
            for column in axes[axis] {
                let active = column.split.split.active
                let value = cost((active * scales.tensorLatency).sum() * latencyFactor)
                if value > 0 { waits.terms.append(Term(column.variable, coefficient: value)) }
            }
        }
        model.addRow("latency", waits <= latency)
        switch columns.schedule {
        case .oneForwardOneBackward: pipeline += latency
        case .zeroBubble:
            if settings.accounting == .corrected { model.addRow("latency_body", 1 * latency <= body) }
        }
        var traffic = LinearExpression()
        var late = LinearExpression()
        for column in axes[4] {
            let time = space.model.dataTraffic(column.split.split, gpus: 1)
            let bandwidth = cost(time.bandwidth * columns.bandwidthFactor * (1 - 1e-12))
            let latency = cost(time.latency * latencyFactor)
            if bandwidth > 0 { traffic.terms.append(Term(column.variable, coefficient: bandwidth)) }
            if latency > 0 { late.terms.append(Term(column.variable, coefficient: latency)) }
        }
        switch settings.dataTraffic {
        case .exposed:
            model.addRow("step", (pipeline + traffic + late - 1 * total).collectingLikeTerms() <= 0)
        case .overlapped:
            model.addRow("step", (pipeline + late - 1 * total).collectingLikeTerms() <= 0)
            model.addRow("step_data", (traffic + late - 1 * total).collectingLikeTerms() <= 0)
        }
    }

    /// The body times 1/(1 − bubble): the body is split into one part for each stretch, of which only that
    /// of the chosen pass may be above zero.
    private func stretched(
        _ body: Variable, _ passes: [Variable], to model: inout MixedIntegerModel
    ) -> LinearExpression {
        let classes = StretchClasses(columns.passes.map(\.stretch))
        guard classes.stretches.count > 1 else { return (classes.stretches.first ?? 1) * body }
        var sum = LinearExpression()
        var time = LinearExpression()
        for (index, stretch) in classes.stretches.enumerated() {
            let part = model.addContinuous("body_\(index)")
            sum += part
            time += stretch * part
            let members = columns.passes.indices.filter { classes.members[$0] == index }
            let most = columns.limit.isFinite ? (1 + 1e-5) / stretch : 1e5
            let ceiling = LinearExpression(members.map { passes[$0] }, weights: members.map { _ in most })
            let floor = LinearExpression(
                members.map { passes[$0] }, weights: members.map { cost(columns.passes[$0].arithmetic) })
            model.addRow("body_most_\(index)", 1 * part - ceiling <= 0)
            model.addRow("body_least_\(index)", floor - 1 * part <= 0)
        }
        model.addRow("bodies", sum - 1 * body == 0)
        return time
    }
}
