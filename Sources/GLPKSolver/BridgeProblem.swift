internal import CGLPKBridge
import Optimization

/// The plain arrays of one model on their way to GLPK and back.
///
/// The arrays are not GLPK's, so they may be made and freed on any thread.
final class BridgeProblem {
    private let storage: UnsafeMutablePointer<glpkbridge_problem>
    private let columns: Int
    private let rows: Int

    /// Copies a valid model.
    /// - Parameters:
    ///   - model: what to copy; must have passed validation.
    ///   - map: how its objective is turned into one to minimise.
    ///   - cutoff: objective of GLPK that no point may exceed; nil for none.
    /// - Throws: `SolverError.outOfMemory`.
    init(_ model: MixedIntegerModel, map: ObjectiveMap, cutoff: Double?) throws(SolverError) {
        let costs = model.objective.expression.terms.filter { $0.coefficient != 0 }
        let terms = model.rows.reduce(0) { $0 + $1.terms.count { $0.coefficient != 0 } }
        columns = model.variables.count
        rows = model.rows.count
        let allRows = rows + (cutoff == nil ? 0 : 1)
        let allTerms = terms + (cutoff == nil ? 0 : costs.count)
        guard
            let rowCount = Int32(exactly: allRows), let columnCount = Int32(exactly: columns),
            let termCount = Int32(exactly: allTerms), termCount < .max,
            let storage = glpkbridge_problem_create(rowCount, columnCount, termCount)
        else { throw .outOfMemory }
        self.storage = storage
        for (index, variable) in model.variables.enumerated() {
            (storage.pointee.column_lower[index], storage.pointee.column_upper[index]) =
                variable.effectiveBounds
            storage.pointee.column_is_integer[index] = variable.kind.isIntegral ? 1 : 0
        }
        for term in costs {
            storage.pointee.column_cost[term.variable.index] = map.factor * term.coefficient
        }
        var entry = 0
        func append(row: Int, _ term: Term, factor: Double) {
            entry += 1
            storage.pointee.entry_row[entry] = Int32(row + 1)
            storage.pointee.entry_column[entry] = Int32(term.variable.index + 1)
            storage.pointee.entry_value[entry] = factor * term.coefficient
        }
        for (index, row) in model.rows.enumerated() {
            storage.pointee.row_lower[index] = row.lower
            storage.pointee.row_upper[index] = row.upper
            for term in row.terms where term.coefficient != 0 { append(row: index, term, factor: 1) }
        }
        if let cutoff {
            storage.pointee.row_lower[rows] = -.infinity
            storage.pointee.row_upper[rows] = cutoff
            for term in costs { append(row: rows, term, factor: map.factor) }
        }
    }

    deinit {
        glpkbridge_problem_destroy(storage)
    }

    /// Solves on the calling thread, with `watch` asked now and then whether to go on.
    func solve(options: glpkbridge_options, watch: SolveWatch) -> glpkbridge_answer {
        var answer = glpkbridge_answer()
        withUnsafePointer(to: options) { options in
            withExtendedLifetime(watch) {
                glpkbridge_solve(
                    storage, options,
                    { context, progress in
                        guard let context, let progress else { return 0 }
                        let watch = Unmanaged<SolveWatch>.fromOpaque(context).takeUnretainedValue()
                        return watch.shouldStop(progress.pointee) ? 1 : 0
                    },
                    Unmanaged.passUnretained(watch).toOpaque(), &answer)
            }
        }
        return answer
    }

    /// Values of the columns after a solve that found some.
    var columnValues: [Double] {
        Array(UnsafeBufferPointer(start: storage.pointee.column_value, count: columns))
    }

    /// Reduced costs of the columns after a linear solve that found an optimum.
    var columnDuals: [Double] {
        Array(UnsafeBufferPointer(start: storage.pointee.column_dual, count: columns))
    }

    /// Duals of the model's own rows after a linear solve that found an optimum.
    var rowDuals: [Double] {
        Array(UnsafeBufferPointer(start: storage.pointee.row_dual, count: rows))
    }
}
