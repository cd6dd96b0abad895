import Foundation
import TestSupport
import Testing

@testable import Evidence

@Suite struct PenalizedLeastSquaresTests {
    @Test("A system of three equations is solved")
    func cholesky() throws {
        // 4x + 2y = 10, 2x + 5y + z = 14, y + 3z = 5: x = 1.5625, y = 1.875 + ..., checked by inserting.
        let matrix = [4.0, 2, 0, 2, 5, 1, 0, 1, 3]
        let right = [10.0, 14, 5]
        let solution = try #require(Cholesky.solution(matrix, right))
        for row in 0..<3 {
            let sum = (0..<3).reduce(0) { $0 + matrix[row * 3 + $1] * solution[$1] }
            let error: Double = abs(sum - right[row])
            #expect(error < 1e-12)
        }
    }

    @Test("A matrix that is not positive definite has no solution")
    func indefinite() {
        #expect(Cholesky.solution([1, 2, 2, 1], [1, 1]) == nil)
        #expect(Cholesky.solution([0], [1]) == nil)
    }

    @Test("One small linear residual: the penalty halves it")
    func ridge() async {
        // r = z − 0.001: ρ is r² for small r, so (z − a)² + z² is least at z = a/2.
        let problem = PenalizedLeastSquares(weights: [1]) { point in { _ in point[0] - 0.001 } }
        let found = problem.minimum(from: [0.3])
        let distance = abs(found.point[0] - 0.0005)
        #expect(distance < 1e-6)
    }

    @Test("A residual that no parameter explains bends the answer little")
    func robust() async {
        // 20 residuals want z = 0.5, one wants 50: least squares would give (10 + 50)/22 = 2.7.
        let problem = PenalizedLeastSquares(weights: [Double](repeating: 1, count: 21)) { point in
            { row in point[0] - (row < 20 ? 0.5 : 50) }
        }
        let found = problem.minimum(from: [0])
        #expect((0.4...0.65).contains(found.point[0]))
    }

    @Test("A curved valley is followed to its end, twice with the same bits")
    func valley() async {
        // Rosenbrock's function scaled up, so that the penalty hardly counts: least near (1, 1).
        let problem = {
            var problem = PenalizedLeastSquares(weights: [1, 1]) { z in
                { row in row == 0 ? 1e4 * (z[1] - z[0] * z[0]) : 1e3 * (1 - z[0]) }
            }
            problem.iterations = 200
            problem.difference = 1e-6
            problem.tolerance = 1e-12
            return problem
        }()
        let first = problem.minimum(from: [-1.2, 1])
        let second = problem.minimum(from: [-1.2, 1])
        let (x, y) = (first.point[0], first.point[1])
        #expect((0.98...1.02).contains(x))
        #expect((0.96...1.04).contains(y))
        #expect(first.point == second.point)
    }

    @Test("A weight counts like so many rows, and a residual that a parameter cannot change is not asked for")
    func weights() async {
        let targets = [0.2, 0.2, 0.2, 0.6]
        let rows = PenalizedLeastSquares(weights: [1, 1, 1, 1]) { point in { point[0] - targets[$0] } }
        let weighted = PenalizedLeastSquares(weights: [3, 1]) { point in { point[0] - [0.2, 0.6][$0] } }
        let (many, few) = (rows.minimum(from: [0]), weighted.minimum(from: [0]))
        #expect(abs(many.point[0] - few.point[0]) < 1e-9)
        // Two parameters, each of one residual.
        func problem(_ affected: [[Int]]?) -> PenalizedLeastSquares {
            PenalizedLeastSquares(weights: [1, 1], affected: affected) { point in
                { row in point[row] - Double(row + 1) }
            }
        }
        let (all, own) = (
            problem(nil).minimum(from: [0, 0]), problem([[0], [1]]).minimum(from: [0, 0])
        )
        #expect(all.point == own.point)
    }

    @Test("Without parameters nothing happens")
    func empty() async {
        let found = PenalizedLeastSquares(weights: [1, 1]) { _ in { Double($0) } }.minimum(from: [])
        #expect(found.point.isEmpty)
    }
}
