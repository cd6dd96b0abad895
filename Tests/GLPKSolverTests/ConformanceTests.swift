import GLPKSolver
import SolverTestSupport
import Testing

@Suite struct ConformanceTests {
    @Test(arguments: SolverConformance.all)
    func `GLPK does what any back end must`(conformance: SolverConformance) throws {
        let complaints = try conformance.complaints(GLPKSolver())
        #expect(complaints == [])
    }
}
