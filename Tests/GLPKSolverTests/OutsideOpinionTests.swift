import GLPKSolver
import Optimization
import SolverTestSupport
import Testing

@Suite struct OutsideOpinionTests {
    static var models: [MixedIntegerModel] {
        (0..<4).map { RandomModels.knapsack(seed: 70 + $0, groups: 8) }
            + (0..<4).map { RandomModels.general(seed: 70 + $0) }
            + (0..<2).map { RandomModels.assignment(seed: 70 + $0) }
    }

    @Test func `cbc finds the same optima through the LP text`() throws {
        guard let cbc = CommandLineSolver(named: "cbc") else { return }
        for model in Self.models {
            try compare(model, with: try cbc.cbcOptimum(of: model.lpText))
        }
    }

    @Test func `glpsol finds the same optima through the LP text`() throws {
        guard let glpsol = CommandLineSolver(named: "glpsol") else { return }
        for model in Self.models {
            try compare(model, with: try glpsol.glpsolOptimum(of: model.lpText))
        }
    }

    private func compare(_ model: MixedIntegerModel, with other: Double?) throws {
        let found = try GLPKSolver().solve(model).solution?.objective
        #expect((found == nil) == (other == nil), "\(model.name): \(String(describing: other))")
        if let found, let other { #expect((found - other).magnitude <= 1e-6, "\(model.name)") }
    }
}
