import Optimization

/// The mixed-integer model of a partition: one binary a column.
///
///     minimise   sum of t_c x_c + (M - 1) peak
///     such that  boundaries: as many columns end at a boundary after stage i as start there for stage i + 1
///                peak >= the time of every stage
///                stock: columns on a machine <= how many there are
///                budget: sum of use_c x_c <= limit
///
/// With one kind of layer a stage is known by its count: columns that differ only in where they start are one
/// variable, and the boundaries become "one column a stage" and "counts add up to the layers".
/// Times are in units of the mean stage time, the budget in units of its limit.
struct PartitionModel {
    let model: MixedIntegerModel
    /// Seconds of a unit of time.
    let unit: Double
    private let variables: [(column: StageColumn, variable: Variable)]
    private let isCounted: Bool

    init(_ table: ColumnTable, problem: PipelineProblem, leastWork: Double) {
        unit = leastWork > 0 ? leastWork / Double(problem.stages) : 1
        isCounted = Set(problem.chain.runs.map(\.kind)).count == 1
        let unit = unit
        var model = MixedIntegerModel(name: "partition")
        var variables: [(column: StageColumn, variable: Variable)] = []
        for columns in table.columns {
            for column in isCounted ? Self.distinct(columns) : columns {
                variables.append((column, model.addBinary("x\(variables.count)")))
            }
        }
        var objective = LinearExpression(
            terms: variables.map { Term($0.variable, coefficient: $0.column.time / unit) })

        // Rows that make a partition of the columns.
        let byStage = (0..<problem.stages).map { stage in variables.filter { $0.column.stage == stage } }
        let layers = problem.chain.layerCount
        if isCounted {
            for (stage, columns) in byStage.enumerated() {
                model.addRow("stage\(stage)", LinearExpression(sumOf: columns.map(\.variable)) == 1)
            }
            let cover = LinearExpression(
                terms: variables.map { Term($0.variable, coefficient: Double($0.column.length)) })
            model.addRow("layers", cover == Double(layers))
        } else {
            Self.addBoundaries(byStage, layers: layers, to: &model)
        }

        // The peak, no less than what filling stage after stage says of it.
        let slope = Double(problem.microbatches - 1)
        for (name, time) in Self.peaks(of: problem.schedule) {
            let floor = PeakFloor.floor(table, layers: layers, time: time) / unit
            let peak = model.addContinuous(name, lower: floor)
            objective += slope * peak
            for (stage, columns) in byStage.enumerated() {
                let sum = LinearExpression(
                    terms: columns.map { Term($0.variable, coefficient: time($0.column) / unit) })
                model.addRow("\(name)\(stage)", sum <= peak)
            }
        }

        if case .pool(let stocks) = problem.machines {
            for (index, stock) in stocks.enumerated() {
                let used = variables.filter { $0.column.machine == index }.map(\.variable)
                if used.isEmpty { continue }
                model.addRow("stock\(index)", LinearExpression(sumOf: used) <= Double(stock.count))
            }
        }
        if let limit = problem.budget?.limit {
            let largest = variables.map(\.column.use).max() ?? 0
            let scale = max(limit, largest)
            if scale > 0 {
                let use = variables.filter { $0.column.use > 0 }.map {
                    Term($0.variable, coefficient: $0.column.use / scale)
                }
                if !use.isEmpty { model.addRow("budget", LinearExpression(terms: use) <= limit / scale) }
            }
        }
        model.setObjective(.minimize, objective)
        self.model = model
        self.variables = variables
    }

    /// The columns that a solution chooses, by stage, moved to where they start.
    func columns(of solution: Solution, in table: ColumnTable) -> [StageColumn]? {
        var chosen: [StageColumn] = []
        var start = 0
        for (column, variable) in variables where solution[variable] == 1 {
            guard column.stage == chosen.count else { return nil }
            // The column at this start differs in nothing else.
            let moved =
                isCounted
                ? StageColumn(
                    stage: column.stage, machine: column.machine, start: start,
                    end: start + column.length, forward: column.forward, backward: column.backward,
                    use: column.use, front: column.front, point: column.point)
                : column
            chosen.append(moved)
            start = moved.end
        }
        return chosen.count == table.columns.count ? chosen : nil
    }

    private static func distinct(_ columns: [StageColumn]) -> [StageColumn] {
        struct Key: Hashable {
            let machine: Int
            let length: Int
            let point: Int
        }
        var seen: Set<Key> = []
        return columns.filter {
            seen.insert(Key(machine: $0.machine, length: $0.length, point: $0.point)).inserted
        }
    }

    private static func addBoundaries(
        _ byStage: [[(column: StageColumn, variable: Variable)]], layers: Int,
        to model: inout MixedIntegerModel
    ) {
        model.addRow("stage0", LinearExpression(sumOf: byStage[0].map(\.variable)) == 1)
        for stage in byStage.indices.dropLast() {
            var rows: [Int: LinearExpression] = [:]
            for (column, variable) in byStage[stage] {
                rows[column.end, default: LinearExpression()] += variable
            }
            for (column, variable) in byStage[stage + 1] {
                rows[column.start, default: LinearExpression()] += -variable
            }
            for (boundary, row) in rows.sorted(by: { $0.key < $1.key }) {
                model.addRow("boundary\(stage)_\(boundary)", row == 0)
            }
        }
    }

    private static func peaks(
        of schedule: StageSchedule
    ) -> [(name: String, time: @Sendable (StageColumn) -> Double)] {
        switch schedule {
        case .oneForwardOneBackward: [("peak", { $0.time })]
        case .allForwardAllBackward: [("forward", { $0.forward }), ("backward", { $0.backward })]
        }
    }
}
