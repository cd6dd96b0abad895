import Optimization
import Testing

@Suite struct LinearExpressionTests {
    private let x = Variable(index: 0)
    private let y = Variable(index: 1)

    @Test func `rows read as on paper`() {
        // 2 (1) - 3 (4) - 1 + 5 = -6.
        #expect((2 * x - 3 * y - 1 + 5).value(at: [1, 4]) == -6)
        #expect((-(x - y) + 2 * (x + y)).value(at: [1, 4]) == 13)
        var sum = LinearExpression()
        sum += x
        sum += 2 * y + 1
        #expect(sum.value(at: [1, 4]) == 10)
    }

    @Test func `a constant moves to the other side`() {
        let relation = x + 3 <= 10
        #expect(relation.upper == 7 && relation.lower == -.infinity)
        let both = 2 * x + 1 >= y + 4
        #expect(both.lower == 3 && both.upper == .infinity)
        #expect(both.terms == [Term(x, coefficient: 2), Term(y, coefficient: -1)])
    }

    @Test func `like terms are merged on request only`() {
        let twice = x + y + x
        #expect(twice.terms.count == 3)
        #expect(twice.collectingLikeTerms() == 2 * x + y)
    }

    @Test func `a gap of equal numbers is zero`() {
        #expect(OptimalityGap(objective: 0, bound: 0).relative == 0)
        #expect(OptimalityGap(objective: 10, bound: 9).relative == 0.1)
        #expect(OptimalityGap(objective: -9, bound: -10).absolute == 1)
    }
}
