import Foundation
import Optimization

/// Robust least squares with a normal prior on each parameter, by Levenberg and Marquardt's method.
///
/// Minimizes
///
///     Σ_i w_i·ρ(r_i(z)²) + Σ_j z_j²,    ρ(s) = 2(√(1+s) − 1)
///
/// The soft-L1 loss ρ lets a residual beyond 1 count linearly, so that one row that no model explains does not
/// bend the others, whatever its weight. Each iteration solves the normal equations with weights
/// w·ρ′ = w/√(1+r²); a step that does not lower the sum is shortened by more damping. The Jacobian is taken by
/// forward differences, its columns on all cores; the result does not depend on their order.
///
/// Source: Levenberg 1944, doi:10.1090/qam/10666; Marquardt 1963, doi:10.1137/0111030; loss and weights as in
/// Triggs et al. 2000, doi:10.1007/3-540-44480-7_21, section 4.3.
public struct PenalizedLeastSquares: Sendable {
    /// Length of a forward difference.
    public var difference = 0.02
    /// Most iterations.
    public var iterations = 30
    /// The search ends where an iteration lowers the sum by less than this share of it.
    public var tolerance = 1e-6
    /// Columns of the Jacobian computed at once; they change no result.
    public var threads = ProcessInfo.processInfo.activeProcessorCount

    private let weights: [Double]
    private let affected: [[Int]]?
    private let residuals: @Sendable ([Double]) -> @Sendable (Int) -> Double

    /// Makes a problem.
    /// - Parameters:
    ///   - weights: of the residuals, above 0.
    ///   - affected: for each parameter the residuals that it can change, ascending; nil for all of them.
    ///   - residuals: the residuals at a point by their index; pure.
    public init(
        weights: [Double], affected: [[Int]]? = nil,
        residuals: @escaping @Sendable ([Double]) -> @Sendable (Int) -> Double
    ) {
        self.weights = weights
        self.affected = affected
        self.residuals = residuals
    }

    /// Where the search ended.
    public struct Result: Sendable {
        /// The parameters.
        public let point: [Double]
        /// The sum that was minimized.
        public let objective: Double
        /// Iterations done.
        public let iterations: Int
    }

    /// Searches a minimum; blocks until it is found.
    /// - Parameter start: a point to begin at; zeros are the prior's centre.
    /// - Returns: the best point found; `start` where there is nothing to do.
    public func minimum(from start: [Double]) -> Result {
        var point = start
        var values = values(at: point)
        var best = objective(values, point)
        var damping = 1e-3
        for iteration in 0..<iterations {
            let columns = jacobian(point, values)
            let normal = equations(columns, values, point)
            var isBetter = false
            var drop = 0.0
            for _ in 0..<12 {
                guard let step = Cholesky.solution(damped(normal.matrix, damping), normal.right) else {
                    damping *= 10
                    continue
                }
                let next = zip(point, step).map { $0 - $1 }
                let nextValues = self.values(at: next)
                let sum = objective(nextValues, next)
                if sum < best {
                    drop = best - sum
                    (point, values, best) = (next, nextValues, sum)
                    damping = max(1e-9, damping / 5)
                    isBetter = true
                    break
                }
                damping *= 5
            }
            if !isBetter || drop < tolerance * best {
                return Result(point: point, objective: best, iterations: iteration + 1)
            }
        }
        return Result(point: point, objective: best, iterations: iterations)
    }

    private func values(at point: [Double]) -> [Double] { weights.indices.map(residuals(point)) }

    private func objective(_ values: [Double], _ point: [Double]) -> Double {
        let loss = zip(values, weights).reduce(0) { sum, entry in
            sum + 2 * entry.1 * ((1 + entry.0 * entry.0).squareRoot() - 1)
        }
        return point.reduce(loss) { $0 + $1 * $1 }
    }

    /// Columns of forward differences, each computed by itself.
    private func jacobian(_ point: [Double], _ values: [Double]) -> [[Double]] {
        Lanes.map(Array(point.indices), threads: threads) { index in
            var moved = point
            moved[index] += difference
            let residual = residuals(moved)
            var column = [Double](repeating: 0, count: values.count)
            for row in affected?[index] ?? Array(values.indices) {
                column[row] = (residual(row) - values[row]) / difference
            }
            return column
        }
    }

    private func equations(
        _ columns: [[Double]], _ values: [Double], _ point: [Double]
    ) -> (matrix: [Double], right: [Double]) {
        let count = point.count
        let weights = zip(values, weights).map { $1 / (1 + $0 * $0).squareRoot() }
        var matrix = [Double](repeating: 0, count: count * count)
        var right = point
        for row in 0..<count {
            let weighted = zip(columns[row], weights).map { $0 * $1 }
            right[row] += zip(weighted, values).reduce(0) { $0 + $1.0 * $1.1 }
            for column in 0...row {
                let sum = zip(weighted, columns[column]).reduce(0) { $0 + $1.0 * $1.1 }
                matrix[row * count + column] = sum
                matrix[column * count + row] = sum
            }
            matrix[row * count + row] += 1
        }
        return (matrix, right)
    }

    private func damped(_ matrix: [Double], _ damping: Double) -> [Double] {
        let count = Int(Double(matrix.count).squareRoot())
        var damped = matrix
        for index in 0..<count { damped[index * count + index] *= 1 + damping }
        return damped
    }
}
